//! `cargo xtask test`: unit, integration and documentation tests; examples compile.

use anyhow::Result;

use crate::programs::{self, PHP};
use crate::sh::{self, cargo};
use crate::workspace::Workspace;

const SKIPPED_WITHOUT_PHP: &str = "what a real PHP reads from an encoded request";

/// `cargo xtask test`: needs nothing but Rust and a C compiler.
pub(crate) fn default_features() -> Result<()> {
    test("test --workspace")
}

/// `cargo xtask test --all-features`
pub(crate) fn all_features() -> Result<()> {
    programs::require_openssl(&Workspace::load()?)?;
    test("test --workspace --all-features")
}

/// `cargo xtask test --no-default-features`: the only code that is there without TLS is in the
/// transport crates.
pub(crate) fn no_features() -> Result<()> {
    sh::run(&mut cargo("test --package twin-tests --no-default-features --test it"))
}

fn test(arguments: &str) -> Result<()> {
    if programs::in_ci() {
        PHP.require()?;
    }
    if !PHP.is_missing() {
        return sh::run(&mut cargo(arguments));
    }
    // Said twice: the first is off the screen by the time the tests are through.
    let skipped = format!("SKIPPED, since php is missing: {SKIPPED_WITHOUT_PHP} ({})", PHP.install);
    println!("{skipped}");
    let outcome = sh::run(&mut cargo(arguments));
    println!("{skipped}");
    outcome
}
