//! `cargo xtask package`: every published crate can be packed, with a README of its own, and what
//! is packed builds. Different versions of them cannot be mixed.

mod mixed_versions;

use std::path::PathBuf;
use std::{env, fs};

use anyhow::{Context, Result, ensure};

use crate::sh::{self, cargo};
use crate::workspace::{Package, Workspace};

/// The most lines of a crate's README: the page in the registry explains what the crate is and links to the rest.
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
        forget(package)?;
    }
    // cargo finds the order: what depends on a packed crate builds with that one.
    sh::run(&mut pack)?;
    mixed_versions::are_rejected(&workspace)
}

/// Removes what cargo keeps of the crate from the last time: it goes by the version, and would build
/// the others with that one.
fn forget(package: &Package) -> Result<()> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let sources = home.context("where cargo keeps its sources")?.join("registry/src");
    if !sources.exists() {
        return Ok(());
    }
    for registry in fs::read_dir(sources)? {
        let registry = registry?;
        let kept = registry.path().join(format!("{}-{}", package.name, package.version));
        // One without a host is a folder, to which cargo packs.
        if registry.file_name().to_string_lossy().starts_with('-') && kept.exists() {
            fs::remove_dir_all(kept)?;
        }
    }
    Ok(())
}
