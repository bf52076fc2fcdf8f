//! The call engine in virtual time: programs with many handles and calls against a model of the
//! server, its limits and its faults, and a network that delays and loses.
//!
//! A seed stands for a [`Scenario`] and for all chance in it, so what fails can be run again. There
//! are no threads and no sleep: an event queue moves the time. Whatever happens, every
//! [`Invariant`] must hold; each [`Mutation`] breaks a rule to show that this is noticed.

mod bulk;
mod checker;
mod limiter;
mod mutation;
mod scenario;
mod server;
mod world;

use std::time::Duration;

use fastrand::Rng;

pub use bulk::{Bulk, FASTEST, UPDATES, bulk};
pub use checker::{Invariant, Violation};
pub use limiter::{LIMIT, Rule, SPACING};
pub use mutation::Mutation;
pub use scenario::{Faults, Handle, MAX_JITTER, Program, Scenario, Speed};

use crate::world::World;

/// What came of a simulation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// How many calls were begun.
    pub calls: u32,
    /// How many of them succeeded.
    pub successes: u32,
    /// How many exchanges they had.
    pub exchanges: u32,
    /// How many of those repeated an earlier one of their call.
    pub repetitions: u32,
    /// How many requests the server refused by its limit.
    pub refusals: u32,
    /// When the last call ended.
    pub time: Duration,
    /// Which invariants did not hold, each with where this was seen first.
    pub violations: Vec<Violation>,
    /// What happened to which call, if it was asked for.
    pub trace: Vec<(Duration, usize, String)>,
}

/// Runs what the seed stands for.
#[must_use]
pub fn run(seed: u64, mutation: Option<Mutation>) -> Report {
    let mut rng = Rng::with_seed(seed);
    let scenario = Scenario::random(&mut rng);
    World::new(&scenario, rng, mutation).run()
}

/// The same, and writes down what happens.
#[must_use]
pub fn trace(seed: u64) -> (Scenario, Report) {
    let mut rng = Rng::with_seed(seed);
    let scenario = Scenario::random(&mut rng);
    let report = World::new(&scenario, rng, None).traced().run();
    (scenario, report)
}

/// Runs a scenario.
#[must_use]
pub fn run_scenario(scenario: &Scenario, rng: Rng) -> Report {
    World::new(scenario, rng, None).run()
}
