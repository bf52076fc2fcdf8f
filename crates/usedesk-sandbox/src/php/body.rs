//! What a body holds, and the limits on it.

use std::fmt;

use serde_json::{Map, Value};

/// PHP's `max_input_vars`: further variables are dropped, and so are further files.
pub(super) const MAX_VARIABLES: usize = 1_000;
/// In bytes, of all that is not the content of a file: PHP's `post_max_size`. Read, it may take
/// several times as much memory.
const PARAMETERS_LIMIT: usize = 8 * 1024 * 1024;

/// What a body holds.
#[derive(Default)]
pub(crate) struct Body {
    pub(crate) parameters: Map<String, Value>,
    pub(crate) files: Vec<ReceivedFile>,
}

/// Why a body cannot be used.
#[derive(Debug)]
pub(crate) struct Problem {
    /// Of the answer.
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Problem {
    pub(super) fn malformed(text: String) -> Self {
        Self { status: 400, text }
    }

    pub(super) fn too_large(text: &str) -> Self {
        Self { status: 413, text: text.to_owned() }
    }
}

/// One file of a multipart body.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedFile {
    /// The name of the form field, as sent: `files[]`.
    pub name: String,
    /// The name of the file, as sent.
    pub file_name: String,
    /// The `Content-Type` of the part; empty if it had none.
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

/// Of parameters, without the content of files.
pub(super) fn check_size(bytes: usize) -> Result<(), Problem> {
    if bytes > PARAMETERS_LIMIT {
        return Err(Problem::too_large("the parameters are larger than 8 MB"));
    }
    Ok(())
}
