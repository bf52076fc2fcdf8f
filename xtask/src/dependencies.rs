//! `cargo xtask deny` and `cargo xtask unused`.

use anyhow::Result;

use crate::programs::{CARGO_DENY, CARGO_MACHETE};
use crate::sh::{self, cargo};

/// `cargo xtask deny`: the rules are in `deny.toml`.
pub(crate) fn deny() -> Result<()> {
    CARGO_DENY.require()?;
    sh::run(&mut cargo("deny check --hide-inclusion-graph licenses bans sources"))
}

/// `cargo xtask deny --advisories`
pub(crate) fn advisories() -> Result<()> {
    CARGO_DENY.require()?;
    sh::run(&mut cargo("deny check advisories"))
}

/// `cargo xtask unused`
pub(crate) fn unused() -> Result<()> {
    CARGO_MACHETE.require()?;
    sh::run(&mut cargo("machete"))
}
