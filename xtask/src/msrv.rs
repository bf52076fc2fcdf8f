//! `cargo xtask msrv`: the Rust version that the crates declare is true.

use anyhow::{Context, Result, bail, ensure};

use crate::programs;
use crate::sh::{self, cargo};
use crate::workspace::Workspace;

pub(crate) fn msrv() -> Result<()> {
    let workspace = Workspace::load()?;
    let declared = declared(&workspace)?;
    let mut too_new = Vec::new();
    for package in workspace.shipped_dependencies() {
        if let Some(needed) = &package.rust_version
            && number(needed)? > number(declared)?
        {
            too_new.push(format!("{} {} needs {needed}", package.name, package.version));
        }
    }
    ensure!(too_new.is_empty(), "declared is Rust {declared}, but {}", too_new.join(", "));
    println!("Rust {declared} is declared everywhere and suffices for the dependencies");

    let toolchain = format!("rustup run {declared}");
    if !sh::succeeds(&format!("{toolchain} cargo --version")) {
        println!(
            "Rust {declared} is not installed: clippy's incompatible_msrv (task lint) stands in for a build"
        );
        return Ok(());
    }
    programs::require_openssl(&workspace)?;
    let mut check = cargo(&format!("+{declared} check --all-features"));
    for package in workspace.published() {
        check.args(["-p", &package.name]);
    }
    sh::run(&mut check)
}

/// The version that all members declare.
fn declared(workspace: &Workspace) -> Result<&str> {
    let mut declared = None;
    for package in workspace.members() {
        let version = package.rust_version.as_deref();
        let version =
            version.with_context(|| format!("{} declares no rust-version", package.name))?;
        match declared {
            Some(other) if other != version => {
                bail!("{} declares {version}, others {other}", package.name)
            }
            _ => declared = Some(version),
        }
    }
    declared.context("the workspace has no members")
}

/// "1.88" and "1.88.0" as something to compare.
fn number(version: &str) -> Result<[u32; 3]> {
    let mut number = [0; 3];
    for (place, part) in number.iter_mut().zip(version.split('.')) {
        *place = part.parse().with_context(|| format!("no Rust version: {version}"))?;
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(number("1.9").unwrap() < number("1.88").unwrap());
        assert_eq!(number("1.88").unwrap(), number("1.88.0").unwrap());
    }
}
