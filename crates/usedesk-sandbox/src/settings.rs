//! The settings of a running sandbox.

use std::time::Duration;

/// Settings that do not change while the server runs.
pub(crate) struct Settings {
    pub(crate) token: String,
    pub(crate) record: bool,
    pub(crate) quirks: bool,
    pub(crate) idle_timeout: Duration,
}
