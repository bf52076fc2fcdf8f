//! What was changed other than by a request, for those who follow what happens.

use std::collections::VecDeque;

/// How many are kept.
const LIMIT: usize = 1_000;

/// A change by a test or a control call.
#[derive(Clone, Copy)]
pub(crate) struct Notice {
    pub(crate) id: u64,
    /// The name of its event: `state` for a replacement of the whole desk, otherwise `changed`.
    pub(crate) event: &'static str,
    pub(crate) cause: &'static str,
    /// The id of the latest request before it.
    pub(crate) after: u64,
}

/// The latest notices, oldest first.
#[derive(Default)]
pub(crate) struct Notices {
    entries: VecDeque<Notice>,
    last_id: u64,
}

impl Notices {
    pub(crate) fn add(&mut self, event: &'static str, cause: &'static str, after: u64) {
        self.last_id += 1;
        self.entries.push_back(Notice { id: self.last_id, event, cause, after });
        if self.entries.len() > LIMIT {
            self.entries.pop_front();
        }
    }

    /// Iterates over those with a larger id.
    pub(crate) fn after(&self, id: u64) -> impl Iterator<Item = &Notice> {
        self.entries.iter().skip_while(move |entry| entry.id <= id)
    }

    pub(crate) fn last_id(&self) -> u64 {
        self.last_id
    }
}
