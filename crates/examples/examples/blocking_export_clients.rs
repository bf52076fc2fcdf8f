//! Writes all clients to a CSV file: `cargo run --example blocking_export_clients`.
//!
//! Holds one page at a time, however many clients there are. A client that cannot be decoded is
//! reported, and the others are written.
//!
//! Without a token in the environment it prints the clients of a sandbox. With
//! `USEDESK_API_TOKEN`, and `USEDESK_BASE_URL` if the desk is not in the international cloud, it
//! writes those of the real service to a new file:
//!
//! ```text
//! … --example blocking_export_clients -- clients.csv
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{self, Write};
use std::process::ExitCode;

use csv::Writer;
use usedesk_blocking::Usedesk;
use usedesk_blocking::clients::{ClientRow, ListClients};

const USAGE: &str = "\
Arguments: FILE, which must not exist
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
    let out: Box<dyn Write> = match &*arguments {
        [] if sandbox.is_some() => Box::new(io::stdout()),
        [path] => Box::new(File::create_new(path).map_err(|error| format!("{path}: {error}"))?),
        _ => return Err(USAGE.into()),
    };
    let (written, failed) = export(&usedesk, out)?;
    println!("{written} clients were written");
    if failed == 0 { Ok(()) } else { Err("the file is not complete".into()) }
}

/// Returns how many were written, and how many errors there were.
fn export(usedesk: &Usedesk, out: impl Write) -> Result<(u64, u64), Box<dyn Error>> {
    let mut table = Writer::from_writer(out);
    table.write_record(["id", "name", "emails", "phones", "tickets"])?;
    let (mut written, mut failed) = (0, 0);
    for client in usedesk.items(ListClients::new()) {
        match client {
            Ok(client) => {
                table.write_record(record(client))?;
                written += 1;
            }
            // After a row that cannot be decoded the list continues, after any other error it ends.
            Err(error) => {
                eprintln!("{error}");
                failed += 1;
            }
        }
    }
    table.flush()?;
    Ok((written, failed))
}

fn record(client: ClientRow) -> [String; 5] {
    let tickets: Vec<_> = client.tickets.iter().map(ToString::to_string).collect();
    let ClientRow { id, name, emails, phones, .. } = client;
    [id.to_string(), safe(name), safe(emails.join(" ")), safe(phones.join(" ")), tickets.join(" ")]
}

/// Keeps a spreadsheet from running what a client wrote: a text that begins like a formula gets an
/// apostrophe.
fn safe(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}
