//! Helpers that the tests of several crates share.

mod length;
mod operations;
mod ports;
mod watchdog;

pub use length::short_or_long;
pub use ports::closed_port;
pub use watchdog::{ends, until};
