//! `/sandbox/events`: requests, deliveries and replacements of the desk as they happen, as
//! server-sent events.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::call::Call;
use super::error::ControlError;
use crate::delivery::Delivery;
use crate::http::Connection;
use crate::journal::JournalEntry;
use crate::replacement::Replacement;
use crate::reply::Reply;
use crate::shared::Shared;

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
    Cache-Control: no-store\r\nConnection: close\r\n";
/// How often a comment shows that the connection is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How many requests are copied under the lock.
const BATCH: usize = 100;

/// Starts after `after` or the header `Last-Event-ID`, otherwise with the next request.
pub(super) fn open(shared: &Shared, mut call: Call<'_>) -> Result<Reply, ControlError> {
    let after = call.query.number("after", 0..=u64::MAX)?;
    let last_seen = call.header("last-event-id").and_then(|id| id.parse().ok());
    call.nothing()?;
    let after = after.or(last_seen);
    let after = after.unwrap_or_else(|| shared.state().journal.last_id());
    Ok(Reply::Events { after, origin: None })
}

/// Writes events until the client closes the connection or the server stops.
pub(crate) fn stream(
    shared: &Shared,
    connection: &mut Connection,
    after: u64,
    origin: Option<&str>,
) -> io::Result<()> {
    let (mut last_delivery, mut last_replacement) = {
        let state = shared.state();
        (state.deliveries.last_id(), state.replacements.last_id())
    };
    let mut last_request = after;
    let allowed = origin.map(|origin| format!("Access-Control-Allow-Origin: {origin}\r\n"));
    connection.write(format!("{HEAD}{}\r\n", allowed.unwrap_or_default()).as_bytes())?;
    loop {
        let found = shared.wait_for(KEEP_ALIVE, |state| {
            let requests: Vec<_> = state.journal.after(last_request).take(BATCH).cloned().collect();
            let end = requests.last().map_or(state.journal.last_id(), |entry| entry.id);
            let replacements = state.replacements.after(last_replacement).copied();
            let found = Found {
                replacements: replacements.take_while(|one| one.after <= end).collect(),
                deliveries: state.deliveries.after(last_delivery).cloned().collect(),
                requests,
            };
            (!found.is_empty()).then_some(found)
        })?;
        let Some(Found { requests, mut replacements, deliveries }) = found else {
            connection.write(b": still here\n\n")?;
            continue;
        };
        let mut text = Vec::new();
        for entry in &requests {
            let later = replacements.iter().position(|one| one.after >= entry.id);
            let before = replacements.drain(..later.unwrap_or(replacements.len()));
            write_replacements(&mut text, before, &mut last_replacement)?;
            write_request(&mut text, entry, &mut last_request)?;
        }
        write_replacements(&mut text, replacements.drain(..), &mut last_replacement)?;
        for delivery in &deliveries {
            write!(text, "event: delivery\ndata: {}\n\n", delivery.to_json())?;
            last_delivery = delivery.id;
        }
        connection.write(&text)?;
    }
}

/// What happened since the latest event.
struct Found {
    requests: Vec<Arc<JournalEntry>>,
    replacements: Vec<Replacement>,
    deliveries: Vec<Arc<Delivery>>,
}

impl Found {
    fn is_empty(&self) -> bool {
        self.requests.is_empty() && self.replacements.is_empty() && self.deliveries.is_empty()
    }
}

fn write_request(text: &mut Vec<u8>, entry: &JournalEntry, last: &mut u64) -> io::Result<()> {
    if entry.id > *last + 1 {
        // The journal dropped them before this client read them.
        let gap = json!({ "after": *last, "before": entry.id });
        write!(text, "event: lost\ndata: {gap}\n\n")?;
    }
    *last = entry.id;
    write!(text, "id: {}\nevent: request\ndata: {}\n\n", entry.id, entry.to_json())
}

fn write_replacements(
    text: &mut Vec<u8>,
    replacements: impl Iterator<Item = Replacement>,
    last: &mut u64,
) -> io::Result<()> {
    for Replacement { id, cause, .. } in replacements {
        write!(text, "event: state\ndata: {}\n\n", json!({ "cause": cause }))?;
        *last = id;
    }
    Ok(())
}
