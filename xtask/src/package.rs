//! `cargo xtask package`: every published crate can be packed, with a README of its own, and what
//! is packed builds.

use std::fs;

use anyhow::{Result, ensure};

use crate::sh::{self, cargo};
use crate::workspace::Workspace;

/// The most lines of a crate's README: the page in the registry says what it is and where to go on.
const SHORT: usize = 60;

pub(crate) fn package() -> Result<()> {
    let workspace = Workspace::load()?;
    let mut pack = cargo("package --locked --allow-dirty");
    for package in workspace.published() {
        let readme = format!("crates/{}/README.md", package.name);
        let text = fs::read_to_string(sh::root().join(&readme)).unwrap_or_default();
        let lines = text.lines().count();
        ensure!(text.contains(&package.name), "{readme} does not name its crate");
        ensure!(lines <= SHORT, "{readme} has {lines} lines, more than {SHORT}");
        pack.args(["--package", &package.name]);
    }
    // cargo finds the order: what depends on a packed crate builds with that one.
    sh::run(&mut pack)
}
