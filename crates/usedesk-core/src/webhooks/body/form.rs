//! `application/x-www-form-urlencoded`.

use serde_json::{Map, Value};

use crate::webhooks::WebhookError;

use super::parameters::Parameters;
use super::utf8::text;

/// Reads `name=value&name=value`.
pub(super) fn read(body: &[u8]) -> Result<Map<String, Value>, WebhookError> {
    let mut parameters = Parameters::default();
    for pair in body.split(|&byte| byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut sides = pair.splitn(2, |&byte| byte == b'=');
        let mut next = || unescape(sides.next().unwrap_or_default());
        let (name, value) = (next(), next());
        parameters.add(text(&name)?, text(&value)?)?;
    }
    Ok(parameters.into_members())
}

/// Decodes percent-encoding. A percent sign without two hexadecimal digits is kept.
fn unescape(escaped: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(escaped.len());
    let mut at = 0;
    while let Some(&byte) = escaped.get(at) {
        let digit = |offset: usize| escaped.get(at + offset).and_then(|&digit| hex(digit));
        let (decoded, length) = match (byte, digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => (high << 4 | low, 3),
            (b'+', ..) => (b' ', 1),
            _ => (byte, 1),
        };
        plain.push(decoded);
        at += length;
    }
    plain
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
