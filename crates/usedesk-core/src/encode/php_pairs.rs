//! A serde serializer that writes names and values as PHP reads them, straight into the body.
//!
//! Nested values are named with PHP's brackets: `lists[0][id]`, and `emails[]` for the scalar items
//! of a list. How a name and its value look in the body is up to the [`PairSyntax`].

use serde::Serialize;

use self::writer::Writer;
pub(super) use self::writer::{PairSyntax, Written};

mod nested;
mod serialize;
mod writer;

/// Writes the token and then `parameters`, which must be a struct or a map.
pub(super) fn write<S: PairSyntax>(syntax: S, token: &str, parameters: &impl Serialize) -> Written {
    Writer::new(syntax).write(token, parameters)
}

/// Returns the names at the top level of `parameters`.
pub(super) fn names(syntax: impl PairSyntax, parameters: &impl Serialize) -> Vec<String> {
    Writer::new(syntax).names(parameters)
}
