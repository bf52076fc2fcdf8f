//! The program that `cargo xtask bench` measures with, see [`USAGE`].

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports to another")]

use std::env;
use std::hint::black_box;
use std::process::ExitCode;

use benchmarks::{Failure, calls, server};

const USAGE: &str = "\
usage: benchmarks repeat CASE COUNT               runs a case COUNT times, under callgrind
       benchmarks serve PAGES                     serves until standard input ends
       benchmarks calls NAME COUNT AT_A_TIME URL  makes calls and prints what they cost";

fn main() -> ExitCode {
    let typed: Vec<_> = env::args().skip(1).collect();
    let typed: Vec<_> = typed.iter().map(String::as_str).collect();
    let result = match typed[..] {
        ["repeat", case, count] => repeat(case, count),
        ["serve", pages] => serve(pages),
        ["calls", name, count, at_a_time, url] => call(name, count, at_a_time, url),
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn repeat(case: &str, count: &str) -> Result<(), Failure> {
    let case = benchmarks::case(case).ok_or_else(|| format!("no case {case}"))?;
    let work = (case.prepare)();
    for _ in 0..count.parse()? {
        black_box(work());
    }
    Ok(())
}

/// Prints its address, and finally the number of connections that were opened.
fn serve(pages: &str) -> Result<(), Failure> {
    let connections = server::run(pages.parse()?, |url| println!("{url}"))?;
    println!("{connections}");
    Ok(())
}

fn call(name: &str, count: &str, at_a_time: &str, url: &str) -> Result<(), Failure> {
    let figures = calls::measure(name, count.parse()?, at_a_time.parse()?, url)?;
    println!("{}", serde_json::to_string(&figures)?);
    Ok(())
}
