//! `cargo xtask simulate`: the call engine in virtual time.

use anyhow::Result;

use crate::sh::{self, cargo};

pub(crate) fn simulate() -> Result<()> {
    with("--seeds 20000")
}

/// `cargo xtask simulate --seeds N --first SEED`
pub(crate) fn with(arguments: &str) -> Result<()> {
    sh::run(&mut cargo(&format!("run --release --package simulation -- {arguments}")))
}
