//! Percent-encoding, optimized.

use crate::secret::ZeroizingBuffer;

/// The escape of each byte: up to three bytes, and their number.
///
/// Unreserved characters are not escaped; a space becomes `+`. Four bytes are always written and
/// the position advances by the length, so that no branch depends on the text: Cyrillic and HTML
/// are as fast as letters.
const ESCAPES: [[u8; 4]; 256] = escapes();

/// The number of bytes of a long text that are escaped at a time.
const BLOCK: usize = 64;

/// The longest text, in bytes, that is scanned first: one that needs no escaping is copied, which is
/// cheaper.
const SHORT: usize = 64;

/// Appends `text`, escaped.
#[inline]
pub(crate) fn escape_into(out: &mut ZeroizingBuffer, text: &[u8]) {
    if text.len() <= SHORT && is_plain(text) {
        out.extend_from_slice(text);
    } else {
        escape_blocks_into(out, text);
    }
}

/// Whether no byte needs escaping.
#[inline]
pub(crate) fn is_plain(text: &[u8]) -> bool {
    // Not `any`: reading every byte costs less than a branch after each.
    text.iter().fold(0, |escaped, &byte| escaped | IS_ESCAPED[usize::from(byte)]) == 0
}

fn escape_blocks_into(out: &mut ZeroizingBuffer, text: &[u8]) {
    // The worst case: growing later would copy and zeroize.
    out.reserve(text.len() * 3);
    if let &[byte] = text {
        let [bytes @ .., length] = ESCAPES[usize::from(byte)];
        out.extend_from_slice(&bytes[..usize::from(length)]);
        return;
    }
    let mut block = [0; 256 + 3];
    for chunk in text.chunks(BLOCK) {
        let mut end = 0;
        for &byte in chunk {
            let escaped = ESCAPES[usize::from(byte)];
            // Never 256 or more; the remainder removes the bounds check.
            let start = end % 256;
            block[start..start + 4].copy_from_slice(&escaped);
            end += usize::from(escaped[3]);
        }
        out.extend_from_slice(&block[..end]);
    }
}

/// 0 for the bytes that are not escaped. Not `bool`, which compiles to slower code.
const IS_ESCAPED: [u8; 256] = is_escaped();

const fn is_escaped() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < table.len() {
        // The escape of a percent sign begins with itself.
        let is_plain = ESCAPES[byte][0] as usize == byte && ESCAPES[byte][3] == 1;
        table[byte] = !is_plain as u8;
        byte += 1;
    }
    table
}

const fn escapes() -> [[u8; 4]; 256] {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut table = [[0; 4]; 256];
    let mut byte = 0_u8;
    loop {
        table[byte as usize] = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => [byte, 0, 0, 1],
            b' ' => [b'+', 0, 0, 1],
            _ => [b'%', HEX[(byte >> 4) as usize], HEX[(byte & 15) as usize], 3],
        };
        if byte == u8::MAX {
            return table;
        }
        byte += 1;
    }
}
