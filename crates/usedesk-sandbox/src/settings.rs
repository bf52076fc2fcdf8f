//! The settings of a running sandbox.

/// Settings of the API, which can change while the server runs.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) token: String,
    pub(crate) quirks: bool,
}
