//! What a body holds, however it is encoded.

use crate::decode::lenient::{self, Any, Budget};
use crate::text::quote;

mod form;
mod multipart;
mod parameters;

use serde_json::{Map, Value};

use super::error::WebhookError;

/// The largest body that is read, in bytes (a limit of ours).
///
/// A comment has about 64 KB. Escaped in JSON, Cyrillic takes three times as much, and a change can
/// hold a text as it was and as it is; that is less than half of this.
///
/// Reading a webhook takes less than ten times as much memory, the body included and whatever is in
/// it, before its secret is checked too. A body with too many lists and objects is an error,
/// [`TooMuchMemory`](WebhookError::TooMuchMemory); 2,000 objects of three members fit.
pub const MAX_WEBHOOK_BODY: usize = 1024 * 1024;

/// How much memory a body may take once it is read, beside its texts, in bytes: the same for a small
/// body, since whoever sends one may as well send a large one.
pub(super) const MAX_READ: usize = 2 * MAX_WEBHOOK_BODY;

/// As long as it lives, what is read takes no more than that.
pub(super) fn budget() -> Budget {
    Budget::of(MAX_WEBHOOK_BODY, 0)
}

/// The members of a JSON object, or the parameters of a form nested as PHP nests them.
pub(super) fn read(content_type: &str, body: &[u8]) -> Result<Map<String, Value>, WebhookError> {
    if body.len() > MAX_WEBHOOK_BODY {
        return Err(WebhookError::TooLarge);
    }
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let media_type = media_type.to_ascii_lowercase();
    // Content type or not: a form escapes the brace, a multipart body begins with hyphens. PHP's
    // curl calls all bodies forms when it is not told otherwise.
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
        Ok(_) => Err(WebhookError::NotJson { reason: "it is some other JSON".to_owned() }),
        Err(_) if Budget::is_exceeded() => Err(WebhookError::TooMuchMemory),
        Err(error) => Err(WebhookError::NotJson { reason: error.to_string() }),
    }
}

fn text(bytes: &[u8]) -> Result<&str, WebhookError> {
    str::from_utf8(bytes).map_err(|_| WebhookError::NotUtf8)
}
