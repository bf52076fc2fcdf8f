//! What the transport crates and this repository's tools take from core besides its public API.
//!
//! Nothing here is public API: any release may change it. That is safe because each transport crate
//! requires exactly its own version of core.

use std::fmt;
use std::io::{self, Read};
use std::path::Path;

use crate::encode::Attachment;
use crate::error::Error;
use crate::violations::{Rule, Violations};

pub use crate::call::{Attempt, Call, Moment, Observer, Reserve, Step, Wait};
pub use crate::config::{BuilderSettings, CheckedConfig, Proxy};
pub use crate::encode::encode_form;
pub use crate::pagination::{ItemPager, ItemStep, Pager};
pub use crate::{builder_setters, builder_settings};

/// Creates the error of a handle with invalid settings.
#[must_use]
pub fn invalid_settings(violations: Violations) -> Error {
    Error::invalid_settings(violations)
}

/// The variables of the environment that replace the operating system's root certificates.
pub const ROOT_VARIABLES: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// Creates the error of a handle without a root certificate: none of this many is valid. They were
/// read from what these variables name, or from the operating system if there are none.
#[must_use]
pub fn no_root_certificates(count: usize, errors: impl fmt::Debug, variables: &[&str]) -> Error {
    let mut violations = Violations::default();
    let rule = Rule::Custom("be provided by the operating system or be added".into());
    let source = if variables.is_empty() {
        "the operating system".to_owned()
    } else {
        variables.join(" and ")
    };
    let found = format!("no valid one among {count} of {source} {errors:?}");
    violations.push("root_certificates", rule, found);
    invalid_settings(violations)
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
