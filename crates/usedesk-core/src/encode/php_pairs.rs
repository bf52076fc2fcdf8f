//! A serde serializer that writes names and values as PHP reads them, straight into the body.
//!
//! Nested values are named with PHP's brackets: `lists[0][id]`, and `emails[]` for the scalar items
//! of a list. How a name and its value look in the body is up to the [`PairSyntax`].
//!
//! The writer keeps no stack of names. The name of a list is written once, for its first value;
//! each further value begins with a copy of it.

use serde::Serialize;

use crate::secret::ZeroizingBuffer;

pub(super) use self::syntax::PairSyntax;
use self::writer::Writer;
pub(super) use self::writer::Written;

mod nested;
mod private;
mod serialize;
mod syntax;
mod writer;

/// Enough for most requests without a long text.
const INITIAL_CAPACITY: usize = 1_024;

/// Writes the token and then `parameters`, which must be a struct or a map.
pub(super) fn write<S: PairSyntax>(syntax: S, token: &str, parameters: &impl Serialize) -> Written {
    let bytes = ZeroizingBuffer::with_capacity(INITIAL_CAPACITY);
    Writer::new(syntax, bytes, None).write(token, parameters)
}

/// Returns the names at the top level of `parameters`.
pub(super) fn names(syntax: impl PairSyntax, parameters: &impl Serialize) -> Vec<String> {
    let writer = Writer::new(syntax, ZeroizingBuffer::default(), Some(Vec::new()));
    writer.write("", parameters).names.unwrap_or_default()
}
