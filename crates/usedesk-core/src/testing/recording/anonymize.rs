//! What a recording leaves out.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::decode::lenient::{repaired, to_text, without_byte_order_mark};
use crate::secret::ApiToken;

/// The members and parameters whose values a [`Recording`](super::Recording) replaces: tokens and
/// passwords, and the names, e-mail addresses, phones, addresses, notes and search terms of clients,
/// agents and all that has a name.
///
/// Names are compared as PHP reads them, and in any case: `.` and a space are `_`, and each part of
/// a name with brackets counts.
pub const ANONYMIZED_MEMBERS: &[&str] = &[
    "additional_id",
    "address",
    "addresses",
    "api_token",
    "avatar",
    "bcc",
    "cc",
    "channel_email",
    "channel_name",
    "chat_token",
    "city",
    "client_address",
    "client_city",
    "client_country",
    "client_email",
    "client_name",
    "client_phone",
    "company",
    "company_name",
    "contact",
    "country",
    "domains",
    "email",
    "emails",
    "file",
    "files",
    "from_email",
    "identity",
    "mails",
    "name",
    "nickname",
    "note",
    "password",
    "phone",
    "phones",
    "position",
    "query",
    "secret",
    "site",
    "sites",
    "template_variables",
    "token",
    "uid",
    "url",
    "user_name",
    "username",
];

/// Replaces such a value.
const ANONYMOUS: &str = "anonymous";

/// How many times JSON may be nested in a string of JSON. Beyond that the string is replaced.
const MAX_NESTED: u8 = 4;

/// Replaces the token and the values of some members.
#[derive(Clone)]
pub(super) struct Anonymizer {
    /// In addition to [`ANONYMIZED_MEMBERS`].
    added: BTreeSet<String>,
    /// Replaced wherever it occurs. The parameter `api_token` is replaced without it, too.
    token: Option<ApiToken>,
}

impl Anonymizer {
    pub(super) fn new(added: BTreeSet<String>, token: Option<ApiToken>) -> Self {
        Self { added, token }
    }

    /// Replaces the token in a text.
    pub(super) fn text(&self, text: &str) -> String {
        self.token.as_ref().map_or_else(|| text.to_owned(), |token| token.redact(text))
    }

    /// Replaces the token in a name or a path, unless it may be a word.
    pub(super) fn name(&self, name: &str) -> String {
        self.token.as_ref().map_or_else(|| name.to_owned(), |token| token.redact_names(name))
    }

    /// Anonymizes a form or a query. A name or a value that changes is then no longer escaped.
    pub(super) fn form(&self, form: &str) -> String {
        let form = &*self.name(form);
        let changed = |escaped: &str, anonymize: &dyn Fn(&str) -> String| {
            let text = unescape(escaped);
            let anonymized = anonymize(&text);
            if anonymized == text { escaped.to_owned() } else { anonymized }
        };
        let pairs = form.split('&').map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = if self.is_listed(&unescape(name)) {
                ANONYMOUS.to_owned()
            } else {
                self.text(&changed(value, &|value| self.string(value, 0)))
            };
            format!("{}={value}", self.name(&changed(name, &|name| self.name(name))))
        });
        if form.is_empty() { String::new() } else { pairs.collect::<Vec<_>>().join("&") }
    }

    /// Anonymizes a value of JSON.
    pub(super) fn json(&self, value: Value) -> Value {
        self.value(value, false, 0)
    }

    fn value(&self, value: Value, is_listed: bool, nested: u8) -> Value {
        match value {
            Value::Object(members) => {
                let members = members.into_iter().map(|(name, value)| {
                    let is_personal = is_listed && !is_structural(&name, &value);
                    let is_key = is_listed && !is_identifier(&name);
                    let value = self.value(value, is_personal || self.is_listed(&name), nested);
                    (if is_key { ANONYMOUS.to_owned() } else { self.name(&name) }, value)
                });
                Value::Object(members.collect())
            }
            Value::Array(items) => {
                items.into_iter().map(|item| self.value(item, is_listed, nested)).collect()
            }
            // What is absent stays absent.
            Value::String(text) if is_listed && !text.is_empty() => ANONYMOUS.into(),
            Value::Number(_) if is_listed => ANONYMOUS.into(),
            Value::String(text) => self.string(&text, nested).into(),
            Value::Number(number) => {
                let text = number.to_string();
                let redacted = self.text(&text);
                if redacted == text { number.into() } else { redacted.into() }
            }
            other => other,
        }
    }

    /// Anonymizes a text, which may be JSON.
    fn string(&self, text: &str, nested: u8) -> String {
        // Before it is parsed, since the token may have characters that JSON escapes.
        let text = &*self.name(text);
        let is_space = |c: char| c.is_whitespace() || c == '\u{feff}';
        let json = text.trim_matches(is_space);
        let value = if json.starts_with(['{', '[', '"']) { parse(json.as_bytes()) } else { None };
        match value {
            None => self.text(text),
            Some(_) if nested == MAX_NESTED => ANONYMOUS.to_owned(),
            Some(value) => self.text(&self.value(value, false, nested + 1).to_string()),
        }
    }

    /// Whether a part of a name such as `phones[0][phone]` is listed.
    fn is_listed(&self, name: &str) -> bool {
        name.split(['[', ']', '\0']).any(|part| {
            let part = normalize(part);
            ANONYMIZED_MEMBERS.contains(&&*part) || self.added.contains(&part)
        })
    }
}

/// How a name is compared: as PHP reads it, and in lower case.
pub(super) fn normalize(name: &str) -> String {
    name.trim().replace(['.', ' '], "_").to_ascii_lowercase()
}

/// Parses a body as a response is decoded: after a failure once more with repaired text.
pub(super) fn parse(body: &[u8]) -> Option<Value> {
    let text = to_text(without_byte_order_mark(body));
    serde_json::from_str(&text).ok().or_else(|| serde_json::from_str(&repaired(&text)?).ok())
}

/// Whether a member of an anonymized object says what the object is, and not who.
fn is_structural(name: &str, value: &Value) -> bool {
    match value {
        Value::Number(_) => name == "id" || name.ends_with("_id") || name == "fullcontact",
        Value::String(_) => matches!(name, "type" | "status") || name.ends_with("_at"),
        _ => false,
    }
}

/// Whether it is the name of a member or an index, and not a value such as an e-mail address.
fn is_identifier(name: &str) -> bool {
    let is_index = name.len() <= 4 && name.bytes().all(|byte| byte.is_ascii_digit());
    is_index || name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'_'))
}

/// Decodes a name or a value of a form. What is not UTF-8 becomes U+FFFD.
fn unescape(escaped: &str) -> String {
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped.as_bytes();
    while let [first, after @ ..] = rest {
        let digit = |at: usize| char::from(*after.get(at)?).to_digit(16);
        let escape = || u8::try_from(digit(0)? * 16 + digit(1)?).ok();
        let (byte, length) = match (first, escape()) {
            (b'%', Some(byte)) => (byte, 3),
            (b'+', _) => (b' ', 1),
            _ => (*first, 1),
        };
        bytes.push(byte);
        rest = &rest[length..];
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
