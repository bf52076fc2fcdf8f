//! What differs between a form and a multipart body.

use crate::secret::ZeroizingBuffer;

/// How a name and its value are written into a body.
pub(crate) trait PairSyntax {
    /// The brackets around a key in a name.
    const BRACKETS: [&'static str; 2];

    /// Limit for a name, in bytes after escaping.
    const MAX_NAME: usize;

    /// Appends what precedes a name.
    fn begin_pair(&self, out: &mut ZeroizingBuffer);

    /// Appends a part of a name, or returns `None` if it cannot be sent.
    fn push_name(&self, out: &mut ZeroizingBuffer, part: &str) -> Option<()>;

    /// Appends what separates a name from its value.
    fn end_name(&self, out: &mut ZeroizingBuffer);

    /// Appends a part of a value.
    fn push_value(&self, out: &mut ZeroizingBuffer, part: &[u8]);

    /// Returns the name in `pair`, unescaped. The value may be missing.
    fn readable_name(pair: &[u8]) -> String;
}
