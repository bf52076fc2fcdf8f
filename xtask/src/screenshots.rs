//! `cargo xtask screenshots`: the pictures in docs/sandbox.md show the console as it is.

use anyhow::Result;

use crate::programs::CHROMEDRIVER;
use crate::sh::{self, cargo};

pub(crate) fn screenshots() -> Result<()> {
    CHROMEDRIVER.require()?;
    sh::run(&mut cargo("test --package browser-tests --test it screenshots -- --ignored"))
}
