//! What the transport crates and this repository's tools take from core besides its public API.
//!
//! Nothing here is public API: any release may change it. That is safe because each transport crate
//! requires exactly its own version of core.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use crate::encode::Attachment;
use crate::error::Error;
use crate::violations::Violations;

pub use crate::builder_setters;
pub use crate::call::{Attempt, Call, Moment, Observer, Reserve, Step, Wait};
pub use crate::config::{BuilderSettings, CheckedConfig, Proxy};
pub use crate::encode::encode_form;
pub use crate::pagination::{ItemPager, ItemStep, Pager};

/// Creates the error of a handle with invalid settings.
#[must_use]
pub fn invalid_settings(violations: Violations) -> Error {
    Error::invalid_settings(violations)
}

/// Creates the error of a file that cannot be read.
#[must_use]
pub fn file_error(path: impl fmt::Display, reason: impl fmt::Display) -> Error {
    Error::file(path, reason)
}

/// Reads a file named as the last part of `path`, with `length` bytes of `content`.
///
/// # Errors
///
/// If reading or allocating fails, if `content` does not have exactly `length` bytes, or if the
/// name is not UTF-8.
pub fn read_attachment(path: &Path, length: u64, content: impl Read) -> io::Result<Attachment> {
    Attachment::read(path, length, content)
}
