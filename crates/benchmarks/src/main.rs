//! `benchmarks repeat CASE COUNT` does a case so many times, under callgrind.

#![expect(clippy::print_stderr, reason = "a program that reports to people")]

use std::env;
use std::hint::black_box;
use std::process::ExitCode;

fn main() -> ExitCode {
    let typed: Vec<_> = env::args().skip(1).collect();
    let typed: Vec<_> = typed.iter().map(String::as_str).collect();
    match typed[..] {
        ["repeat", case, count] => repeat(case, count),
        _ => None,
    }
    .unwrap_or_else(|| {
        eprintln!("usage: benchmarks repeat CASE COUNT");
        ExitCode::FAILURE
    })
}

fn repeat(case: &str, count: &str) -> Option<ExitCode> {
    let work = (benchmarks::case(case)?.prepare)();
    for _ in 0..count.parse().ok()? {
        black_box(work());
    }
    Some(ExitCode::SUCCESS)
}
