//! `cargo xtask examples`: each example exists in both flavors, unless one suits it, and runs to completion against the
//! sandbox that it starts when there is no token.

use std::collections::BTreeSet;
use std::fs;
#[cfg(unix)]
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::sh;

const FLAVORS: [&str; 2] = ["async", "blocking"];

/// Examples in the flavor that suits them.
const ONE_FLAVOR: [&str; 5] =
    ["classify_tickets", "close_old_tickets", "export_clients", "metrics", "tower"];

/// What would make an example work on a real help desk.
const VARIABLES: [&str; 2] = ["USEDESK_API_TOKEN", "USEDESK_BASE_URL"];

pub(crate) fn examples() -> Result<()> {
    let [asynchronous, blocking] = FLAVORS.map(names);
    let (asynchronous, blocking) = (asynchronous?, blocking?);
    let lonely: Vec<_> = blocking
        .symmetric_difference(&asynchronous)
        .filter(|name| !ONE_FLAVOR.contains(&name.as_str()))
        .collect();
    ensure!(lonely.is_empty(), "examples in one flavor only: {lonely:?}");
    let programs = sh::executables("build --package examples --examples")?;
    for (flavor, names) in FLAVORS.into_iter().zip([&asynchronous, &blocking]) {
        for name in names {
            let path = programs.get(&format!("{flavor}_{name}"));
            let mut run = sh::program(path.with_context(|| format!("no {flavor}_{name}"))?);
            for variable in VARIABLES {
                run.env_remove(variable);
            }
            let printed = sh::stdout(&mut run)?;
            ensure!(!printed.trim().is_empty(), "{flavor}_{name} prints nothing");
            if let Some((_, index)) = printed.split_once("Begin with ") {
                check_export(Path::new(index.trim()))?;
            }
        }
    }
    println!("{} examples ran", asynchronous.len() + blocking.len());
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

/// The names of a flavor's examples, without the flavor.
fn names(flavor: &str) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(sh::root().join("crates/examples/examples"))? {
        let file = entry?.file_name().to_string_lossy().into_owned();
        let name = file.strip_suffix(".rs").and_then(|it| it.strip_prefix(flavor));
        names.extend(name.and_then(|it| it.strip_prefix('_')).map(str::to_owned));
    }
    Ok(names)
}
