//! `application/x-www-form-urlencoded`, which is a query too.

use super::escape::escape_into;
use super::pairs::Sink;
use crate::wiped::Wiped;

/// Writes `name=value&name=value`.
pub(super) struct Form {
    pub(super) bytes: Wiped,
}

impl Form {
    pub(super) fn new() -> Self {
        Self { bytes: Wiped::with_capacity(512) }
    }
}

impl Sink for Form {
    /// Escaped, which PHP undoes before it looks at them.
    const BRACKETS: [&'static str; 2] = ["%5B", "%5D"];

    fn push_name(name: &mut Wiped, piece: &str) -> Option<()> {
        escape_into(name, piece.as_bytes());
        Some(())
    }

    fn readable_name(name: &[u8]) -> String {
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

    fn begin(&mut self, name: &[u8], is_appended: bool) {
        if !self.bytes.is_empty() {
            self.bytes.push(b'&');
        }
        self.bytes.extend_from_slice(name);
        if is_appended {
            self.bytes.extend_from_slice(b"%5B%5D");
        }
        self.bytes.push(b'=');
    }

    fn push(&mut self, piece: &str) {
        escape_into(&mut self.bytes, piece.as_bytes());
    }

    fn push_plain(&mut self, piece: &str) {
        self.bytes.extend_from_slice(piece.as_bytes());
    }
}
