//! Helpers that the tests of several crates share.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod length;
mod operations;
mod ports;
mod redis;
mod watchdog;

pub use length::short_or_long;
pub use ports::closed_port;
pub use redis::RedisServer;
pub use watchdog::{ends, until};
