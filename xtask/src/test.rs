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

/// `cargo xtask test --other-features`: without TLS, and with the system's TLS alone. Only the
/// transport crates have code that depends on it.
pub(crate) fn other_features() -> Result<()> {
    programs::require_openssl(&Workspace::load()?)?;
    let twins = "test --package twin-tests --test it --no-default-features";
    sh::run(&mut cargo(twins))?;
    sh::run(&mut cargo(&format!("{twins} --features native-tls")))
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
