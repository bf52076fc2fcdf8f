//! What a recording leaves out.

use std::collections::BTreeSet;

use http::Request;
use serde_json::Value;

use crate::call::RequestToken;
use crate::encode::Body;
use crate::secret::ApiToken;

/// The members and parameters whose values a [`Recording`](super::Recording) replaces: names,
/// e-mail addresses, phones and addresses, of clients, agents and all that has a name.
pub const ANONYMIZED_MEMBERS: &[&str] = &[
    "address",
    "addresses",
    "avatar",
    "channel_email",
    "city",
    "client_email",
    "client_name",
    "company",
    "company_name",
    "country",
    "email",
    "emails",
    "from_email",
    "identity",
    "mails",
    "name",
    "nickname",
    "phone",
    "phones",
    "site",
    "sites",
    "uid",
    "url",
    "user_name",
];

/// Replaces such a value.
const ANONYMOUS: &str = "anonymous";

/// Replaces the token and the values of some members.
#[derive(Clone)]
pub(super) struct Anonymizer {
    members: BTreeSet<String>,
    token: Option<ApiToken>,
}

impl Default for Anonymizer {
    fn default() -> Self {
        let members = ANONYMIZED_MEMBERS.iter().map(|member| (*member).to_owned()).collect();
        Self { members, token: None }
    }
}

impl Anonymizer {
    pub(super) fn add(&mut self, member: String) {
        self.members.insert(member);
    }

    /// Returns one that also knows the token of the request.
    pub(super) fn for_request(&self, request: &Request<Body>) -> Self {
        let token = request.extensions().get::<RequestToken>().map(|token| token.0.clone());
        Self { token, ..self.clone() }
    }

    pub(super) fn text(&self, text: &str) -> String {
        self.token.as_ref().map_or_else(|| text.to_owned(), |token| token.redact(text))
    }

    /// Anonymizes a form or a query.
    pub(super) fn form(&self, form: &str) -> String {
        let pairs = form.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) if self.is_listed(name) => format!("{name}={ANONYMOUS}"),
            _ => pair.to_owned(),
        });
        self.text(&pairs.collect::<Vec<_>>().join("&"))
    }

    /// Whether a part of a name such as `phones%5B0%5D%5Bphone%5D` is listed.
    fn is_listed(&self, name: &str) -> bool {
        let name = name.replace("%5B", "[").replace("%5D", "]");
        name.split(['[', ']']).any(|part| self.members.contains(part))
    }

    pub(super) fn json(&self, value: Value) -> Value {
        match value {
            Value::Object(members) => {
                let members = members.into_iter().map(|(name, value)| {
                    let value = self.json(value);
                    let is_listed = self.members.contains(&name);
                    (self.text(&name), if is_listed { anonymous(value) } else { value })
                });
                Value::Object(members.collect())
            }
            Value::Array(items) => items.into_iter().map(|item| self.json(item)).collect(),
            Value::String(text) => self.text(&text).into(),
            Value::Number(number) => {
                let text = number.to_string();
                let redacted = self.text(&text);
                if redacted == text { number.into() } else { redacted.into() }
            }
            other => other,
        }
    }
}

/// Replaces a text or number, and those in a list. What is absent stays absent.
fn anonymous(value: Value) -> Value {
    match value {
        Value::String(text) if !text.is_empty() => ANONYMOUS.into(),
        Value::Number(_) => ANONYMOUS.into(),
        Value::Array(items) => items.into_iter().map(anonymous).collect(),
        other => other,
    }
}
