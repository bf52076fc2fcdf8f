//! `application/x-www-form-urlencoded`, which is a query too.

use crate::secret::ZeroizingBuffer;

use super::escape::escape_into;
use super::php_pairs::Spelling;

/// `name=value&name=value`.
pub(super) struct Form;

impl Spelling for Form {
    /// Escaped, which PHP undoes before it looks at them.
    const BRACKETS: [&'static str; 2] = ["%5B", "%5D"];

    const MAX_NAME: usize = usize::MAX;

    #[inline]
    fn begin(&self, out: &mut ZeroizingBuffer) {
        if !out.is_empty() {
            out.push(b'&');
        }
    }

    #[inline]
    fn push_name(&self, out: &mut ZeroizingBuffer, piece: &str) -> Option<()> {
        escape_into(out, piece.as_bytes());
        Some(())
    }

    #[inline]
    fn end_name(&self, out: &mut ZeroizingBuffer) {
        out.push(b'=');
    }

    #[inline]
    fn push(&self, out: &mut ZeroizingBuffer, piece: &[u8]) {
        escape_into(out, piece);
    }

    fn readable_name(parameter: &[u8]) -> String {
        let name = parameter.split(|&byte| byte == b'=').next().unwrap_or_default();
        let mut pieces = name.split(|&byte| byte == b'%');
        let mut name = pieces.next().unwrap_or_default().to_vec();
        for piece in pieces {
            let (digits, rest) = piece.split_at(piece.len().min(2));
            let digits = str::from_utf8(digits).ok();
            name.extend(digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()));
            name.extend_from_slice(rest);
        }
        String::from_utf8_lossy(&name).replace('+', " ")
    }
}
