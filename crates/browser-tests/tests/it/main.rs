//! All tests in a browser, in one binary. Only on Linux, where Debian's packages are known to work.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a panic in a helper fails the test")]

mod attack;
mod console;
mod site;
