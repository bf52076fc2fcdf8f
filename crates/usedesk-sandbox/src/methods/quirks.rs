//! The awkward spellings that a real Usedesk may use for the same answer.

use std::fmt::Write;

use serde_json::{Value, json};

/// Members that may be nobody, and are then `"0"` and not null.
const NOBODY: &[&str] = &["group", "assignee_id", "email"];

/// An answer as text: numbers as strings, `"0"` for nobody, `{}` for empty lists, a `file` beside
/// `files`, escaped as PHP escapes.
#[must_use]
pub fn to_text(answer: Value) -> String {
    escape(&respell(answer).to_string())
}

fn respell(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(items) if items.is_empty() => json!({}),
        Value::Array(items) => items.into_iter().map(respell).collect(),
        Value::Object(mut members) => {
            // A comment with files, where a file may stand beside them.
            if let Some(first) = members.get("files").and_then(|files| files.get(0)).cloned() {
                members.insert("file".to_owned(), first);
            }
            let members = members.into_iter().map(|(name, value)| {
                let is_nobody = value.is_null() && NOBODY.contains(&name.as_str());
                let value = if is_nobody { "0".into() } else { respell(value) };
                (name, value)
            });
            members.collect()
        }
        value => value,
    }
}

/// The same JSON, escaped as PHP escapes.
#[must_use]
pub fn escape(json: &str) -> String {
    // Slashes and what is not ASCII stand only inside the strings of JSON.
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
