//! `cargo xtask doc`: what users read builds, as docs.rs builds it, and no link inside it is broken.

use anyhow::Result;

use crate::programs;
use crate::rustdoc;
use crate::sh::{self, cargo};
use crate::workspace::Workspace;

pub(crate) fn doc() -> Result<()> {
    build(&Workspace::load()?, "--cfg docsrs -D warnings")
}

/// Documents the published crates with all features, and these flags of rustdoc.
pub(crate) fn build(workspace: &Workspace, flags: &str) -> Result<()> {
    programs::require_openssl(workspace)?;
    let mut command = cargo("doc --workspace --no-deps --all-features --lib");
    for internal in workspace.members().filter(|package| !package.is_published()) {
        command.args(["--exclude", &internal.name]);
    }
    sh::run(
        rustdoc::unstable(&mut command)?
            .env_remove("CARGO_ENCODED_RUSTDOCFLAGS")
            .env("RUSTDOCFLAGS", flags),
    )
}
