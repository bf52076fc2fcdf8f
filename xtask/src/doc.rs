//! `cargo xtask doc`: what users read builds, as docs.rs builds it, and no link inside it is broken.

use anyhow::Result;

use crate::programs;
use crate::sh::{self, cargo};
use crate::workspace::Workspace;

pub(crate) fn doc() -> Result<()> {
    let workspace = Workspace::load()?;
    programs::require_openssl(&workspace)?;
    let mut command = cargo("doc --workspace --no-deps --all-features");
    for internal in workspace.members().filter(|package| !package.is_published()) {
        command.args(["--exclude", &internal.name]);
    }
    sh::run(command.env("RUSTDOCFLAGS", "--cfg docsrs -D warnings"))
}
