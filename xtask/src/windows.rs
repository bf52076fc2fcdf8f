//! `cargo xtask windows`: the published crates compile for Windows, with their default features.

use std::path::Path;

use anyhow::{Result, bail};

use crate::programs::{MINGW, Skipped};
use crate::sh::{self, cargo};
use crate::workspace::Workspace;

/// The one that can be compiled for without Windows.
const TARGET: &str = "x86_64-pc-windows-gnu";

pub(crate) fn windows() -> Result<()> {
    const WHAT: &str = "the check for Windows";
    MINGW.or_skip(WHAT)?;
    let mut rustc = sh::program("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    let (libraries, _) = sh::silently(&mut rustc)?;
    if !Path::new(libraries.trim()).exists() {
        bail!(Skipped::new(
            "Rust's standard library for Windows",
            WHAT,
            &format!("rustup target add {TARGET}")
        ));
    }
    let mut check = cargo(&format!("check --target {TARGET}"));
    for package in Workspace::load()?.published() {
        check.args(["--package", &package.name]);
    }
    sh::run(&mut check)
}
