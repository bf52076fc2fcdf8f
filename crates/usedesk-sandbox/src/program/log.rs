//! A line for each request on standard error.

use std::io::{self, Write};

use usedesk_sandbox::{Effect, JournalEntry, Outcome};

use crate::options::Log;

/// Returns a function that writes the line of a request.
pub(crate) fn writer(log: Log) -> impl Fn(&JournalEntry) + Send + Sync + 'static {
    move |entry| {
        let line = match log {
            Log::Quiet => return,
            Log::Json => entry.to_json().to_string(),
            Log::Text => text(entry),
        };
        // A closed standard error is no reason to stop.
        let _ = writeln!(io::stderr(), "{line}");
    }
}

/// `09:15:00.125 POST /update/ticket update_ticket 200 ok 0.31ms ignored: priorty; ticket 4501
/// changed`.
fn text(entry: &JournalEntry) -> String {
    let time = entry.time.get(11..23).unwrap_or_default();
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
    // One line, whatever a client sends.
    line.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn describe(effect: &Effect) -> String {
    format!("{} {} {}", effect.item, effect.id, effect.action.word())
}
