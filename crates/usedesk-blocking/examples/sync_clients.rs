//! Creates and updates clients from a CSV: `cargo run -p usedesk-blocking --example sync_clients`.
//!
//! The columns are `email`, `name` and `phone`; a client is found by e-mail address. A row that
//! fails is named, and the others go on. Run it again as often as you like: what is there already
//! is left alone.
//!
//! Without a token in the environment it fills a sandbox from the `clients.csv` beside it. With
//! `USEDESK_API_TOKEN`, and `USEDESK_BASE_URL` if the desk is not in the international cloud, it
//! takes a file of yours to the real service:
//!
//! ```text
//! … --example sync_clients -- clients.csv
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports to people")]

mod support;

use std::env;
use std::error::Error;
use std::fs;
use std::process::ExitCode;

use csv::{Reader, StringRecord};
use indicatif::ProgressBar;
use serde::Deserialize;
use usedesk_blocking::Usedesk;
use usedesk_blocking::clients::{ClientRow, CreateClient, ListClients, SearchType, UpdateClient};

const USAGE: &str = "\
Arguments: FILE
In a sandbox, which is used without USEDESK_API_TOKEN in the environment, it may be left out.";

/// One row fails: a phone has no spaces.
const SAMPLE: &str = include_str!("clients.csv");
const FAILING_ROWS_OF_SAMPLE: u32 = 1;

/// A row of the file.
#[derive(Deserialize)]
struct Wanted {
    email: String,
    name: String,
    phone: Option<String>,
}

enum Done {
    Created,
    Updated,
    Unchanged,
}

#[derive(Default)]
struct Counts {
    created: u32,
    updated: u32,
    unchanged: u32,
    failed: u32,
}

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
    let (usedesk, sandbox) = support::connect()?;
    let (table, expected_to_fail) = match *arguments {
        [] if sandbox.is_some() => (SAMPLE.to_owned(), FAILING_ROWS_OF_SAMPLE),
        [path] => (fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?, 0),
        _ => return Err(USAGE.into()),
    };
    let counts = synchronise(&usedesk, &table)?;
    println!(
        "{} created, {} updated, {} unchanged, {} failed",
        counts.created, counts.updated, counts.unchanged, counts.failed
    );
    if counts.failed == expected_to_fail { Ok(()) } else { Err("not all rows are in".into()) }
}

fn synchronise(usedesk: &Usedesk, table: &str) -> Result<Counts, Box<dyn Error>> {
    let mut reader = Reader::from_reader(table.as_bytes());
    let columns = reader.headers()?.clone();
    let rows: Vec<_> = reader.records().collect();
    let mut counts = Counts::default();
    let bar = ProgressBar::new(rows.len() as u64);
    for row in rows {
        let line = line_of(&row);
        match take(usedesk, &columns, row) {
            Ok(Done::Created) => counts.created += 1,
            Ok(Done::Updated) => counts.updated += 1,
            Ok(Done::Unchanged) => counts.unchanged += 1,
            Err(error) => {
                counts.failed += 1;
                bar.suspend(|| println!("line {line}: {error}"));
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(counts)
}

fn line_of(row: &Result<StringRecord, csv::Error>) -> u64 {
    let position = match row {
        Ok(row) => row.position(),
        Err(error) => error.position(),
    };
    position.map_or(0, csv::Position::line)
}

fn take(
    usedesk: &Usedesk,
    columns: &StringRecord,
    row: Result<StringRecord, csv::Error>,
) -> Result<Done, Box<dyn Error>> {
    let wanted: Wanted = row?.deserialize(Some(columns))?;
    match find(usedesk, &wanted.email)? {
        Some(client) => update(usedesk, &client, wanted),
        None => create(usedesk, wanted),
    }
}

/// The client with this e-mail address. The search looks at names and phones as well, so what it
/// finds is compared again.
fn find(usedesk: &Usedesk, email: &str) -> Result<Option<ClientRow>, Box<dyn Error>> {
    let list = ListClients::new().query(email).search_type(SearchType::FullMatch);
    let (mut found, errors) = usedesk.send(list)?.into_parts();
    // A row that cannot be read may be this client, who would then be created twice.
    if let Some(error) = errors.into_iter().next() {
        return Err(error.into());
    }
    found.retain(|client| client.emails.iter().any(|known| known.eq_ignore_ascii_case(email)));
    match found.len() {
        0 | 1 => Ok(found.pop()),
        several => Err(format!("{several} clients have the address {email}").into()),
    }
}

fn create(usedesk: &Usedesk, wanted: Wanted) -> Result<Done, Box<dyn Error>> {
    let mut create = CreateClient::new().email(wanted.email).name(wanted.name);
    if let Some(phone) = wanted.phone {
        create = create.phone(phone);
    }
    usedesk.send(create)?;
    Ok(Done::Created)
}

/// Sends what differs and nothing else. A phone is added to those that are there: the API does not
/// take one away.
fn update(usedesk: &Usedesk, client: &ClientRow, wanted: Wanted) -> Result<Done, Box<dyn Error>> {
    let unchanged = UpdateClient::new(client.id);
    let mut update = unchanged.clone();
    if wanted.name != client.name {
        update = update.name(wanted.name);
    }
    if let Some(phone) = wanted.phone.filter(|phone| !client.phones.contains(phone)) {
        update = update.phone(phone);
    }
    if update == unchanged {
        return Ok(Done::Unchanged);
    }
    usedesk.send(update)?;
    Ok(Done::Updated)
}
