//! A short form of `cargo xtask simulate`.

use std::ops::Range;

/// Different seeds from those of `cargo xtask simulate`, which start at 0.
const SEEDS: Range<u64> = 1_000_000..1_000_150;

#[test]
fn every_invariant_holds() {
    for seed in SEEDS {
        let report = simulation::run(seed, None);
        assert_eq!(report.violations, [], "cargo xtask simulate --first {seed} --seeds 1");
    }
}

/// Otherwise a failure could not be reproduced from its seed.
#[test]
fn a_seed_determines_everything() {
    for seed in SEEDS.take(20) {
        let (_, traced) = simulation::trace(seed);
        assert_eq!(simulation::trace(seed).1, traced);
        let again = simulation::run(seed, None);
        assert_eq!((again.attempts, again.time), (traced.attempts, traced.time));
    }
}

/// The scenarios vary enough to exercise the invariants.
#[test]
fn there_are_successes_failures_retries_and_rate_limits() {
    let reports: Vec<_> = SEEDS.map(|seed| simulation::run(seed, None)).collect();
    let count = |found: &dyn Fn(&simulation::Report) -> bool| {
        reports.iter().filter(|report| found(report)).count()
    };
    let counts = [
        count(&|report| report.successes == report.calls),
        count(&|report| report.successes < report.calls / 2),
        count(&|report| report.retries > 0),
        count(&|report| report.rate_limited > 0),
    ];
    assert!(counts.iter().all(|&count| count >= 10), "{counts:?}");
}
