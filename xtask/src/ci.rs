//! Runs every check, even after one fails, and prints a summary.

use std::env;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::programs::SKIPPED;
use crate::sh;

struct Finished {
    task: &'static str,
    took: Duration,
    verdict: Verdict,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Verdict {
    Passed,
    Failed,
    Skipped,
}

impl Verdict {
    fn of(code: Option<i32>) -> Self {
        match code {
            Some(0) => Self::Passed,
            Some(code) if code == i32::from(SKIPPED) => Self::Skipped,
            _ => Self::Failed,
        }
    }
}

pub(crate) fn ci() -> Result<()> {
    // Asked once: a check may rebuild this very program, and the path then reads "(deleted)".
    let xtask = env::current_exe()?;
    let mut finished = Vec::new();
    for check in crate::CHECKS {
        println!();
        let start = Instant::now();
        let mut command = sh::program(&xtask);
        command.args(check.name.split(' '));
        // CI: nothing is skipped for want of a program that .ci/run installs. INSTA_UPDATE: a new
        // snapshot is a failure, never a new file.
        command.env("CI", "true").env("INSTA_UPDATE", "no");
        let verdict = Verdict::of(sh::status(&mut command)?.code());
        finished.push(Finished { task: check.name, took: start.elapsed(), verdict });
    }
    summary(&finished)
}

/// The last line counts the tasks alone on its line, in a form that tools know to read.
fn summary(finished: &[Finished]) -> Result<()> {
    println!("\n{:<21} {:>7}", "task", "seconds");
    for Finished { task, took, verdict } in finished {
        let verdict = match verdict {
            Verdict::Passed => "ok",
            Verdict::Failed => "FAILED",
            Verdict::Skipped => "SKIPPED",
        };
        println!("{task:<21} {:>7.1} {verdict}", took.as_secs_f64());
    }
    let counts = counts(finished);
    if finished.iter().any(|check| check.verdict == Verdict::Failed) {
        bail!(counts);
    }
    println!("\n{counts}");
    Ok(())
}

fn counts(finished: &[Finished]) -> String {
    let count = |verdict| finished.iter().filter(|check| check.verdict == verdict).count();
    let [passed, failed, skipped] = [Verdict::Passed, Verdict::Failed, Verdict::Skipped].map(count);
    format!("{passed} passed, {failed} failed, {skipped} skipped")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_skipped_did_not_pass() {
        let verdicts = [Verdict::Passed, Verdict::Skipped, Verdict::Failed, Verdict::Passed];
        let finished =
            verdicts.map(|verdict| Finished { task: "fuzz", took: Duration::ZERO, verdict });
        assert_eq!(counts(&finished), "2 passed, 1 failed, 1 skipped");
        assert_eq!(Verdict::of(Some(0)), Verdict::Passed);
        assert_eq!(Verdict::of(Some(i32::from(SKIPPED))), Verdict::Skipped);
        assert_eq!([Some(1), None].map(Verdict::of), [Verdict::Failed; 2]);
    }
}
