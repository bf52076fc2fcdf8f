//! `application/x-www-form-urlencoded`, for bodies and queries.

use crate::secret::ZeroizingBuffer;

use super::escape::escape_into;
use super::php_pairs::PairSyntax;

/// `name=value&name=value`.
pub(super) struct Form;

impl PairSyntax for Form {
    /// Brackets are escaped too: PHP unescapes a name before it looks for them.
    fn push_name(&self, out: &mut ZeroizingBuffer, name: &str) -> Result<(), String> {
        if !out.is_empty() {
            out.push(b'&');
        }
        escape_into(out, name.as_bytes());
        out.push(b'=');
        Ok(())
    }

    fn push_value(&self, out: &mut ZeroizingBuffer, value: &str) {
        escape_into(out, value.as_bytes());
    }
}
