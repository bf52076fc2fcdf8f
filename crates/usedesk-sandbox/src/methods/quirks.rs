//! Alternative spellings that a live Usedesk may use in responses.

use std::fmt::Write;

use serde_json::{Value, json};

/// Members that are `"0"` instead of null if absent.
const ZERO_WHEN_ABSENT: &[&str] = &["group", "assignee_id", "email"];

/// Serializes a response in the alternative spellings: numbers as strings, `"0"` for an absent id,
/// `{}` for an empty list, the first of `files` as `file`, and PHP's escapes.
#[must_use]
pub fn to_text(response: Value) -> String {
    escape(&respell(response).to_string())
}

fn respell(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(items) if items.is_empty() => json!({}),
        Value::Array(items) => items.into_iter().map(respell).collect(),
        Value::Object(mut members) => {
            // A comment with files.
            if let Some(first) = members.get("files").and_then(|files| files.get(0)).cloned() {
                members.insert("file".to_owned(), first);
            }
            let members = members.into_iter().map(|(name, value)| {
                let is_absent = value.is_null() && ZERO_WHEN_ABSENT.contains(&name.as_str());
                let value = if is_absent { "0".into() } else { respell(value) };
                (name, value)
            });
            members.collect()
        }
        value => value,
    }
}

/// Escapes JSON as PHP does.
#[must_use]
pub fn escape(json: &str) -> String {
    // In JSON, slashes and non-ASCII characters occur only in strings.
    json.chars().fold(String::with_capacity(json.len()), |mut text, character| {
        match character {
            '/' => text.push_str("\\/"),
            character if character.is_ascii() => text.push(character),
            character => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
        }
        text
    })
}
