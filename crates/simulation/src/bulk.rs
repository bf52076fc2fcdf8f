//! A bulk job at [`RateLimit::steady`](usedesk_core::RateLimit::steady).

use std::fmt;
use std::time::Duration;

use fastrand::Rng;

use crate::limiter::Rule;
use crate::scenario::Scenario;
use crate::{Report, run_scenario};

/// Number of updates in the job.
pub const UPDATES: u32 = 10_000;

/// The shortest possible time if the server allows 150 requests in any minute.
pub const FASTEST: Duration = Duration::from_secs(3_960);

/// The result of the job on a server with one of the counting rules.
pub struct Bulk {
    /// How the server counts.
    pub rule: Rule,
    /// When the program was restarted during the job.
    pub restart: Option<Duration>,
    /// The result of the simulation.
    pub report: Report,
}

impl Bulk {
    /// Returns the ratio of the time it took to [`FASTEST`].
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.report.time.div_duration_f64(FASTEST)
    }
}

/// Runs the job with every rule that counts requests per minute.
pub fn bulk() -> impl Iterator<Item = Bulk> {
    (1..).zip(Rule::PER_MINUTE).map(|(seed, rule)| {
        let mut rng = Rng::with_seed(seed);
        let scenario = Scenario::bulk(rule, UPDATES, &mut rng);
        let restart = scenario.programs[0].restart;
        Bulk { rule, restart, report: run_scenario(&scenario, rng) }
    })
}

impl fmt::Display for Bulk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, restart, report: Report { time, rate_limited, attempts, .. } } = self;
        let (time, ratio) = (time.as_secs(), self.ratio());
        write!(f, "{rule:?}: {time} s, {ratio:.3} of the fastest, {rate_limited} rate limited, ")?;
        write!(f, "{attempts} attempts, restart at {restart:?}")
    }
}
