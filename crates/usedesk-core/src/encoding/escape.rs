//! Percent-encoding, written for speed.

use crate::wiped::Wiped;

/// How each byte is written: up to three bytes, and how many they are.
///
/// Only unreserved characters stay as they are, a space becomes `+`. Four bytes are always
/// written and the position moves by the length, so that no branch depends on the text: Cyrillic
/// and HTML go as fast as letters.
const ESCAPES: [[u8; 4]; 256] = escapes();

/// How many bytes are escaped at a time; few enough that the block is cheap for short values.
const BLOCK: usize = 32;

/// Appends `text`, escaped.
pub(crate) fn escape_into(out: &mut Wiped, text: &[u8]) {
    // Names and most short values are plain, and copying is cheaper.
    if text.len() <= BLOCK && text.iter().all(|&byte| is_plain(byte)) {
        out.extend_from_slice(text);
        return;
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

/// Whether a byte stays as it is; a percent sign begins with itself, but does not.
fn is_plain(byte: u8) -> bool {
    let [first, .., length] = ESCAPES[usize::from(byte)];
    first == byte && length == 1
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
