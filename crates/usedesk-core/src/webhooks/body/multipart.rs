//! `multipart/form-data`, as far as webhooks need it: texts are read, files are skipped.

use memchr::memmem;
use serde_json::{Map, Value};

use crate::webhooks::WebhookError;

use super::parameters::Parameters;
use super::utf8::text;

/// The longest boundary, in bytes (RFC 2046).
const MAX_BOUNDARY: usize = 70;

/// Reads the parts without a file name.
pub(super) fn read(content_type: &str, body: &[u8]) -> Result<Map<String, Value>, WebhookError> {
    let boundary = parameter(content_type, "boundary")
        .filter(|boundary| (1..=MAX_BOUNDARY).contains(&boundary.len()))
        .ok_or(malformed("the content type has no boundary of 1 to 70 bytes"))?;
    // The line break before a boundary belongs to it and not to the part. The first has none.
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = match body.strip_prefix(&delimiter.as_bytes()[2..]) {
        Some(rest) => rest,
        None => {
            cut(body, delimiter.as_bytes())
                .ok_or(malformed("the body does not contain the boundary"))?
                .1
        }
    };
    let mut parameters = Parameters::default();
    while !rest.starts_with(b"--") {
        let (padding, part) =
            cut(rest, b"\r\n").ok_or(malformed("the body ends within a boundary line"))?;
        if !padding.trim_ascii().is_empty() {
            return Err(malformed("a boundary line has trailing text"));
        }
        let (part, after) =
            cut(part, delimiter.as_bytes()).ok_or(malformed("a part is not terminated"))?;
        let (headers, content) =
            cut(part, b"\r\n\r\n").ok_or(malformed("the headers of a part are not terminated"))?;
        let disposition =
            disposition(text(headers)?).ok_or(malformed("a part has no Content-Disposition"))?;
        let name = parameter(disposition, "name").ok_or(malformed("a part has no name"))?;
        if parameter(disposition, "filename").is_none() {
            parameters.add(&name, text(content)?)?;
        }
        rest = after;
    }
    Ok(parameters.into_members())
}

fn malformed(reason: &'static str) -> WebhookError {
    WebhookError::NotMultipart { reason }
}

/// Splits at the first `mark`.
fn cut<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = memmem::find(bytes, mark)?;
    Some((&bytes[..at], &bytes[at + mark.len()..]))
}

fn disposition(headers: &str) -> Option<&str> {
    let headers = headers.split("\r\n").filter_map(|header| header.split_once(':'));
    let mut named = headers.filter(|(name, _)| name.eq_ignore_ascii_case("content-disposition"));
    named.next().map(|(_, value)| value)
}

/// Returns a parameter of a header, `; name="value"`. In quotes a backslash escapes a quote or a
/// backslash.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let (_, mut rest) = header.split_once(';')?;
    loop {
        let (name, after) = rest.split_once('=')?;
        let (value, after) = value(after.trim_start());
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        (_, rest) = after.split_once(';')?;
    }
}

/// Splits a text into the value at its start and the rest.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = text.split_at(text.find(';').unwrap_or(text.len()));
        return (value.trim_end().to_owned(), rest);
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        let escaped = characters.clone().next().filter(|next| matches!(next, '"' | '\\'));
        match (character, escaped) {
            ('"', _) => break,
            ('\\', Some(escaped)) => {
                value.push(escaped);
                characters.next();
            }
            _ => value.push(character),
        }
    }
    (value, characters.as_str())
}
