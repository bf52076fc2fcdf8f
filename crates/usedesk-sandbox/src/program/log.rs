//! A line for each request and each delivery on standard error.

use std::io::{self, Write};

use serde_json::{Value, json};
use usedesk_sandbox::{Delivery, Effect, JournalEntry, Outcome};

use crate::options::Log;

/// Returns a function that writes the line of a request.
pub(crate) fn requests(log: Log) -> impl Fn(&JournalEntry) + Send + Sync + 'static {
    move |entry| write(log, || entry.to_json(), || text(entry))
}

/// Returns a function that writes the line of a delivery.
pub(crate) fn deliveries(log: Log) -> impl Fn(&Delivery) + Send + Sync + 'static {
    move |delivery| write(log, || json!({ "delivery": delivery.to_json() }), || sent(delivery))
}

fn write(log: Log, json: impl FnOnce() -> Value, text: impl FnOnce() -> String) {
    let line = match log {
        Log::Quiet => return,
        Log::Json => json().to_string(),
        // One line, whatever a client sends.
        Log::Text => text().replace(char::is_control, " "),
    };
    // A closed standard error is no reason to stop.
    let _ = writeln!(io::stderr(), "{line}");
}

/// `09:15:00.125 POST /update/ticket update_ticket 200 ok 0.31ms ignored: priorty; ticket 4501
/// changed`.
fn text(entry: &JournalEntry) -> String {
    let time = clock(&entry.time);
    let status = entry.response.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
    let outcome = match &entry.outcome {
        Outcome::Rejected(why) => {
            let code = why.code.map_or_else(String::new, |code| format!(" {code}"));
            format!("rejected{code} ({})", why.message)
        }
        outcome => outcome.word().to_owned(),
    };
    let mut line = format!(
        "{time} {} {} {} {status} {outcome} {:.2}ms",
        entry.request.method,
        entry.request.path,
        entry.operation.unwrap_or("-"),
        entry.duration.as_secs_f64() * 1_000.0,
    );
    if !entry.ignored.is_empty() {
        line.push_str(" ignored: ");
        line.push_str(&entry.ignored.join(", "));
    }
    if !entry.effects.is_empty() {
        let effects: Vec<_> = entry.effects.iter().map(describe).collect();
        line.push_str("; ");
        line.push_str(&effects.join(", "));
    }
    line
}

/// `09:15:00.310 webhook ticket_changed http://127.0.0.1:3000/usedesk 200 1.20ms`.
fn sent(delivery: &Delivery) -> String {
    let result = match (delivery.status, &delivery.error) {
        (Some(status), _) => status.to_string(),
        (None, error) => format!("failed ({})", error.as_deref().unwrap_or_default()),
    };
    format!(
        "{} webhook {} {} {result} {:.2}ms",
        clock(&delivery.time),
        delivery.event,
        delivery.url,
        delivery.duration.as_secs_f64() * 1_000.0,
    )
}

/// Returns the time of day of a timestamp.
fn clock(time: &str) -> &str {
    time.get(11..23).unwrap_or_default()
}

fn describe(effect: &Effect) -> String {
    format!("{} {} {}", effect.item, effect.id, effect.action.word())
}
