//! Closes the tickets that nobody touched for some days:
//! `cargo run --example blocking_close_old_tickets`.
//!
//! A ticket that cannot be closed is reported, and the others continue. You can run it again, and
//! as a cron job: the rate limit leaves room for other programs, and closing a ticket twice does
//! nothing.
//!
//! Without a token in the environment it closes what is open in a sandbox, whatever its age. With
//! `USEDESK_API_TOKEN`, and `USEDESK_BASE_URL` if the desk is not in the international cloud, it
//! closes tickets of the real service that were last updated at least 30 days ago:
//!
//! ```text
//! … --example blocking_close_old_tickets -- 30
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

use std::env;
use std::error::Error;
use std::process::ExitCode;

use indicatif::ProgressBar;
use usedesk_blocking::jiff::{SignedDuration, Timestamp};
use usedesk_blocking::tickets::{ListTickets, TicketRow, TicketSort, UpdateTicket};
use usedesk_blocking::{Order, TicketStatus, Usedesk};

const USAGE: &str = "\
Arguments: DAYS
Without USEDESK_API_TOKEN in the environment a sandbox is used, and it is optional.";

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
    let (usedesk, sandbox) = examples::connect_blocking()?;
    let days: u32 = match &*arguments {
        [] if sandbox.is_some() => 0,
        [days] => days.parse().map_err(|error| format!("{days:?}: {error}"))?,
        _ => return Err(USAGE.into()),
    };
    let end = Timestamp::now() - SignedDuration::from_hours(24 * i64::from(days));
    let tickets = untouched(&usedesk, end)?;
    let count = tickets.len();
    let failed = close(&usedesk, tickets);
    println!("{} of {count} tickets were closed", count - failed);
    if failed == 0 { Ok(()) } else { Err(format!("{failed} tickets were not closed").into()) }
}

/// Lists first and closes then: a closed ticket would leave the list and move those after it.
fn untouched(usedesk: &Usedesk, end: Timestamp) -> Result<Vec<TicketRow>, Box<dyn Error>> {
    let list = ListTickets::new()
        .statuses([TicketStatus::New, TicketStatus::Open, TicketStatus::Pending])
        .updated_before(end)
        .sort(TicketSort::Id, Order::Ascending);
    let mut tickets = usedesk.items(list).collect::<Result<Vec<_>, _>>()?;
    // The filter is rounded up to a minute. A ticket without a date is left to a person.
    tickets.retain(|ticket| ticket.last_updated_at.is_some_and(|at| at.timestamp() <= end));
    Ok(tickets)
}

/// Returns how many could not be closed.
fn close(usedesk: &Usedesk, tickets: Vec<TicketRow>) -> usize {
    let bar = ProgressBar::new(tickets.len() as u64);
    let mut failed = 0;
    for ticket in tickets {
        let update = UpdateTicket::new(ticket.id).status(TicketStatus::Closed);
        if let Err(error) = usedesk.send(update) {
            failed += 1;
            bar.suspend(|| eprintln!("ticket {}: {error}", ticket.id));
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    failed
}
