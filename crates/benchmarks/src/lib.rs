//! What is measured: the SDK beside what a competent user would write by hand, for the same job with
//! the same guarantees.
//!
//! `cargo xtask bench` runs them: `benches/time.rs` for time, the program of this crate for
//! instructions, memory and calls, `allocations` for allocations.

pub mod calls;
pub mod decode;
pub mod encode;
pub mod server;
pub mod update;

/// Why a measurement failed.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// One piece of work to be measured.
pub struct Case {
    /// Its name on the command line.
    pub name: &'static str,
    /// Prepares the work, which can then be done any number of times.
    pub prepare: fn() -> Work,
}

/// Does the work once, and returns a number made from the result: nothing may be optimized away.
pub type Work = Box<dyn Fn() -> usize>;

/// Every case.
pub fn cases() -> impl Iterator<Item = &'static Case> {
    encode::CASES.iter().chain(decode::CASES)
}

/// The case of this name.
#[must_use]
pub fn case(name: &str) -> Option<&'static Case> {
    cases().find(|case| case.name == name)
}
