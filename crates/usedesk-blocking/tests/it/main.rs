//! The blocking handle over real sockets, against the sandbox.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod answers;
mod bounds;
mod connections;
mod environment;
mod sending;
mod support;
#[cfg(any(feature = "rustls", feature = "native-tls"))]
mod tls;
