//! The job that [`Pace::steady`](usedesk_core::Pace::steady) is for.

use std::time::Duration;

use fastrand::Rng;
use simulation::{LIMIT, Rule, Scenario};

const UPDATES: u32 = 10_000;

/// No client can be faster when the server allows 150 in any minute.
const FASTEST: Duration = Duration::from_secs(3_960);

#[test]
fn ten_thousand_updates_are_never_refused_and_nearly_as_fast_as_can_be() {
    assert_eq!(FASTEST.as_secs(), u64::from((UPDATES - 1) / LIMIT) * 60);
    for (seed, rule) in (1..).zip(Rule::PER_MINUTE) {
        let mut rng = Rng::with_seed(seed);
        let scenario = Scenario::bulk(rule, UPDATES, &mut rng);
        let report = simulation::run_scenario(&scenario, rng);
        let ratio = report.time.div_duration_f64(FASTEST);
        let restart = scenario.programs[0].restart;
        println!(
            "{rule:?}: {} s, {ratio:.3} of the fastest, {} refused, {} exchanges, restart at {restart:?}",
            report.time.as_secs(),
            report.refusals,
            report.exchanges,
        );
        assert_eq!(report.violations, []);
        assert_eq!((report.successes, report.refusals), (UPDATES, 0));
        // The restart happened in the middle: calls were lost and made again.
        assert!(report.exchanges > UPDATES);
        assert!(ratio <= 1.06, "{ratio}");
    }
}
