//! Decoding a body, whatever its encoding.

use serde_json::{Map, Value};

use crate::decode::lenient::{self, Any, Budget};
use crate::text::quote;

use super::error::WebhookError;
use super::limits::{MAX_WEBHOOK_BODY, budget};

use self::utf8::text;

mod form;
mod multipart;
mod parameters;
mod utf8;

/// Reads the members of a JSON object, or the parameters of a form nested as PHP nests them.
pub(super) fn read(content_type: &str, body: &[u8]) -> Result<Map<String, Value>, WebhookError> {
    if body.len() > MAX_WEBHOOK_BODY {
        return Err(WebhookError::TooLarge);
    }
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let media_type = media_type.to_ascii_lowercase();
    // A brace means JSON whatever the content type: a form escapes it, a multipart body begins with
    // hyphens, and PHP's curl sends `application/x-www-form-urlencoded` for any body by default.
    let json = lenient::without_byte_order_mark(body);
    if json.trim_ascii_start().starts_with(b"{") {
        return read_json(json);
    }
    match &*media_type {
        "application/x-www-form-urlencoded" => form::read(body),
        "multipart/form-data" => multipart::read(content_type, body),
        "application/json" => read_json(json),
        other if other.ends_with("+json") => read_json(json),
        _ => Err(WebhookError::UnsupportedContentType { content_type: quote(content_type) }),
    }
}

fn read_json(body: &[u8]) -> Result<Map<String, Value>, WebhookError> {
    let text = text(body)?;
    match parse(text) {
        Err(WebhookError::NotJson { reason }) => match lenient::repaired(text) {
            Some(repaired) => parse(&repaired),
            None => Err(WebhookError::NotJson { reason }),
        },
        read => read,
    }
}

fn parse(text: &str) -> Result<Map<String, Value>, WebhookError> {
    let _budget = budget();
    match serde_json::from_str(text) {
        Ok(Any(Value::Object(members))) => Ok(members),
        Ok(_) => Err(WebhookError::NotJson { reason: "expected an object".to_owned() }),
        Err(_) if Budget::is_exceeded() => Err(WebhookError::TooMuchMemory),
        Err(error) => Err(WebhookError::NotJson { reason: error.to_string() }),
    }
}
