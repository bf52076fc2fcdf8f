//! Times of the desk.

use jiff::Timestamp;

/// Returns the current time as responses have it: in UTC, without a time zone.
pub(crate) fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%d %H:%M:%S").to_string()
}
