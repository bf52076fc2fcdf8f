//! `cargo xtask stress`: the tests that use sockets, while the machine is busy.

use std::hint;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::sh::{self, cargo};

/// How many times the tests run by default.
const RUNS: u32 = 5;

/// How many busy loops run beside them for each core.
const LOOPS_PER_CORE: usize = 4;

/// The tests whose threads wait for each other and for sockets.
const TESTS: &str = "test --quiet --package conformance --package usedesk-sandbox --tests \
    --features usedesk-sandbox/program";

/// `cargo xtask stress`
pub(crate) fn stress() -> Result<()> {
    run(RUNS)
}

/// `cargo xtask stress --runs N`
pub(crate) fn with(options: &str) -> Result<()> {
    let number = options.strip_prefix("--runs ").context("the option is --runs N")?;
    run(number.parse().context("--runs takes a number")?)
}

fn run(runs: u32) -> Result<()> {
    // Built before the machine is busy.
    sh::run(&mut cargo(&format!("{TESTS} --no-run")))?;
    let cores = thread::available_parallelism()?.get();
    let failures = beside_busy_loops(cores * LOOPS_PER_CORE, || {
        (1..=runs).try_fold(0, |sum, number| Ok::<_, anyhow::Error>(sum + failures(number)?))
    })?;
    let summary = format!("{failures} failures in {runs} runs");
    ensure!(failures == 0, summary);
    println!("{summary}");
    Ok(())
}

/// Runs the tests once, prints how it went, and returns how many failed.
fn failures(number: u32) -> Result<usize> {
    let start = Instant::now();
    let output = sh::output(&mut cargo(&format!("{TESTS} --no-fail-fast")))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let results = text.lines().filter_map(|line| line.strip_prefix("test result: "));
    let failed = results.filter_map(|line| line.split("; ").nth(1)?.strip_suffix(" failed"));
    let failed: usize = failed.filter_map(|count| count.parse::<usize>().ok()).sum();
    // A test program that crashes prints no result.
    let failed = if output.status.success() { failed } else { failed.max(1) };
    if failed > 0 {
        println!("{text}{}", String::from_utf8_lossy(&output.stderr));
    }
    println!("run {number}: {failed} failures, {:.0} s", start.elapsed().as_secs_f64());
    Ok(failed)
}

/// Runs `work` while so many threads compute without a pause.
fn beside_busy_loops<T>(loops: usize, work: impl FnOnce() -> T) -> T {
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..loops {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    hint::spin_loop();
                }
            });
        }
        let result = work();
        is_done.store(true, Ordering::Relaxed);
        result
    })
}
