//! A line that is longer than a call has time.

use fastrand::Rng;
use simulation::Scenario;

/// They need seven minutes for their turns, and each has three from its own.
const UPDATES: u32 = 900;

/// Whoever is refused, or fails otherwise, has its next turn before those that have not begun.
#[test]
fn a_call_that_is_repeated_does_not_wait_for_the_whole_line() {
    for seed in 1..=10 {
        let mut rng = Rng::with_seed(seed);
        let scenario = Scenario::crowd(UPDATES, &mut rng);
        let report = simulation::run_scenario(&scenario, rng);
        assert_eq!(report.violations, [], "{seed}");
        assert!(report.repetitions >= 20, "{seed}: {}", report.repetitions);
        assert_eq!(report.successes, UPDATES, "{seed}");
    }
}
