//! Percent-encoding, written for speed.

use crate::secret::ZeroizingBuffer;

/// How each byte is written: up to three bytes, and how many they are.
///
/// Only unreserved characters stay as they are, a space becomes `+`. Four bytes are always
/// written and the position moves by the length, so that no branch depends on the text: Cyrillic
/// and HTML go as fast as letters.
const ESCAPES: [[u8; 4]; 256] = escapes();

/// How many bytes of a long text are escaped at a time.
const BLOCK: usize = 64;

/// Up to how many bytes a text is worth a look: one that is plain is copied, which is cheaper.
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

/// Whether all of it stays as it is.
#[inline]
pub(crate) fn is_plain(text: &[u8]) -> bool {
    // Not `any`: to look at every byte costs less than to ask after each whether to go on.
    text.iter().fold(0, |changes, &byte| changes | CHANGES[usize::from(byte)]) == 0
}

fn escape_blocks_into(out: &mut ZeroizingBuffer, text: &[u8]) {
    // At worst; to grow later would copy and wipe.
    out.make_room(text.len() * 3);
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
            // It is less than 256 anyway. Said so, it costs no check.
            let place = end % 256;
            block[place..place + 4].copy_from_slice(&escaped);
            end += usize::from(escaped[3]);
        }
        out.extend_from_slice(&block[..end]);
    }
}

/// 0 for the bytes that stay as they are. Not `bool`, of which the compiler makes slower code.
const CHANGES: [u8; 256] = changes();

const fn changes() -> [u8; 256] {
    let mut changes = [0; 256];
    let mut byte = 0;
    while byte < changes.len() {
        // A percent sign begins with itself, but does not stay.
        let stays = ESCAPES[byte][0] as usize == byte && ESCAPES[byte][3] == 1;
        changes[byte] = !stays as u8;
        byte += 1;
    }
    changes
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
