//! Tags all tickets of a status: `cargo run -p usedesk-async --example tag_tickets`.
//!
//! Without a token in the environment it does so in a sandbox. With `USEDESK_API_TOKEN`, and
//! `USEDESK_BASE_URL` if the desk is not in the international cloud, it tags tickets on the real
//! service; after an error it can go on with a later page:
//!
//! ```text
//! … --example tag_tickets -- 5 waiting
//! … --example tag_tickets -- 5 waiting 12
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports to people")]

mod support;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use usedesk_async::tickets::{CreateTicket, ListTickets, TicketRow, TicketSort, UpdateTicket};
use usedesk_async::{Order, PAGE_SIZE, TicketStatus, Usedesk};

const USAGE: &str = "\
Arguments: STATUS TAG [PAGE], the status as a number and the page counted from 0.
In a sandbox, which is used without USEDESK_API_TOKEN in the environment, they may be left out.";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (usedesk, sandbox) = support::connect()?;
    let (status, tag, page) = match *arguments {
        [] if sandbox.is_some() => {
            fill(&usedesk).await?;
            (TicketStatus::New, "waiting", 0)
        }
        [status, tag] => (TicketStatus::from(status.parse::<u64>()?), tag, 0),
        [status, tag, page] => (TicketStatus::from(status.parse::<u64>()?), tag, page.parse()?),
        _ => return Err(USAGE.into()),
    };

    let mut walk = Walk { tagged: 0, had_it: 0, page: Some(page) };
    let result = walk.tag_all(&usedesk, status, tag).await;
    println!("Tagged {} tickets with {tag:?}; {} had it already.", walk.tagged, walk.had_it);
    if let (Err(_), Some(page)) = (&result, walk.page) {
        println!("Once what is wrong is mended, go on with page {page}.");
    }
    result
}

/// Where the walk is and what it did.
struct Walk {
    tagged: u32,
    had_it: u32,
    /// The page that the next ticket is on.
    page: Option<u64>,
}

impl Walk {
    /// Changes tickets while it walks them. That passes over none only because no change moves a
    /// ticket to another page: the list is by id, and it is filtered by a status, which a tag does
    /// not change and `silent` keeps, where any update would open a new ticket.
    ///
    /// To change what is filtered or sorted by, collect the ids of all pages first.
    async fn tag_all(
        &mut self,
        usedesk: &Usedesk,
        status: TicketStatus,
        tag: &str,
    ) -> Result<(), Box<dyn Error>> {
        let list = ListTickets::new().statuses([status]).sort(TicketSort::Id, Order::Ascending);
        let mut tickets = usedesk.items(list.page(self.page.unwrap_or_default()));
        while let Some(ticket) = tickets.next().await {
            self.tag_one(usedesk, ticket?, tag).await?;
            self.page = tickets.resume_page();
        }
        Ok(())
    }

    async fn tag_one(
        &mut self,
        usedesk: &Usedesk,
        ticket: TicketRow,
        tag: &str,
    ) -> Result<(), Box<dyn Error>> {
        if ticket.tags.iter().any(|name| name == tag) {
            self.had_it += 1;
            return Ok(());
        }
        // Whether tags are added or replaced is not documented, so the old ones go along.
        let update = UpdateTicket::new(ticket.id).tags(ticket.tags).tag(tag).silent();
        usedesk.send(update).await.map_err(|error| format!("ticket {}: {error}", ticket.id))?;
        self.tagged += 1;
        Ok(())
    }
}

/// Creates so many tickets that their list has two pages.
async fn fill(usedesk: &Usedesk) -> Result<(), Box<dyn Error>> {
    println!("Creating {PAGE_SIZE} tickets to have something to do.");
    for number in 1..=PAGE_SIZE {
        let subject = format!("Delivery {number}");
        let create = CreateTicket::new(subject, "<p>When will it come?</p>").client(901);
        usedesk.send(create).await?;
    }
    Ok(())
}
