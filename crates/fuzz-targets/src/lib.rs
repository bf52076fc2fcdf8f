//! What must hold for every input, whatever is in it.
//!
//! Each function here takes bytes and panics when a promise is broken. Fuzzers call them from
//! `crates/fuzz` (`cargo xtask fuzz`), and the tests of this crate with inputs that are made from
//! the seeds at random, the same each time: so what a machine without a fuzzer checks is the same,
//! only less of it. The seeds are plain text; each function documents how it reads one.

#![expect(clippy::missing_panics_doc, reason = "every function here panics: that is a finding")]

mod base_urls;
mod input;
mod pagination;
mod parameters;
mod responses;
mod retry_after;
mod rows;
mod sandbox;
mod webhooks;

pub use base_urls::base_urls;
pub use pagination::pagination;
pub use parameters::parameters;
pub use responses::{OPERATIONS, responses};
pub use retry_after::retry_after;
pub use rows::rows;
pub use sandbox::sandbox;
pub use webhooks::webhooks;

/// Panics when an input breaks a promise.
pub type Target = fn(&[u8]);

/// Every target with its name, which its folder of seeds and its fuzzer have, too.
pub const TARGETS: &[(&str, Target)] = &[
    ("responses", responses),
    ("base_urls", base_urls),
    ("pagination", pagination),
    ("parameters", parameters),
    ("rows", rows),
    ("sandbox", sandbox),
    ("retry_after", retry_after),
    ("webhooks", webhooks),
];
