//! Errors of documents.

use std::io;

use serde_json::Value;

/// Why a document cannot be loaded.
#[derive(Debug)]
pub(crate) struct DocumentError {
    /// The wrong member: `tickets[0].status`.
    pub(crate) member: String,
    /// What it must be.
    pub(crate) rule: String,
    /// What it is.
    pub(crate) value: Value,
}

impl From<DocumentError> for io::Error {
    fn from(error: DocumentError) -> Self {
        let DocumentError { member, rule, value } = error;
        Self::new(io::ErrorKind::InvalidInput, format!("{member}: {rule}, not {value}"))
    }
}
