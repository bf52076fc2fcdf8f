//! The time to build the SDK's crates, and the size of a program with them.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};

use super::figure::Figure;
use super::tools::Tools;
use crate::sh::{self, cargo};
use crate::workspace;

/// How often each is built. Each build takes long.
const ROUNDS: usize = 2;

impl Tools {
    /// How long a clean build of a transport crate takes, against its dependencies alone: the same
    /// workspace, where the crate and the core are empty.
    pub(crate) fn clean_build(&self, package: &str) -> Result<Figure> {
        let whole = self.folder().join("whole");
        let empty = self.folder().join("empty");
        for copy in [&whole, &empty] {
            workspace::copy(copy)?;
        }
        for name in [package, "usedesk-core"] {
            fs::write(empty.join("crates").join(name).join("src/lib.rs"), "")?;
        }
        let round = |_| Ok([build(package, &whole)?, build(package, &empty)?]);
        Ok(Figure::of_least(&(0..ROUNDS).map(round).collect::<Result<Vec<_>>>()?))
    }
}

/// How many seconds a clean build of the package takes in this copy of the workspace.
fn build(package: &str, workspace: &Path) -> Result<f64> {
    let target = workspace.join("target");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    let mut build = cargo(&format!("build --package {package}"));
    build.current_dir(workspace).env("CARGO_TARGET_DIR", &target);
    let start = Instant::now();
    sh::silently(&mut build)?;
    let took = start.elapsed().as_secs_f64();
    fs::remove_dir_all(&target)?;
    Ok(took)
}

/// How many kilobytes larger the program that updates a ticket is with the SDK than without it.
pub(crate) fn program_size() -> Result<Figure> {
    Ok(Figure::exact(kilobytes("hello_usedesk")? - kilobytes("hello_ureq")?))
}

fn kilobytes(program: &str) -> Result<f64> {
    let linked = sh::executables(&format!(
        "rustc --release --package benchmarks --bin {program} -- -C strip=symbols"
    ))?;
    let path = linked.get(program).with_context(|| format!("no {program}"))?;
    Ok(f64::from(u32::try_from(fs::metadata(path)?.len())?) / 1024.0)
}
