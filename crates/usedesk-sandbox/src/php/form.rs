//! Parses `application/x-www-form-urlencoded` bodies and queries.

use serde_json::{Map, Value};

use super::array::Array;
use super::body::MAX_VARIABLES;

/// Parses `name=value&name=value`.
pub(crate) fn read_form(form: &[u8]) -> Map<String, Value> {
    let mut variables = Array::default();
    if form.is_empty() {
        return Map::new();
    }
    for piece in form.split(|byte| *byte == b'&').take(MAX_VARIABLES) {
        let equals = piece.iter().position(|byte| *byte == b'=');
        let (name, value) = equals.map_or((piece, &b""[..]), |at| (&piece[..at], &piece[at + 1..]));
        let value = String::from_utf8_lossy(&decode(value)).into_owned();
        variables.register(&decode(name), value);
    }
    variables.into_map()
}

/// Percent-decodes. A percent sign without two hexadecimal digits is kept.
fn decode(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        rest = match rest {
            [] => return decoded,
            [b'+', rest @ ..] => {
                decoded.push(b' ');
                rest
            }
            [b'%', high, low, after @ ..] => {
                if let (Some(high), Some(low)) = (hex(*high), hex(*low)) {
                    decoded.push(high << 4 | low);
                    after
                } else {
                    decoded.push(b'%');
                    &rest[1..]
                }
            }
            [byte, rest @ ..] => {
                decoded.push(*byte);
                rest
            }
        }
    }
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
