//! Prints how many allocations each case makes when it runs once more.

#![expect(clippy::print_stdout, reason = "a program that reports to another one")]

use std::hint::black_box;

fn main() {
    for case in benchmarks::cases() {
        let work = (case.prepare)();
        black_box(work());
        let counted = allocation_counter::measure(|| {
            black_box(work());
        });
        println!("{} {}", case.name, counted.count_total);
    }
}
