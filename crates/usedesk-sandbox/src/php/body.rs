//! The parsed body of a request and its limits.

use std::fmt;

use serde_json::{Map, Value};

/// PHP's `max_input_vars`: further variables and files are dropped.
pub(super) const MAX_VARIABLES: usize = 1_000;
/// Limit on a body without the content of its files, in bytes: PHP's `post_max_size`. Parsed, it
/// may take several times as much memory.
const PARAMETERS_LIMIT: usize = 8 * 1024 * 1024;

/// A parsed body.
#[derive(Default)]
pub(crate) struct Body {
    pub(crate) parameters: Map<String, Value>,
    pub(crate) files: Vec<ReceivedFile>,
}

/// Why a body was rejected.
#[derive(Debug)]
pub(crate) struct BodyError {
    /// The HTTP status of the response.
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl BodyError {
    pub(super) fn malformed(text: String) -> Self {
        Self { status: 400, text }
    }

    pub(super) fn too_large(text: &str) -> Self {
        Self { status: 413, text: text.to_owned() }
    }
}

/// A file of a multipart body.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedFile {
    /// The name of the form field, as sent: `files[]`.
    pub name: String,
    /// The file name, as sent.
    pub file_name: String,
    /// The `Content-Type` of the part; empty if absent.
    pub media_type: String,
    /// The content.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for ReceivedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedFile")
            .field("name", &self.name)
            .field("file_name", &self.file_name)
            .field("media_type", &self.media_type)
            .field("bytes", &format_args!("{} bytes", self.bytes.len()))
            .finish()
    }
}

/// Checks the size of a body without the content of its files.
pub(super) fn check_size(bytes: usize) -> Result<(), BodyError> {
    if bytes > PARAMETERS_LIMIT {
        return Err(BodyError::too_large("the parameters are larger than 8 MB"));
    }
    Ok(())
}
