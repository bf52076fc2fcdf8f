//! What is measured, and what it is measured against: each module has the two side by side, ours
//! and what a competent user would write by hand.
//!
//! `cargo xtask bench` runs them: `benches/time.rs` for time, the program of this crate for
//! instructions, memory and calls, `allocations` for allocations.

pub mod calls;
pub mod decode;
pub mod encode;
pub mod growth;
pub mod plot;
pub mod server;

/// One piece of work to be measured.
pub struct Case {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Prepares the work, which then can be done again and again.
    pub prepare: fn() -> Work,
}

/// Does the work once, and gives a number made from the result, so that nothing is optimized away.
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
