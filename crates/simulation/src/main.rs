//! Runs simulations and prints totals; of the first failed seed, also its trace:
//! `cargo run --release -p simulation -- [--seeds N] [--first SEED]`, as `cargo xtask simulate` does.
//!
//! `-- bulk` runs the bulk job instead and prints how long it took.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

use std::env;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use simulation::{Report, Violation};

/// Limit on the trace lines printed for a failed call.
const TRACE_LINES: usize = 40;

/// Default number of seeds.
const SEEDS: u64 = 20_000;

fn main() -> ExitCode {
    let typed: Vec<_> = env::args().skip(1).collect();
    if typed == ["bulk"] {
        simulation::bulk().for_each(|job| println!("{job}"));
        return ExitCode::SUCCESS;
    }
    let Some((first, seeds)) = parse(&typed) else {
        eprintln!("usage: simulation [--seeds N] [--first SEED], or: simulation bulk");
        return ExitCode::FAILURE;
    };
    let start = Instant::now();
    let mut sum = Report::default();
    let mut failed = 0;
    for seed in first..first.saturating_add(seeds) {
        let report = simulation::run(seed, None);
        if !report.violations.is_empty() {
            if failed == 0 {
                explain(seed);
            }
            failed += 1;
        }
        sum.calls += report.calls;
        sum.successes += report.successes;
        sum.attempts += report.attempts;
        sum.retries += report.retries;
        sum.rate_limited += report.rate_limited;
        sum.time += report.time;
    }
    summary(seeds, &sum, start.elapsed());
    if failed > 0 {
        eprintln!("error: {failed} of {seeds} seeds violated an invariant");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Returns the first seed and the number of seeds.
fn parse(typed: &[String]) -> Option<(u64, u64)> {
    let (mut first, mut seeds) = (0, SEEDS);
    for pair in typed.chunks(2) {
        let [name, value] = pair else { return None };
        match name.as_str() {
            "--first" => first = value.parse().ok()?,
            "--seeds" => seeds = value.parse().ok()?,
            _ => return None,
        }
    }
    Some((first, seeds))
}

fn summary(seeds: u64, sum: &Report, took: Duration) {
    let Report { calls, successes, attempts, retries, rate_limited, time, .. } = sum;
    let rate = f64::from(u32::try_from(seeds).unwrap_or(u32::MAX)) / took.as_secs_f64();
    println!("{seeds} seeds in {:.1} s, {rate:.0} per second", took.as_secs_f64());
    println!("{calls} calls, of which {successes} succeeded");
    println!("{attempts} attempts, of which {retries} retries");
    println!("{rate_limited} requests rejected by the server's rate limit");
    println!("{} virtual hours", time.as_secs() / 3_600);
}

/// Runs a seed again and prints the traces of its failed calls.
fn explain(seed: u64) {
    let (scenario, report) = simulation::trace(seed);
    eprintln!("seed {seed}: {scenario:#?}");
    for Violation { call, time, .. } in &report.violations {
        let of_call = report.trace.iter().filter(|(at, other, _)| other == call && at <= time);
        let lines: Vec<_> = of_call.collect();
        for (at, call, text) in &lines[lines.len().saturating_sub(TRACE_LINES)..] {
            eprintln!("{:>12.6} call {call} {text}", at.as_secs_f64());
        }
    }
    for violation in &report.violations {
        eprintln!("seed {seed}: {violation}");
    }
    eprintln!("to reproduce: cargo xtask simulate --first {seed} --seeds 1");
}
