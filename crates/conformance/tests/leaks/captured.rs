//! Everything that is logged, traced, printed and written in panics.

use std::fmt::{Debug, Write as _};
use std::mem;
use std::panic;
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use log::{LevelFilter, Log, Record};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Metadata, Subscriber};

/// From where, and what.
static CAPTURED: Mutex<Vec<(String, String)>> = Mutex::new(Vec::new());

/// How far each target logs.
type Filter = fn(&str) -> LevelFilter;

static FILTER: Mutex<Filter> = Mutex::new(|_| LevelFilter::Trace);

/// From now on, with `log` at this level; `tracing` is at its highest, and so are panics.
pub(crate) fn start(level: LevelFilter) {
    start_with(level, |_| LevelFilter::Trace);
}

/// From now on, with `log` at this level, and each target at its own.
pub(crate) fn start_with(level: LevelFilter, filter: Filter) {
    static INSTALLED: Once = Once::new();

    *FILTER.lock().unwrap_or_else(PoisonError::into_inner) = filter;
    INSTALLED.call_once(|| {
        log::set_logger(&Capture).expect("no other logger");
        tracing::subscriber::set_global_default(Capture).expect("no other subscriber");
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            push("panic", panic.to_string());
            print(panic);
        }));
    });
    log::set_max_level(level);
}

/// What was captured since the last time.
pub(crate) fn take() -> Vec<(String, String)> {
    mem::take(&mut *captured())
}

/// A value as it is printed.
pub(crate) fn debug(value: &(impl Debug + ?Sized)) {
    push("Debug", format!("{value:?} {value:#?}"));
}

/// An error as it is printed, with its sources.
pub(crate) fn error(error: &(impl std::error::Error + ?Sized)) {
    debug(error);
    push("Display", format!("{error} {error:#}"));
    let mut source = error.source();
    while let Some(error) = source {
        debug(error);
        push("Display", error.to_string());
        source = error.source();
    }
}

fn push(target: &str, text: String) {
    captured().push((target.to_owned(), text));
}

fn captured() -> MutexGuard<'static, Vec<(String, String)>> {
    CAPTURED.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Capture;

impl Log for Capture {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        let filter = *FILTER.lock().unwrap_or_else(PoisonError::into_inner);
        metadata.level() <= filter(metadata.target())
    }

    fn log(&self, record: &Record<'_>) {
        if Log::enabled(self, record.metadata()) {
            push(record.target(), format!("{} {}", record.level(), record.args()));
        }
    }

    fn flush(&self) {}
}

impl Subscriber for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields::default();
        span.record(&mut fields);
        push(span.metadata().target(), fields.0);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &tracing::span::Record<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        push("a span", fields.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        push(event.metadata().target(), fields.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, "{}={value:?} ", field.name()).expect("a string takes all");
    }

    // Not only escaped, as `Debug` has it.
    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, "{}={value} {value:?} ", field.name()).expect("a string takes all");
    }
}
