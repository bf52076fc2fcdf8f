//! Creates and updates clients from a CSV: `cargo run --example async_sync_clients`.
//!
//! The columns are `email`, `name` and `phone`; clients are found by e-mail address. A row that
//! fails is reported, and the others continue. You can run it again: clients that are up to date
//! are not changed.
//!
//! Without a token in the environment it fills a sandbox from `clients.csv` in this folder. With
//! `USEDESK_API_TOKEN`, and `USEDESK_BASE_URL` if the desk is not in the international cloud, it
//! syncs your file to the real service:
//!
//! ```text
//! … --example async_sync_clients -- clients.csv
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

use std::env;
use std::error::Error;
use std::fs;
use std::process::ExitCode;

use csv::{Reader, StringRecord};
use indicatif::ProgressBar;
use serde::Deserialize;
use usedesk_async::Usedesk;
use usedesk_async::clients::{ClientRow, CreateClient, ListClients, SearchType, UpdateClient};

const USAGE: &str = "\
Arguments: FILE
Without USEDESK_API_TOKEN in the environment a sandbox is used, and it is optional.";

/// One row fails: a phone number must not have spaces.
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
    let (table, expected_to_fail) = match *arguments {
        [] if sandbox.is_some() => (SAMPLE.to_owned(), FAILING_ROWS_OF_SAMPLE),
        [path] => (fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?, 0),
        _ => return Err(USAGE.into()),
    };
    let counts = sync(&usedesk, &table).await?;
    println!(
        "{} created, {} updated, {} unchanged, {} failed",
        counts.created, counts.updated, counts.unchanged, counts.failed
    );
    if counts.failed == expected_to_fail { Ok(()) } else { Err("some rows failed".into()) }
}

async fn sync(usedesk: &Usedesk, table: &str) -> Result<Counts, Box<dyn Error>> {
    let mut reader = Reader::from_reader(table.as_bytes());
    let columns = reader.headers()?.clone();
    let rows: Vec<_> = reader.records().collect();
    let mut counts = Counts::default();
    let bar = ProgressBar::new(rows.len() as u64);
    for row in rows {
        let line = line_of(&row);
        match sync_row(usedesk, &columns, row).await {
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

async fn sync_row(
    usedesk: &Usedesk,
    columns: &StringRecord,
    row: Result<StringRecord, csv::Error>,
) -> Result<Done, Box<dyn Error>> {
    let wanted: Wanted = row?.deserialize(Some(columns))?;
    match find(usedesk, &wanted.email).await? {
        Some(client) => update(usedesk, &client, wanted).await,
        None => create(usedesk, wanted).await,
    }
}

/// Finds the client with this e-mail address. The search also matches names and phones, so its
/// results are filtered.
async fn find(usedesk: &Usedesk, email: &str) -> Result<Option<ClientRow>, Box<dyn Error>> {
    let list = ListClients::new().query(email).search_type(SearchType::FullMatch);
    let (mut found, errors) = usedesk.send(list).await?.into_parts();
    // A row that cannot be decoded may be this client, which would then be created twice.
    if let Some(error) = errors.into_iter().next() {
        return Err(error.into());
    }
    found.retain(|client| client.emails.iter().any(|known| known.eq_ignore_ascii_case(email)));
    match found.len() {
        0 | 1 => Ok(found.pop()),
        several => Err(format!("{several} clients have the address {email}").into()),
    }
}

async fn create(usedesk: &Usedesk, wanted: Wanted) -> Result<Done, Box<dyn Error>> {
    let mut create = CreateClient::new().email(wanted.email).name(wanted.name);
    if let Some(phone) = wanted.phone {
        create = create.phone(phone);
    }
    usedesk.send(create).await?;
    Ok(Done::Created)
}

/// Sends only what differs. A phone is added to the existing ones: the API cannot remove one.
async fn update(
    usedesk: &Usedesk,
    client: &ClientRow,
    wanted: Wanted,
) -> Result<Done, Box<dyn Error>> {
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
    usedesk.send(update).await?;
    Ok(Done::Updated)
}
