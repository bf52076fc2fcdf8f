//! `cargo xtask examples`: each example exists for both handles, and runs to completion against the
//! sandbox that it starts when there is no token.

use std::collections::BTreeSet;
use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::sh::{self, cargo};

const CRATES: [&str; 2] = ["usedesk-blocking", "usedesk-async"];

/// What would make an example work on a real help desk.
const VARIABLES: [&str; 2] = ["USEDESK_API_TOKEN", "USEDESK_BASE_URL"];

pub(crate) fn examples() -> Result<()> {
    let [blocking, asynchronous] = CRATES.map(names);
    let (blocking, asynchronous) = (blocking?, asynchronous?);
    let lonely: Vec<_> = blocking.symmetric_difference(&asynchronous).collect();
    ensure!(lonely.is_empty(), "examples that only one of the crates has: {lonely:?}");
    for name in &blocking {
        for package in CRATES {
            let run =
                format!("run --quiet --package {package} --features webhooks --example {name}");
            let mut run = cargo(&run);
            for variable in VARIABLES {
                run.env_remove(variable);
            }
            let printed = sh::stdout(&mut run)?;
            ensure!(!printed.trim().is_empty(), "{name} of {package} prints nothing");
            if let Some((_, index)) = printed.split_once("Begin with ") {
                check_export(Path::new(index.trim()))?;
            }
        }
    }
    println!("{} examples ran with both crates", blocking.len());
    Ok(())
}

/// What is exported may be private.
fn check_export(index: &Path) -> Result<()> {
    let folder = index.parent().context("the index is in no folder")?;
    ensure!(index.is_file(), "{} was not written", index.display());
    #[cfg(unix)]
    {
        let mode = fs::metadata(folder)?.permissions().mode();
        ensure!(mode.trailing_zeros() >= 6, "others can look into {}", folder.display());
    }
    fs::remove_dir_all(folder)?;
    Ok(())
}

fn names(package: &str) -> Result<BTreeSet<String>> {
    let folder = sh::root().join("crates").join(package).join("examples");
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.file_name().to_string_lossy().into_owned();
        names.extend(file.strip_suffix(".rs").map(str::to_owned));
    }
    Ok(names)
}
