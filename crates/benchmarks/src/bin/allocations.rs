//! Prints how many allocations a case makes when it runs once more.

#![expect(clippy::print_stdout, reason = "a program that reports to another one")]

use std::env;
use std::hint::black_box;

use benchmarks::Failure;

fn main() -> Result<(), Failure> {
    let name = env::args().nth(1).unwrap_or_default();
    let case = benchmarks::case(&name).ok_or_else(|| format!("no case {name}"))?;
    let work = (case.prepare)();
    black_box(work());
    let counted = allocation_counter::measure(|| {
        black_box(work());
    });
    println!("{}", counted.count_total);
    Ok(())
}
