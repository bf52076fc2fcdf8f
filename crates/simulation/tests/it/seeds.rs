//! A short form of `cargo xtask simulate`.

use std::ops::Range;

/// Others than those of the task, which are the first.
const SEEDS: Range<u64> = 1_000_000..1_000_150;

#[test]
fn every_invariant_holds() {
    for seed in SEEDS {
        let report = simulation::run(seed, None);
        assert_eq!(report.violations, [], "cargo xtask simulate --first {seed} --seeds 1");
    }
}

/// Else a seed would not tell how to see a failure again.
#[test]
fn a_seed_stands_for_all_that_happens() {
    for seed in SEEDS.take(20) {
        let (_, traced) = simulation::trace(seed);
        assert_eq!(simulation::trace(seed).1, traced);
        let again = simulation::run(seed, None);
        assert_eq!((again.exchanges, again.time), (traced.exchanges, traced.time));
    }
}

/// The worlds differ enough for the invariants to mean something.
#[test]
fn there_are_successes_failures_repetitions_and_refusals() {
    let reports: Vec<_> = SEEDS.map(|seed| simulation::run(seed, None)).collect();
    let count = |found: &dyn Fn(&simulation::Report) -> bool| {
        reports.iter().filter(|report| found(report)).count()
    };
    let counts = [
        count(&|report| report.successes == report.calls),
        count(&|report| report.successes < report.calls / 2),
        count(&|report| report.repetitions > 0),
        count(&|report| report.refusals > 0),
    ];
    assert!(counts.iter().all(|&count| count >= 10), "{counts:?}");
}
