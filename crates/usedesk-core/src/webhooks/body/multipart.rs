//! `multipart/form-data`, as far as webhooks need it: texts are read, files left out.

use memchr::memmem;
use serde_json::{Map, Value};

use crate::webhooks::WebhookError;

use super::parameters::Parameters;
use super::text;

/// The longest boundary, in bytes (RFC 2046).
const MAX_BOUNDARY: usize = 70;

/// Reads the parts whose disposition has no file name.
pub(super) fn read(content_type: &str, body: &[u8]) -> Result<Map<String, Value>, WebhookError> {
    let boundary = parameter(content_type, "boundary")
        .filter(|boundary| (1..=MAX_BOUNDARY).contains(&boundary.len()))
        .ok_or(broken("the content type has no boundary of 1 to 70 bytes"))?;
    // Every boundary but the first begins with a line break, which is not a part's own.
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = match body.strip_prefix(&delimiter.as_bytes()[2..]) {
        Some(rest) => rest,
        None => cut(body, delimiter.as_bytes()).ok_or(broken("its boundary is not in it"))?.1,
    };
    let mut parameters = Parameters::default();
    while !rest.starts_with(b"--") {
        let (padding, part) = cut(rest, b"\r\n").ok_or(broken("it ends within a boundary"))?;
        if !padding.trim_ascii().is_empty() {
            return Err(broken("a line begins with its boundary and goes on"));
        }
        let (part, after) = cut(part, delimiter.as_bytes()).ok_or(broken("a part has no end"))?;
        let (headers, content) =
            cut(part, b"\r\n\r\n").ok_or(broken("a part has no end of its headers"))?;
        let disposition =
            disposition(text(headers)?).ok_or(broken("a part has no content disposition"))?;
        let name = parameter(disposition, "name").ok_or(broken("a part has no name"))?;
        if parameter(disposition, "filename").is_none() {
            parameters.add(&name, text(content)?)?;
        }
        rest = after;
    }
    Ok(parameters.into_members())
}

fn broken(reason: &'static str) -> WebhookError {
    WebhookError::NotMultipart { reason }
}

/// What comes before and after `mark`.
fn cut<'a>(bytes: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = memmem::find(bytes, mark)?;
    Some((&bytes[..at], &bytes[at + mark.len()..]))
}

fn disposition(headers: &str) -> Option<&str> {
    let headers = headers.split("\r\n").filter_map(|header| header.split_once(':'));
    let mut named = headers.filter(|(name, _)| name.eq_ignore_ascii_case("content-disposition"));
    named.next().map(|(_, value)| value)
}

/// A parameter of a header, `; name="value"`. In quotes a backslash stands before a quote and
/// before a backslash.
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

/// The value that a text begins with, and what follows it.
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
