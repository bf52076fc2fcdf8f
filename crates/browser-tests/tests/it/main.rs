//! All tests in a browser, in one binary.

#![expect(clippy::unwrap_used, reason = "a panic in a helper fails the test")]

mod attack;
mod console;
mod site;
