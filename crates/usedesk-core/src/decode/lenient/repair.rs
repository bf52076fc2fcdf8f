//! Repair of bodies that are almost JSON: a byte order mark, invalid characters in strings, and
//! numbers out of range.

use std::borrow::Cow;

/// Strips the byte order mark: where a file of the server's PHP code begins with one, so does every
/// response.
pub(crate) fn without_byte_order_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Decodes the body as UTF-8. Each run of invalid bytes becomes one U+FFFD, so that the text is at
/// most twice as long.
pub(crate) fn to_text(body: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = str::from_utf8(body) {
        return text.into();
    }
    let pieces = body.utf8_chunks().enumerate().flat_map(|(index, chunk)| {
        let is_first = index == 0 || !chunk.valid().is_empty();
        let is_invalid = !chunk.invalid().is_empty();
        [chunk.valid(), if is_first && is_invalid { "\u{fffd}" } else { "" }]
    });
    let mut text = String::with_capacity(pieces.clone().map(str::len).sum());
    text.extend(pieces);
    text.into()
}

/// Replaces unpaired surrogate escapes with U+FFFD, control characters in strings with spaces, and
/// numbers beyond the range of floating point with null. The result is never longer; `None` when
/// nothing was replaced.
///
/// Called only after decoding failed, so that valid bodies cost nothing.
pub(crate) fn repaired(text: &str) -> Option<String> {
    let mut repaired = String::new();
    let (mut at, mut copied) = (0, 0);
    let mut replace = |at: usize, length: usize, by: &str| {
        repaired.reserve_exact(text.len() - repaired.len());
        repaired.push_str(&text[copied..at]);
        repaired.push_str(by);
        copied = at + length;
    };
    let bytes = text.as_bytes();
    let mut in_string = false;
    while let Some(byte) = bytes.get(at) {
        let length = match byte {
            b'"' => {
                in_string = !in_string;
                1
            }
            b'\\' if in_string => match (escaped_unit(text, at), escaped_unit(text, at + 6)) {
                (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
                (Some(0xd800..=0xdfff), _) => {
                    replace(at, 6, "\\ufffd");
                    6
                }
                _ => 2,
            },
            0..0x20 if in_string => {
                replace(at, 1, " ");
                1
            }
            b'-' | b'0'..=b'9' if !in_string => {
                let is_part =
                    |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
                let length = bytes[at..].iter().take_while(|byte| is_part(byte)).count();
                if text[at..at + length].parse().is_ok_and(f64::is_infinite) {
                    replace(at, length, "null");
                }
                length
            }
            _ => 1,
        };
        at += length;
    }
    if copied == 0 {
        return None;
    }
    repaired.push_str(&text[copied..]);
    Some(repaired)
}

/// The UTF-16 code unit that is escaped at this index.
fn escaped_unit(text: &str, at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}
