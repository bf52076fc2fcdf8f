//! `application/x-www-form-urlencoded`, for bodies and queries.

use crate::secret::ZeroizingBuffer;

use super::escape::escape_into;
use super::php_pairs::PairSyntax;

/// `name=value&name=value`.
pub(super) struct Form;

impl PairSyntax for Form {
    /// Escaped brackets: PHP unescapes a name before it looks for brackets.
    const BRACKETS: [&'static str; 2] = ["%5B", "%5D"];

    const MAX_NAME: usize = usize::MAX;

    #[inline]
    fn begin_pair(&self, out: &mut ZeroizingBuffer) {
        if !out.is_empty() {
            out.push(b'&');
        }
    }

    #[inline]
    fn push_name(&self, out: &mut ZeroizingBuffer, part: &str) -> Option<()> {
        escape_into(out, part.as_bytes());
        Some(())
    }

    #[inline]
    fn end_name(&self, out: &mut ZeroizingBuffer) {
        out.push(b'=');
    }

    #[inline]
    fn push_value(&self, out: &mut ZeroizingBuffer, part: &[u8]) {
        escape_into(out, part);
    }

    fn readable_name(pair: &[u8]) -> String {
        let name = pair.split(|&byte| byte == b'=').next().unwrap_or_default();
        let mut parts = name.split(|&byte| byte == b'%');
        let mut name = parts.next().unwrap_or_default().to_vec();
        for part in parts {
            let (digits, rest) = part.split_at(part.len().min(2));
            let digits = str::from_utf8(digits).ok();
            name.extend(digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()));
            name.extend_from_slice(rest);
        }
        String::from_utf8_lossy(&name).replace('+', " ")
    }
}
