//! Percent-encoding.

use crate::secret::ZeroizingBuffer;

/// The escape of each byte: up to three bytes, and their number.
///
/// Unreserved characters are not escaped; a space becomes `+`. Four bytes are always written and
/// the position advances by the length, so that no branch depends on the text: Cyrillic and HTML
/// are as fast as letters.
const ESCAPES: [[u8; 4]; 256] = escapes();

/// The number of bytes that are escaped at a time.
const BLOCK: usize = 64;

/// Appends `text`, escaped.
pub(crate) fn escape_into(out: &mut ZeroizingBuffer, text: &[u8]) {
    // As most names and values are.
    if text.iter().all(|&byte| ESCAPES[usize::from(byte)][0] == byte && byte != b'%') {
        return out.extend_from_slice(text);
    }
    let mut block = [0; BLOCK * 3 + 1];
    for chunk in text.chunks(BLOCK) {
        let mut end = 0;
        for &byte in chunk {
            let escaped = ESCAPES[usize::from(byte)];
            block[end..end + 4].copy_from_slice(&escaped);
            end += usize::from(escaped[3]);
        }
        out.extend_from_slice(&block[..end]);
    }
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
