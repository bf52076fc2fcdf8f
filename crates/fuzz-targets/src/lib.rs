//! Properties that must hold for every input.
//!
//! Each function here takes bytes and panics if a property does not hold. Fuzzers call them from
//! `crates/fuzz` (`cargo xtask fuzz`). The tests of this crate call them with inputs derived from
//! the seeds at random, the same in every run, so that machines without a fuzzer check the same
//! properties on fewer inputs. The seeds are plain text, in a format that each function documents.

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

/// Panics if the property does not hold for the input.
pub type Target = fn(&[u8]);

/// All targets, by the name of their fuzzer and of the folder of their seeds.
pub const TARGETS: &[(&str, Target)] = &[
    ("base_urls", base_urls),
    ("pagination", pagination),
    ("parameters", parameters),
    ("responses", responses),
    ("rows", rows),
    ("sandbox", sandbox),
    ("retry_after", retry_after),
    ("webhooks", webhooks),
];
