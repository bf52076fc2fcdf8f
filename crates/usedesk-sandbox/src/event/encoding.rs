//! Encodes payloads.

use std::fmt::Write;

use serde_json::Value;

use crate::quirks::Quirks;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Json,
    Form,
    Multipart,
}

#[cfg(feature = "program")]
impl Encoding {
    pub(crate) const WORDS: [&str; 3] = ["json", "form", "multipart"];

    pub(crate) fn word(self) -> &'static str {
        Self::WORDS[self as usize]
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        [Self::Json, Self::Form, Self::Multipart].into_iter().find(|known| known.word() == word)
    }
}

/// Returns the media type and the body.
pub(super) fn encode(encoding: Encoding, payload: &Value, quirks: Quirks) -> (String, Vec<u8>) {
    match encoding {
        Encoding::Json => ("application/json".to_owned(), quirks.to_text(payload).into_bytes()),
        Encoding::Form => {
            let pairs = pairs(payload);
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
                .collect();
            ("application/x-www-form-urlencoded".to_owned(), pairs.join("&").into_bytes())
        }
        Encoding::Multipart => multipart(&pairs(payload)),
    }
}

fn multipart(pairs: &[(String, String)]) -> (String, Vec<u8>) {
    let mut boundary = "usedesk-sandbox".to_owned();
    while pairs.iter().any(|(_, value)| value.contains(&boundary)) {
        boundary.push('-');
    }
    let mut body = String::new();
    for (name, value) in pairs {
        // Browsers escape names so.
        let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let disposition = format!("Content-Disposition: form-data; name=\"{name}\"");
        body.extend(["--", &boundary, "\r\n", &disposition, "\r\n\r\n", value, "\r\n"]);
    }
    body.extend(["--", &boundary, "--\r\n"]);
    (format!("multipart/form-data; boundary={boundary}"), body.into_bytes())
}

/// Returns the pairs that PHP's `http_build_query` makes of a payload: brackets for nested values,
/// 1 and 0 for booleans, nothing for null and empty arrays.
fn pairs(payload: &Value) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    if let Value::Object(members) = payload {
        for (name, value) in members {
            add(name, value, &mut pairs);
        }
    }
    pairs
}

fn add(name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Bool(on) => pairs.push((name.to_owned(), u8::from(*on).to_string())),
        Value::Number(number) => pairs.push((name.to_owned(), number.to_string())),
        Value::String(text) => pairs.push((name.to_owned(), text.clone())),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                add(&format!("{name}[{index}]"), item, pairs);
            }
        }
        Value::Object(members) => {
            for (member, value) in members {
                add(&format!("{name}[{member}]"), value, pairs);
            }
        }
    }
}

fn escape(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut escaped, byte| {
        match byte {
            b' ' => escaped.push('+'),
            byte if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) => {
                escaped.push(char::from(byte));
            }
            byte => {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "%{byte:02X}");
            }
        }
        escaped
    })
}
