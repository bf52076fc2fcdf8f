//! Calls over a socket, by a handle of the SDK and by hand with the library below it.

mod asynchronous;
mod blocking;
mod meter;

use std::fs::File;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;
use std::{env, fs, process};

use usedesk_core::tickets::{CreateTicket, ListTickets, TicketSort};
use usedesk_core::{Attachment, DEFAULT_CALL_TIMEOUT, Order, PAGE_SIZE};

pub use self::meter::Figures;
use self::meter::Meter;
use crate::Failure;
use crate::update::Change;

/// A job: how many calls, and where.
struct Job {
    /// How many calls, pages or megabytes.
    count: u64,
    /// How many calls are in flight at a time.
    at_a_time: u64,
    /// Where the server is.
    url: String,
}

type Scene = fn(&Job, &mut Meter) -> Result<(), Failure>;

/// The jobs by name.
const SCENES: &[(&str, Scene)] = &[
    ("update/async/usedesk", |job, _| asynchronous::run(asynchronous::updates(job))),
    ("update/async/by_hand", |job, _| asynchronous::run(asynchronous::updates_by_hand(job))),
    ("update/blocking/usedesk", |job, _| blocking::updates(job)),
    ("update/blocking/by_hand", |job, _| blocking::updates_by_hand(job)),
    ("paginate/async", |job, meter| asynchronous::run(asynchronous::paginate(job, meter))),
    ("paginate/blocking", blocking::paginate),
    ("attach/async", |job, _| asynchronous::run(asynchronous::attach(job))),
    ("attach/blocking", |job, _| blocking::attach(job)),
];

/// Runs the job of this name and prints what it cost.
///
/// # Errors
///
/// When there is no such job, or a call fails.
pub fn measure(name: &str, count: u64, at_a_time: u64, url: &str) -> Result<Figures, Failure> {
    let scene = SCENES.iter().find(|(scene, _)| *scene == name);
    let (_, run) = scene.ok_or_else(|| format!("no calls named {name}"))?;
    let mut meter = Meter::start()?;
    run(&Job { count, at_a_time, url: url.to_owned() }, &mut meter)?;
    meter.stop()
}

/// What every call changes.
static CHANGE: LazyLock<Change> = LazyLock::new(Change::example);

/// How long a call by hand may take: as long as one of a handle.
const TIMEOUT: Duration = DEFAULT_CALL_TIMEOUT;

/// All tickets, in a stable order.
fn all_tickets() -> ListTickets {
    ListTickets::new().sort(TicketSort::Id, Order::Ascending)
}

/// The pages after which pagination has allocated what it needs.
const FIRST_PAGES: u64 = 10;

/// Counts the tickets of a list, page by page.
struct Pagination<'a> {
    job: &'a Job,
    meter: &'a mut Meter,
    pages: u64,
    rows: usize,
}

impl<'a> Pagination<'a> {
    fn new(job: &'a Job, meter: &'a mut Meter) -> Self {
        Self { job, meter, pages: 0, rows: 0 }
    }

    fn page<T>(&mut self, rows: &[T]) -> Result<(), Failure> {
        self.pages += 1;
        self.rows += rows.len();
        if self.pages == FIRST_PAGES {
            self.meter.note_first_peak()?;
        }
        Ok(())
    }

    /// Every row came.
    fn end(self) -> Result<(), Failure> {
        let wanted = usize::try_from(self.job.count)? * PAGE_SIZE;
        if self.rows == wanted { Ok(()) } else { Err(format!("{} rows", self.rows).into()) }
    }
}

fn ticket_with(file: Attachment) -> CreateTicket {
    CreateTicket::new("Invoice", "Here it is.").client(901).attach(file)
}

/// A file of zeros that is deleted on drop. It is sparse, so it takes no space on the disk.
struct SparseFile(PathBuf);

impl SparseFile {
    fn new(megabytes: u64) -> Result<Self, Failure> {
        let path = env::temp_dir().join(format!("usedesk-benchmarks-{}.bin", process::id()));
        let file = Self(path);
        File::create(&file.0)?.set_len(megabytes << 20)?;
        Ok(file)
    }
}

impl Drop for SparseFile {
    fn drop(&mut self) {
        // A file that cannot be deleted takes no space.
        drop(fs::remove_file(&self.0));
    }
}
