//! Creates a ticket with files: `cargo run --example async_create_ticket`.
//!
//! Without a token in the environment it uses a sandbox. With `USEDESK_API_TOKEN`, and
//! `USEDESK_BASE_URL` if the desk is not in the international cloud, it creates a ticket on the
//! real service, for the client with this e-mail address and with this file:
//!
//! ```text
//! … --example async_create_ticket -- maria@example.com invoice.pdf
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

use std::env;
use std::error::Error;
use std::fs;
use std::process::{self, ExitCode};

use usedesk_async::tickets::{CreateTicket, GetTicket, TicketDetails};
use usedesk_async::{Attachment, AttachmentExt, OptionId, TicketPriority};

const USAGE: &str = "\
Arguments: EMAIL [FILE]
Without USEDESK_API_TOKEN in the environment a sandbox is used, and both are optional.";

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
    let (usedesk, sandbox) = examples::connect_async()?;
    let (email, path) = match *arguments {
        [] if sandbox.is_some() => ("maria@example.com", None),
        [email] => (email, None),
        [email, path] => (email, Some(path)),
        _ => return Err(USAGE.into()),
    };

    let written = match path {
        Some(path) => Attachment::open(path).await?,
        None => open_sample().await?,
    };
    let mut create = CreateTicket::new("Invoice is wrong", "<p>It says 12 instead of 10.</p>")
        .client_email(email)
        .from_client()
        .priority(TicketPriority::Urgent)
        .tags(["billing"])
        .attach(Attachment::from_bytes("order.txt", "10 chairs\n"))
        .attach(written);
    if sandbox.is_some() {
        // A text, a list option, and two levels of nested lists, the parent first. The ids of your
        // desk are in `fields::ListFields`.
        create = create.field(31, "Riga").field(33, OptionId(507)).list(71, 9).list(72, 15);
    }

    let created = usedesk.send(create).await?;
    println!("Created ticket {}. On the server it is:", created.ticket_id);
    show(&usedesk.send(GetTicket::new(created.ticket_id)).await?);
    Ok(())
}

/// Writes a file, reads it into memory and deletes it.
async fn open_sample() -> Result<Attachment, Box<dyn Error>> {
    let folder = env::temp_dir().join(format!("usedesk-create-ticket-{}", process::id()));
    fs::create_dir(&folder)?;
    let path = folder.join("invoice.txt");
    fs::write(&path, "12 chairs\n")?;
    let opened = Attachment::open(&path).await?;
    fs::remove_dir_all(&folder)?;
    Ok(opened)
}

fn show(details: &TicketDetails) {
    let ticket = &details.ticket;
    println!("  {:?}, {:?}, {:?}", ticket.subject, ticket.status, ticket.priority);
    for field in &details.custom_fields {
        println!("  field {}: {}", field.field_id, field.value.as_deref().unwrap_or("none"));
    }
    for comment in &details.comments {
        println!("  comment {}: {}", comment.id, comment.message);
        for file in &comment.files {
            println!("    {} at {}", file.name, file.url);
        }
    }
}
