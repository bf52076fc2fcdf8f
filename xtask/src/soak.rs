//! `cargo xtask soak`: the soak test of `conformance`, with many more calls than in a test run.

use anyhow::Result;

use crate::sh::{self, cargo};

/// How many calls go through each transport.
const CALLS: &str = "200000";

pub(crate) fn soak() -> Result<()> {
    // One after the other, so that each has figures of its own.
    let test = "test --release --package conformance --test it soak:: -- --nocapture";
    sh::run(cargo(test).arg("--test-threads=1").env("SOAK_CALLS", CALLS))
}
