//! Tags all tickets of a status: `cargo run --example blocking_tag_tickets`.
//!
//! Without a token in the environment it uses a sandbox. With `USEDESK_API_TOKEN`, and
//! `USEDESK_BASE_URL` if the desk is not in the international cloud, it tags tickets on the real
//! service; after an error it can resume at a later page:
//!
//! ```text
//! … --example blocking_tag_tickets -- 5 waiting
//! … --example blocking_tag_tickets -- 5 waiting 12
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

use std::env;
use std::error::Error;
use std::process::ExitCode;

use usedesk_blocking::tickets::{CreateTicket, ListTickets, TicketRow, TicketSort, UpdateTicket};
use usedesk_blocking::{Order, PAGE_SIZE, TicketStatus, Usedesk};

const USAGE: &str = "\
Arguments: STATUS TAG [PAGE], the status as a number and the page counted from 0.
Without USEDESK_API_TOKEN in the environment a sandbox is used, and they are optional.";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (usedesk, sandbox) = examples::connect_blocking()?;
    let (status, tag, page) = match *arguments {
        [] if sandbox.is_some() => {
            fill(&usedesk)?;
            (TicketStatus::New, "waiting", 0)
        }
        [status, tag] => (TicketStatus::from(status.parse::<u64>()?), tag, 0),
        [status, tag, page] => (TicketStatus::from(status.parse::<u64>()?), tag, page.parse()?),
        _ => return Err(USAGE.into()),
    };

    let mut job = Job { tagged: 0, had_it: 0, page: Some(page) };
    let result = job.tag_all(&usedesk, status, tag);
    println!("Tagged {} tickets with {tag:?}; {} had it already.", job.tagged, job.had_it);
    if let (Err(_), Some(page)) = (&result, job.page) {
        println!("Once the cause is fixed, resume at page {page}.");
    }
    result
}

/// The position in the list, and what was done.
struct Job {
    tagged: u32,
    had_it: u32,
    /// The page that the next ticket is on.
    page: Option<u64>,
}

impl Job {
    /// Updates tickets during pagination. None is skipped, because no update moves a ticket to
    /// another page: the list is sorted by id and filtered by status. A tag does not change the
    /// status, and `silent` keeps an update from opening a new ticket.
    ///
    /// To change what the list is filtered or sorted by, collect the ids of all pages first.
    fn tag_all(
        &mut self,
        usedesk: &Usedesk,
        status: TicketStatus,
        tag: &str,
    ) -> Result<(), Box<dyn Error>> {
        let list = ListTickets::new().statuses([status]).sort(TicketSort::Id, Order::Ascending);
        let mut tickets = usedesk.items(list.page(self.page.unwrap_or_default()));
        while let Some(ticket) = tickets.next() {
            self.tag_one(usedesk, ticket?, tag)?;
            self.page = tickets.resume_page();
        }
        Ok(())
    }

    fn tag_one(
        &mut self,
        usedesk: &Usedesk,
        ticket: TicketRow,
        tag: &str,
    ) -> Result<(), Box<dyn Error>> {
        if ticket.tags.iter().any(|name| name == tag) {
            self.had_it += 1;
            return Ok(());
        }
        // It is not documented whether tags are added or replaced, so the old ones are sent too.
        let update = UpdateTicket::new(ticket.id).tags(ticket.tags).tag(tag).silent();
        usedesk.send(update).map_err(|error| format!("ticket {}: {error}", ticket.id))?;
        self.tagged += 1;
        Ok(())
    }
}

/// Creates enough tickets for two pages.
fn fill(usedesk: &Usedesk) -> Result<(), Box<dyn Error>> {
    println!("Creating {PAGE_SIZE} tickets.");
    for number in 1..=PAGE_SIZE {
        let subject = format!("Delivery {number}");
        let create = CreateTicket::new(subject, "<p>When will it come?</p>").client(901);
        usedesk.send(create)?;
    }
    Ok(())
}
