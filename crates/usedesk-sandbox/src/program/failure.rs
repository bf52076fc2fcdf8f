//! Why the program ends with an error, and its exit code.

/// Not all events succeeded.
pub(crate) const FAILED: u8 = 1;
/// The options are invalid.
pub(crate) const USAGE: u8 = 2;
/// The sandbox cannot listen.
pub(crate) const LISTEN: u8 = 3;
/// A seed or state file cannot be read or is invalid.
pub(crate) const SEED: u8 = 4;
/// The state file cannot be written.
pub(crate) const SAVE: u8 = 5;
/// The certificate authority cannot be used.
pub(crate) const TLS: u8 = 6;

/// Why the program ends with an error.
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) text: String,
}
