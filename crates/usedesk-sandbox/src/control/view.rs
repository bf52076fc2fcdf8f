//! How much of a request in the journal is shown.

use serde_json::Value;

use super::error::ControlError;
use super::input::Members;
use crate::journal::JournalEntry;

const FULL: &str = "full";
const SUMMARY: &str = "summary";

#[derive(Clone, Copy)]
pub(crate) enum View {
    Full,
    Summary,
}

impl View {
    /// Reads the parameter `view`.
    pub(super) fn read(query: &mut Members) -> Result<Self, ControlError> {
        let word = query.word("view", &[FULL, SUMMARY])?;
        Ok(if word == Some(SUMMARY) { Self::Summary } else { Self::Full })
    }

    pub(super) fn show(self, entry: &JournalEntry) -> Value {
        match self {
            Self::Full => entry.to_json(),
            Self::Summary => entry.to_summary(),
        }
    }
}
