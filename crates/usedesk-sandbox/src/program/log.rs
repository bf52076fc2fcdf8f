//! Lines on standard error: one for each request and each delivery, and warnings.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use usedesk_sandbox::{Delivery, Effect, JournalEntry, Outcome};

use crate::options::Log;

/// Limit on lines that wait to be written, in bytes.
const LIMIT: usize = 4 * 1024 * 1024;
/// What each line takes besides its text, in bytes.
const LINE: usize = 64;
/// How long the program waits at its end for lines to be written.
const FLUSH: Duration = Duration::from_secs(1);

/// Writes lines on a thread of its own: if standard error is a pipe that is not read, writing blocks
/// until the end. Lines beyond [`LIMIT`] are dropped.
pub(crate) struct Lines {
    sender: LineSender,
    /// Disconnected when all lines are written.
    written: Receiver<()>,
}

#[derive(Clone)]
pub(crate) struct LineSender {
    sender: Sender<String>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    /// The size of the lines that wait, in bytes.
    waiting: AtomicUsize,
    dropped: AtomicU64,
}

impl Lines {
    pub(crate) fn start() -> Self {
        let (sender, receiver) = mpsc::channel();
        let (end, written) = mpsc::channel();
        let counts = Arc::new(Counts::default());
        let sender = LineSender { sender, counts: Arc::clone(&counts) };
        // Without a thread nothing is written.
        let _ = thread::Builder::new().name("log".into()).spawn(move || {
            let _end = end;
            for line in receiver {
                write(&line);
                counts.waiting.fetch_sub(line.len() + LINE, Ordering::Relaxed);
                let dropped = counts.dropped.swap(0, Ordering::Relaxed);
                if dropped > 0 {
                    write(&format!(
                        "Warning: standard error is not read: {dropped} lines were dropped"
                    ));
                }
            }
        });
        Self { sender, written }
    }

    pub(crate) fn sender(&self) -> &LineSender {
        &self.sender
    }

    /// Waits for the lines to be written, for a second at most.
    pub(crate) fn finish(self) {
        drop(self.sender);
        // An error is expected: nothing is ever sent.
        let _ = self.written.recv_timeout(FLUSH);
    }
}

impl LineSender {
    /// Queues a line, or drops it if too much waits already.
    pub(crate) fn send(&self, line: String) {
        let size = line.len() + LINE;
        let before = self.counts.waiting.fetch_add(size, Ordering::Relaxed);
        if before > 0 && before + size > LIMIT {
            self.counts.waiting.fetch_sub(size, Ordering::Relaxed);
            self.counts.dropped.fetch_add(1, Ordering::Relaxed);
        } else {
            // Fails without a thread.
            let _ = self.sender.send(line);
        }
    }
}

fn write(line: &str) {
    // A closed standard error is no reason to stop.
    let _ = writeln!(io::stderr(), "{line}");
}

/// Returns a function that writes the line of a request.
pub(crate) fn requests(
    log: Log,
    lines: &LineSender,
) -> impl Fn(&JournalEntry) + Send + Sync + 'static {
    let lines = lines.clone();
    move |entry| lines.send(line(log, || entry.to_json(), || text(entry)))
}

/// Returns a function that writes the line of a delivery.
pub(crate) fn deliveries(
    log: Log,
    lines: &LineSender,
) -> impl Fn(&Delivery) + Send + Sync + 'static {
    let lines = lines.clone();
    let json = |delivery: &Delivery| json!({ "delivery": delivery.to_json() });
    move |delivery| lines.send(line(log, || json(delivery), || sent(delivery)))
}

fn line(log: Log, json: impl FnOnce() -> Value, text: impl FnOnce() -> String) -> String {
    match log {
        Log::Json => json().to_string(),
        // One line, whatever a client sends.
        Log::Text | Log::Quiet => text().replace(char::is_control, " "),
    }
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
