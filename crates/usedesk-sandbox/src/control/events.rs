//! `/sandbox/events`: requests, deliveries and other changes as they happen, as server-sent
//! events.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::call::Call;
use super::error::ControlError;
use super::view::View;
use crate::delivery::Delivery;
use crate::http::Connection;
use crate::journal::{self, JournalEntry};
use crate::notice::Notice;
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
    let view = View::read(&mut call.query)?;
    let last_seen = call.header("last-event-id").and_then(|id| id.parse().ok());
    call.nothing()?;
    let after = after.or(last_seen);
    // Under the lock, so that no other stream is counted meanwhile.
    let state = shared.state();
    let max = shared.max_event_streams();
    if Arc::strong_count(&shared.event_streams) > max {
        let rule = format!("at most {max} streams can be open");
        return Err(ControlError::with_status(503, "events", rule, max));
    }
    let after = after.unwrap_or(state.journal.last_id());
    Ok(Reply::Events { after, view, origin: None, counted: Arc::clone(&shared.event_streams) })
}

/// Writes events until the client closes the connection or the server stops.
pub(crate) fn stream(
    shared: &Shared,
    connection: &mut Connection,
    after: u64,
    view: View,
    origin: Option<&str>,
) -> io::Result<()> {
    let (mut last_delivery, mut last_notice, last_id) = {
        let state = shared.state();
        (state.deliveries.last_id(), state.notices.last_id(), state.journal.last_id())
    };
    let mut last_request = after.min(last_id);
    let allowed = origin.map(|origin| format!("Access-Control-Allow-Origin: {origin}\r\n"));
    connection.write(format!("{HEAD}{}\r\n", allowed.unwrap_or_default()).as_bytes())?;
    if after > last_id {
        // The id replaces the one that the client would send again.
        let data = json!({ "cause": "restarted" });
        let event = format!("id: {last_id}\nevent: state\ndata: {data}\n\n");
        connection.write(event.as_bytes())?;
    }
    loop {
        let found = shared.wait_for(KEEP_ALIVE, |state| {
            let (requests, _) = journal::page(state.journal.after(last_request), BATCH);
            let end = requests.last().map_or(state.journal.last_id(), |entry| entry.id);
            let notices = state.notices.after(last_notice).copied();
            let found = Found {
                notices: notices.take_while(|one| one.after <= end).collect(),
                deliveries: state.deliveries.after(last_delivery).cloned().collect(),
                requests,
            };
            (!found.is_empty()).then_some(found)
        })?;
        let Some(Found { requests, mut notices, deliveries }) = found else {
            connection.write(b": still here\n\n")?;
            continue;
        };
        let mut text = Vec::new();
        for entry in &requests {
            let later = notices.iter().position(|one| one.after >= entry.id);
            let before = notices.drain(..later.unwrap_or(notices.len()));
            write_notices(&mut text, before, &mut last_notice)?;
            write_request(&mut text, view, entry, &mut last_request)?;
        }
        write_notices(&mut text, notices.drain(..), &mut last_notice)?;
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
    notices: Vec<Notice>,
    deliveries: Vec<Arc<Delivery>>,
}

impl Found {
    fn is_empty(&self) -> bool {
        self.requests.is_empty() && self.notices.is_empty() && self.deliveries.is_empty()
    }
}

fn write_request(
    text: &mut Vec<u8>,
    view: View,
    entry: &JournalEntry,
    last: &mut u64,
) -> io::Result<()> {
    if entry.id > *last + 1 {
        // The journal dropped them before this client read them.
        let gap = json!({ "after": *last, "before": entry.id });
        write!(text, "event: lost\ndata: {gap}\n\n")?;
    }
    *last = entry.id;
    write!(text, "id: {}\nevent: request\ndata: {}\n\n", entry.id, view.show(entry))
}

fn write_notices(
    text: &mut Vec<u8>,
    notices: impl Iterator<Item = Notice>,
    last: &mut u64,
) -> io::Result<()> {
    for Notice { id, event, cause, .. } in notices {
        write!(text, "event: {event}\ndata: {}\n\n", json!({ "cause": cause }))?;
        *last = id;
    }
    Ok(())
}
