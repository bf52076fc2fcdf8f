//! Updates a ticket: `cargo run --example blocking_update_ticket`.
//!
//! Without a token in the environment it starts a sandbox and uses every parameter of an update.
//! With `USEDESK_API_TOKEN`, and `USEDESK_BASE_URL` if the desk is not in the international
//! cloud, it makes one change on the real service:
//!
//! ```text
//! … --example blocking_update_ticket -- --ticket 123 --subject "Letter"
//! … --example blocking_update_ticket -- --ticket 123 --status 2
//! … --example blocking_update_ticket -- --ticket 123 --priority urgent
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

use std::env;
use std::error::Error;
use std::process::ExitCode;

use usedesk_blocking::tickets::{GetTicket, TicketDetails, UpdateTicket};
use usedesk_blocking::{
    ErrorCode, OptionId, TicketId, TicketPriority, TicketStatus, TicketType, Usedesk,
};

const USAGE: &str = "\
Without USEDESK_API_TOKEN in the environment: no arguments, and a sandbox is used.
With it, one change on the real service:
  --ticket ID --subject TEXT
  --ticket ID --status NUMBER
  --ticket ID --priority low|medium|urgent|extreme";

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
    match *arguments {
        [] if sandbox.is_some() => show_everything(&usedesk),
        ["--ticket", ticket, change, value] if sandbox.is_none() => {
            change_one_thing(&usedesk, ticket, change, value)
        }
        _ => Err(USAGE.into()),
    }
}

fn show_everything(usedesk: &Usedesk) -> Result<(), Box<dyn Error>> {
    println!("Before:");
    show(&usedesk.send(GetTicket::new(4501))?);

    let update = UpdateTicket::new(4501)
        .subject("Invoice 7 is wrong")
        .client(902)
        .group(6)
        .assignee(18)
        .on_behalf_of(17)
        .tags(["billing", "refund"])
        .priority(TicketPriority::Urgent)
        .status(TicketStatus::Pending)
        .silent()
        .ticket_type(TicketType::Problem)
        .field(31, "Riga")
        .field(32, true)
        .field(33, OptionId(507))
        .list(71, 9)
        .list(72, 15);
    println!("\nThe request, with a placeholder for the token:\n{}", usedesk.preview(&update)?);
    usedesk.send(update)?;
    println!("\nAfter:");
    show(&usedesk.send(GetTicket::new(4501))?);

    let solve = UpdateTicket::new(4501).status(TicketStatus::Solved).clear_list(72).unassign();
    usedesk.send(solve)?;
    println!("\nSolved, unassigned, and without its country:");
    show(&usedesk.send(GetTicket::new(4501))?);

    println!("\nAn invalid update is not sent, and the error has every violation:");
    let invalid = UpdateTicket::new(0).subject("").tag("a, b").field(31, "a;b").field(31, true);
    if let Err(error) = usedesk.send(invalid) {
        for violation in error.violations().into_iter().flatten() {
            println!("  {violation}");
        }
    }

    println!("\nAn update that the server rejects:");
    if let Err(error) = usedesk.send(UpdateTicket::new(4501).assignee(99)) {
        println!("  {error}");
        let code = error.code().map(ErrorCode::as_str);
        println!("  code {code:?}, may have acted: {}", error.may_have_acted());
    }
    Ok(())
}

fn change_one_thing(
    usedesk: &Usedesk,
    ticket: &str,
    change: &str,
    value: &str,
) -> Result<(), Box<dyn Error>> {
    let ticket: TicketId = ticket.parse()?;
    let update = match change {
        "--subject" => UpdateTicket::new(ticket).subject(value),
        "--status" => UpdateTicket::new(ticket).status(TicketStatus::from(value.parse::<u64>()?)),
        "--priority" => UpdateTicket::new(ticket).priority(TicketPriority::from(value)),
        _ => return Err(USAGE.into()),
    };
    let preview = usedesk.preview(&update)?;
    println!(
        "About to send to the real service (with a placeholder for the token):\n\n{preview}\n"
    );
    usedesk.send(update)?;
    println!("Done. The ticket now:");
    show(&usedesk.send(GetTicket::new(ticket))?);
    Ok(())
}

fn show(details: &TicketDetails) {
    let ticket = &details.ticket;
    println!("  {} {:?}, {:?}", ticket.id, ticket.subject, ticket.status);
    println!(
        "  client {:?}, group {:?}, assignee {:?}",
        ticket.client_id, ticket.group_id, ticket.assignee_id
    );
    println!(
        "  priority {:?}, type {:?}, tags {:?}",
        ticket.priority, ticket.ticket_type, details.tags
    );
    for field in &details.custom_fields {
        println!("  field {}: {}", field.field_id, field.value.as_deref().unwrap_or("none"));
    }
    println!("  changes in the history: {}", details.changes.len());
}
