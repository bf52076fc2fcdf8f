//! `cargo xtask purity`: usedesk-core reads no clock and does no I/O.
//!
//! Judged on the library alone: its tests may do what they like.

mod names;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail, ensure};

use crate::sh::{self, cargo};
use crate::tree::Tree;

const CORE: &str = "usedesk-core";

/// What needs a socket, a runtime or TLS; none may be below core.
const IMPURE_CRATES: &[&str] =
    &["hyper", "mio", "native-tls", "openssl", "reqwest", "rustls", "socket2", "tokio", "ureq"];

pub(crate) fn purity() -> Result<()> {
    let mut violations = 0;
    search(&sh::root().join("crates").join(CORE).join("src"), &mut violations)?;
    ensure!(violations == 0, "{CORE} names what it must not: {violations}");
    for features in ["--no-default-features", "--all-features"] {
        sh::run(&mut clippy(&format!("-p {CORE} --lib {features}")))?;
        let tree = Tree::of(&format!("-p {CORE} -e normal {features} --target all"))?;
        let impure = tree.found(IMPURE_CRATES);
        ensure!(impure.is_empty(), "{CORE} depends on {}", impure.join(", "));
    }
    every_rule_bites()
}

/// Counts and prints the forbidden names in the source files of a folder.
fn search(folder: &Path, violations: &mut usize) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            search(&path, violations)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            for (line, name) in names::forbidden(&fs::read_to_string(&path)?) {
                println!("{}:{line}: `{name}`", path.strip_prefix(sh::root())?.display());
                *violations += 1;
            }
        }
    }
    Ok(())
}

/// Every path that purity/clippy.toml lists is used in purity/impure.rs, and reported there: a
/// misspelt path, a rule that clippy no longer knows or a configuration it does not find would
/// otherwise pass unseen.
fn every_rule_bites() -> Result<()> {
    let output = sh::output(&mut clippy("-p xtask --example impure"))?;
    let report = String::from_utf8_lossy(&output.stderr);
    let rules = fs::read_to_string(sh::root().join("xtask/purity/clippy.toml"))?;
    let rules: Vec<_> = rules
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split('"').nth(1))
        .filter(|path| cfg!(unix) || !path.starts_with("std::os::unix::"))
        .collect();
    let silent: Vec<_> = rules.iter().filter(|path| !reports(&report, path)).copied().collect();
    if silent.len() == rules.len() {
        bail!(
            "nothing reported, because impure.rs does not compile or there is no rule:\n{report}"
        );
    }
    ensure!(silent.is_empty(), "not reported in impure.rs: {}", silent.join(", "));
    println!("all {} planted violations are reported", rules.len());
    Ok(())
}

fn reports(report: &str, path: &str) -> bool {
    ["method", "type", "macro"]
        .iter()
        .any(|kind| report.contains(&format!("error: use of a disallowed {kind} `{path}`")))
}

/// `-F`, so that no `allow` in core can lift a rule. The other lints are for the task `lint`.
fn clippy(arguments: &str) -> Command {
    let mut command = cargo(&format!(
        "clippy {arguments} -- -A warnings \
         -F clippy::disallowed_methods -F clippy::disallowed_types -F clippy::disallowed_macros"
    ));
    command.env("CLIPPY_CONF_DIR", "xtask/purity");
    command
}
