//! Handles of both flavors whose rate limit is in a real Redis. Without `redis-server` these tests
//! are skipped, and in CI they fail.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod handle;
mod processes;
mod unavailable;
mod workers;
