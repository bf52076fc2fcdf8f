//! How many inputs the tests try.

use std::env;

/// Set to `long` by `cargo xtask test --long`, and so in CI.
const VARIABLE: &str = "USEDESK_TESTS";

/// How many inputs or calls a test tries: `short` by default, `long` with `cargo xtask test --long`.
#[must_use]
pub fn short_or_long<T>(short: T, long: T) -> T {
    if env::var_os(VARIABLE).is_some_and(|value| value == "long") { long } else { short }
}
