//! Runs every check, whatever fails on the way, and sums up.

use std::env;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::sh;

struct Outcome {
    task: &'static str,
    took: Duration,
    passed: bool,
}

pub(crate) fn ci() -> Result<()> {
    // Asked once: a check may rebuild this very program, and the path then reads "(deleted)".
    let xtask = env::current_exe()?;
    let mut outcomes = Vec::new();
    for check in crate::CHECKS {
        println!();
        let start = Instant::now();
        let mut command = sh::program(&xtask);
        command.args(check.name.split(' '));
        // CI: nothing is skipped for want of a program that .ci/run installs. INSTA_UPDATE: a new
        // snapshot is a failure, never a new file.
        command.env("CI", "true").env("INSTA_UPDATE", "no");
        let passed = sh::status(&mut command)?.success();
        outcomes.push(Outcome { task: check.name, took: start.elapsed(), passed });
    }
    summary(&outcomes)
}

/// The last line counts the tasks alone on its line, in a form that tools know to read.
fn summary(outcomes: &[Outcome]) -> Result<()> {
    println!("\n{:<21} {:>7}", "task", "seconds");
    for Outcome { task, took, passed } in outcomes {
        let verdict = if *passed { "ok" } else { "FAILED" };
        println!("{task:<21} {:>7.1} {verdict}", took.as_secs_f64());
    }
    let passed = outcomes.iter().filter(|outcome| outcome.passed).count();
    let count = format!("{passed} passed, {} failed", outcomes.len() - passed);
    if passed < outcomes.len() {
        bail!(count);
    }
    println!("\n{count}");
    Ok(())
}
