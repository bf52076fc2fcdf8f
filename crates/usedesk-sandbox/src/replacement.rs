//! Replacements of the whole desk, for those who follow what happens.

use std::collections::VecDeque;

/// How many are kept.
const LIMIT: usize = 1_000;

/// A reset, or a document that was loaded at run time.
#[derive(Clone, Copy)]
pub(crate) struct Replacement {
    pub(crate) id: u64,
    pub(crate) cause: &'static str,
    /// The id of the latest request before it.
    pub(crate) after: u64,
}

/// The latest replacements, oldest first.
#[derive(Default)]
pub(crate) struct Replacements {
    entries: VecDeque<Replacement>,
    last_id: u64,
}

impl Replacements {
    pub(crate) fn add(&mut self, cause: &'static str, after: u64) {
        self.last_id += 1;
        self.entries.push_back(Replacement { id: self.last_id, cause, after });
        if self.entries.len() > LIMIT {
            self.entries.pop_front();
        }
    }

    /// Iterates over those with a larger id.
    pub(crate) fn after(&self, id: u64) -> impl Iterator<Item = &Replacement> {
        self.entries.iter().skip_while(move |entry| entry.id <= id)
    }

    pub(crate) fn last_id(&self) -> u64 {
        self.last_id
    }
}
