//! Simulates the call engine in virtual time: programs with many handles and calls, a network that
//! delays and loses messages, a model of the server with its rate limit and errors, and a model of
//! the store of a shared rate limiter.
//!
//! A seed determines the [`Scenario`] and all randomness in it, so a failure can be reproduced.
//! There are no threads and no sleeps: an event queue advances the time. Every [`Invariant`] must
//! hold; each [`Mutation`] breaks a rule to show that the checker detects it.

mod bulk;
mod checker;
mod driver;
mod limiter;
mod mutation;
mod scenario;
mod server;
mod store;

use std::time::Duration;

use fastrand::Rng;

pub use bulk::{Bulk, FASTEST, UPDATES, bulk};
pub use checker::{Invariant, Violation};
pub use limiter::{LIMIT, Rule, SPACING};
pub use mutation::Mutation;
pub use scenario::{FailureRates, Handle, MAX_JITTER, Program, Scenario, Speed};
pub use store::SharedStore;

use crate::driver::Driver;

/// The result of a simulation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Number of calls.
    pub calls: u32,
    /// Number of successful calls.
    pub successes: u32,
    /// Number of attempts of all calls.
    pub attempts: u32,
    /// Number of attempts that were retries.
    pub retries: u32,
    /// Number of requests rejected by the server's rate limit.
    pub rate_limited: u32,
    /// Time at which the last call ended.
    pub time: Duration,
    /// The first violation of each invariant that did not hold.
    pub violations: Vec<Violation>,
    /// Time, call and description of each event, if traced.
    pub trace: Vec<(Duration, usize, String)>,
}

/// Runs the scenario of a seed.
#[must_use]
pub fn run(seed: u64, mutation: Option<Mutation>) -> Report {
    let mut rng = Rng::with_seed(seed);
    let scenario = Scenario::random(&mut rng);
    Driver::new(&scenario, rng, mutation).run()
}

/// Runs the scenario of a seed and traces its events.
#[must_use]
pub fn trace(seed: u64) -> (Scenario, Report) {
    let mut rng = Rng::with_seed(seed);
    let scenario = Scenario::random(&mut rng);
    let report = Driver::new(&scenario, rng, None).traced().run();
    (scenario, report)
}

/// Runs a scenario.
#[must_use]
pub fn run_scenario(scenario: &Scenario, rng: Rng) -> Report {
    Driver::new(scenario, rng, None).run()
}
