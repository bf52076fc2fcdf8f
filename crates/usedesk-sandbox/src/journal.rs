//! The journal of requests, bounded in number and size.

mod entry;
#[cfg(feature = "program")]
mod json;

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;

pub use self::entry::{JournalEntry, Outcome, SentResponse};

/// How many requests are kept by default.
pub(crate) const DEFAULT_LIMIT: usize = 10_000;
/// Limit on the size of all entries together, in bytes.
const SIZE_LIMIT: usize = 128 * 1024 * 1024;

/// The latest requests, oldest first.
pub(crate) struct Journal {
    entries: VecDeque<Arc<JournalEntry>>,
    limit: usize,
    /// The approximate size of all entries, in bytes.
    size: usize,
    last_id: u64,
}

impl Journal {
    pub(crate) fn new(limit: usize) -> Self {
        Self { entries: VecDeque::new(), limit, size: 0, last_id: 0 }
    }

    /// Adds an entry, sets its id, and drops the oldest ones beyond the limits. The entry itself is
    /// kept whatever its size.
    pub(crate) fn add(&mut self, mut entry: JournalEntry) -> Arc<JournalEntry> {
        self.last_id += 1;
        entry.id = self.last_id;
        let entry = Arc::new(entry);
        if self.limit == 0 {
            return entry;
        }
        self.size += entry.size();
        self.entries.push_back(Arc::clone(&entry));
        while self.entries.len() > self.limit || (self.size > SIZE_LIMIT && self.entries.len() > 1)
        {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.size -= oldest.size();
        }
        entry
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &Arc<JournalEntry>> {
        self.entries.iter()
    }

    /// Iterates over the entries with a larger id.
    #[cfg(feature = "program")]
    pub(crate) fn after(&self, id: u64) -> impl Iterator<Item = &Arc<JournalEntry>> {
        self.entries.iter().skip(self.entries.partition_point(|entry| entry.id <= id))
    }

    /// Deletes all entries; ids continue.
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.size = 0;
    }

    /// Returns the id of the latest entry, also of one that was deleted since.
    #[cfg(feature = "program")]
    pub(crate) fn last_id(&self) -> u64 {
        self.last_id
    }
}

/// Returns a time with milliseconds.
pub(crate) fn to_text(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
