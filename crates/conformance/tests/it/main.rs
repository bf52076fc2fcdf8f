//! The same tests for the blocking and the asynchronous handle, over real sockets, and what only
//! one of them has.
//!
//! `cases` is compiled once for each, with `sdk` for the crate and `wait` for what the runtime
//! does. Both share their snapshots, so what differs between them fails.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]
#![expect(clippy::duplicate_mod, reason = "the cases are compiled for both flavors")]

mod asynchronous;
mod blocking;
mod cancellation;
mod equality;
mod hosts;
mod isolation;
mod rate_limit;
mod runtimes;
#[cfg(target_os = "linux")]
mod soak;
