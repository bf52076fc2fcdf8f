//! `cargo xtask wasm`: core compiles for WebAssembly without an operating system.

use std::path::Path;

use anyhow::{Result, bail};

use crate::programs::Skipped;
use crate::sh::{self, cargo};

const TARGET: &str = "wasm32-unknown-unknown";

pub(crate) fn wasm() -> Result<()> {
    let mut rustc = sh::program("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]);
    let (libraries, _) = sh::silently(&mut rustc)?;
    if !Path::new(libraries.trim()).exists() {
        let install = format!("rustup target add {TARGET}");
        let what = "the check for WebAssembly";
        bail!(Skipped::new("Rust's standard library for WebAssembly", what, &install));
    }
    for features in ["--no-default-features", "--all-features"] {
        sh::run(&mut cargo(&format!("check -p usedesk-core --target {TARGET} {features}")))?;
    }
    Ok(())
}
