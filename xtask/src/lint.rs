//! `cargo xtask fmt` and `cargo xtask lint`.

use anyhow::Result;

use crate::programs;
use crate::sh::{self, cargo};
use crate::workspace::{self, Workspace};

/// `cargo xtask fmt`
pub(crate) fn fmt() -> Result<()> {
    sh::run(&mut cargo("fmt --all --check"))?;
    // No members of the workspace.
    sh::run(&mut cargo("fmt --manifest-path xtask/providers/Cargo.toml --check"))?;
    sh::run(&mut cargo("fmt --manifest-path crates/fuzz/Cargo.toml --check"))
}

/// `cargo xtask lint`: the workspace with all its code, then each published crate as its users may
/// build it. Without dev-dependencies in the single-feature builds: those switch features on and
/// would hide that one is missing.
pub(crate) fn lint() -> Result<()> {
    let workspace = Workspace::load()?;
    programs::require_openssl(&workspace)?;
    clippy("--workspace --all-targets --all-features")?;
    for package in workspace.published() {
        let name = &package.name;
        clippy(&format!("-p {name} --no-default-features"))?;
        for feature in package.features.keys() {
            clippy(&format!("-p {name} --no-default-features --features {feature}"))?;
        }
    }
    // No member of the workspace. That it compiles needs neither cargo-fuzz nor nightly Rust, but a
    // C++ compiler.
    workspace::lend_lock("crates/fuzz")?;
    let mut fuzzers = cargo("clippy --manifest-path crates/fuzz/Cargo.toml -- -D warnings");
    sh::run(fuzzers.env("CARGO_TARGET_DIR", &workspace.target_directory))
}

fn clippy(arguments: &str) -> Result<()> {
    // `incompatible_msrv` stands in for a build with the declared Rust version.
    sh::run(&mut cargo(&format!("clippy {arguments} -- -D warnings -D clippy::incompatible_msrv")))
}
