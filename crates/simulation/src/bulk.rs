//! The job that [`RateLimit::steady`](usedesk_core::RateLimit::steady) is for.

use std::fmt;
use std::time::Duration;

use fastrand::Rng;

use crate::limiter::Rule;
use crate::scenario::Scenario;
use crate::{Report, run_scenario};

/// How many updates the job has.
pub const UPDATES: u32 = 10_000;

/// No client can be faster when the server allows 150 in any minute.
pub const FASTEST: Duration = Duration::from_secs(3_960);

/// What came of the job on a server that counts in one of the ways.
pub struct Bulk {
    /// How the server counts.
    pub rule: Rule,
    /// When the program was started again, in the middle of the job.
    pub restart: Option<Duration>,
    /// What came of it.
    pub report: Report,
}

impl Bulk {
    /// How long it took, against the least possible.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.report.time.div_duration_f64(FASTEST)
    }
}

/// Does the job on servers of every kind that has a limit per minute.
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
        let Self { rule, restart, report: Report { time, refusals, exchanges, .. } } = self;
        let (time, ratio) = (time.as_secs(), self.ratio());
        write!(f, "{rule:?}: {time} s, {ratio:.3} of the fastest, {refusals} refused, ")?;
        write!(f, "{exchanges} exchanges, restart at {restart:?}")
    }
}
