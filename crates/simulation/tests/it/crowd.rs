//! A queue that takes longer than the timeout of a call.

use fastrand::Rng;
use simulation::Scenario;

/// Their slots take seven minutes; each call has three minutes from its slot.
const UPDATES: u32 = 900;

/// A retry gets a slot before the calls that have not started.
#[test]
fn a_retry_does_not_wait_for_the_whole_queue() {
    for seed in 1..=10 {
        let mut rng = Rng::with_seed(seed);
        let scenario = Scenario::crowd(UPDATES, &mut rng);
        let report = simulation::run_scenario(&scenario, rng);
        assert_eq!(report.violations, [], "{seed}");
        assert!(report.retries >= 20, "{seed}: {}", report.retries);
        assert_eq!(report.successes, UPDATES, "{seed}");
    }
}
