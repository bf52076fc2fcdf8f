//! Why a sandbox does not start.

use std::error::Error;
use std::fmt;
use std::io;

/// Why [`Builder::start`](crate::Builder::start) failed, if not because it cannot listen. It is inside
/// the [`io::Error`]: see [`io::Error::get_ref`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartError {
    /// The document of [`Builder::seed`](crate::Builder::seed) is invalid.
    Seed(String),
    /// The authority of [`Builder::tls`](crate::Builder::tls) cannot make a certificate.
    Tls(String),
}

impl StartError {
    pub(crate) fn tls(error: &io::Error) -> Self {
        Self::Tls(error.to_string())
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Seed(text) | Self::Tls(text)) = self;
        f.write_str(text)
    }
}

impl Error for StartError {}

impl From<StartError> for io::Error {
    fn from(error: StartError) -> Self {
        Self::new(io::ErrorKind::InvalidInput, error)
    }
}
