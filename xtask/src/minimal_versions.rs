//! `cargo xtask minimal-versions`: the versions that the crates declare of their dependencies are
//! true: with the lowest of each they compile.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::programs;
use crate::sh::{self, cargo};
use crate::workspace::Workspace;

/// In a copy of the workspace, so that its `Cargo.lock` stays what it is. It shares the target
/// folder: what only dependencies depend on is there already.
pub(crate) fn check() -> Result<()> {
    let workspace = Workspace::load()?;
    programs::require_openssl(&workspace)?;
    let copy = Path::new(&workspace.target_directory).join("minimal-versions");
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    fs::create_dir_all(&copy)?;
    for part in ["Cargo.toml", "crates", "xtask"] {
        copy_all(&sh::root().join(part), &copy.join(part))?;
    }
    let mut resolve = cargo("-Z direct-minimal-versions generate-lockfile");
    // The flag is not stable. The compiler below does not get this, since build scripts would
    // choose other code with it.
    sh::run(resolve.env("RUSTC_BOOTSTRAP", "1").current_dir(&copy))?;
    let mut check = cargo("check --locked --all-features");
    for package in workspace.published() {
        check.args(["-p", &package.name]);
    }
    sh::run(check.env("CARGO_TARGET_DIR", &workspace.target_directory).current_dir(&copy))
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    if from.is_file() {
        fs::copy(from, to).with_context(|| from.display().to_string())?;
        return Ok(());
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        if name != "target" && name != "node_modules" {
            copy_all(&from.join(&name), &to.join(&name))?;
        }
    }
    Ok(())
}
