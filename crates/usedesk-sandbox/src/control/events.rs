//! `/sandbox/events`: requests and deliveries as they happen, as server-sent events.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::call::Call;
use super::error::ControlError;
use crate::delivery::Delivery;
use crate::http::Connection;
use crate::journal::JournalEntry;
use crate::reply::Reply;
use crate::shared::Shared;

const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\
    Cache-Control: no-store\r\nConnection: close\r\n\r\n";
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
    Ok(Reply::Events { after: after.unwrap_or_else(|| shared.state().journal.last_id()) })
}

/// Writes events until the client closes the connection or the server stops.
pub(crate) fn stream(shared: &Shared, connection: &mut Connection, after: u64) -> io::Result<()> {
    let (mut last_request, mut last_delivery) = (after, shared.state().deliveries.last_id());
    connection.write(HEAD)?;
    loop {
        let found = shared.wait_for(KEEP_ALIVE, |state| {
            let requests: Vec<_> = state.journal.after(last_request).take(BATCH).cloned().collect();
            let deliveries: Vec<_> = state.deliveries.after(last_delivery).cloned().collect();
            (!requests.is_empty() || !deliveries.is_empty()).then_some((requests, deliveries))
        })?;
        let Some((requests, deliveries)) = found else {
            connection.write(b": still here\n\n")?;
            continue;
        };
        let mut text = Vec::new();
        write_requests(&mut text, &requests, &mut last_request)?;
        write_deliveries(&mut text, &deliveries, &mut last_delivery)?;
        connection.write(&text)?;
    }
}

fn write_requests(
    text: &mut Vec<u8>,
    requests: &[Arc<JournalEntry>],
    last: &mut u64,
) -> io::Result<()> {
    for entry in requests {
        if entry.id > *last + 1 {
            // The journal dropped them before this client read them.
            let gap = json!({ "after": *last, "before": entry.id });
            write!(text, "event: lost\ndata: {gap}\n\n")?;
        }
        write!(text, "id: {}\nevent: request\ndata: {}\n\n", entry.id, entry.to_json())?;
        *last = entry.id;
    }
    Ok(())
}

fn write_deliveries(
    text: &mut Vec<u8>,
    deliveries: &[Arc<Delivery>],
    last: &mut u64,
) -> io::Result<()> {
    for delivery in deliveries {
        write!(text, "event: delivery\ndata: {}\n\n", delivery.to_json())?;
        *last = delivery.id;
    }
    Ok(())
}
