//! The payload of a request, without its secrets.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::decode::lenient::{self, Budget, Lenient};

use super::digest::Digest;
use super::error::{ReadError, WebhookError};
use super::limits::budget;

/// Members that are removed at any depth.
const SECRETS: [&str; 2] = ["secret", "secret_key"];

/// Everything that a webhook sent, except its secrets.
///
/// This includes members that [`Event`](super::Event) does not have, and members that could not be
/// decoded. The members `secret` and `secret_key` are removed at any depth.
///
/// Two payloads are equal if they are the same when sent as a form: `17` equals `"17"`, and null, an
/// empty text and an empty list equal an absent member. `Debug` prints the names of the members only, since
/// the values contain what people wrote.
///
/// # Examples
///
/// ```
/// use usedesk_core::webhooks::{Event, Receiver};
///
/// let body = br#"{"csi": {"id": 6, "rating": "good"}, "mood": {"before": "bad"}}"#;
/// let Event::TicketRated(rated) = Receiver::without_secret().event("application/json", body)? else {
///     panic!("another event")
/// };
/// assert_eq!(rated.rating, None);
/// assert_eq!(rated.payload["csi"]["rating"], "good");
/// assert_eq!(rated.payload["mood"]["before"], "bad");
/// # Ok::<(), usedesk_core::webhooks::WebhookError>(())
/// ```
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(from = "Map<String, Value>")]
pub struct Payload(Map<String, Value>);

impl Payload {
    /// Whether the member is present and not null, false, 0, `"0"` or empty.
    pub(super) fn has(&self, member: &str) -> bool {
        self.0.get(member).is_some_and(|value| !lenient::is_empty(value))
    }

    /// Deserializes the payload. An error has the path to the member.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, ReadError> {
        serde_path_to_error::deserialize(&self.0)
    }

    /// Decodes the payload within a budget, and returns it with the result or moves it into the
    /// error.
    ///
    /// The error does not quote values: deserializers only name the type that they expected.
    pub(super) fn decode<T>(
        self,
        read: impl Fn(&Self) -> Result<T, ReadError>,
    ) -> Result<(T, Self), WebhookError> {
        let _budget = budget();
        match read(&self) {
            Ok(decoded) => Ok((decoded, self)),
            Err(_) if Budget::is_exceeded() => Err(WebhookError::TooMuchMemory),
            Err(error) => Err(WebhookError::Decode {
                path: error.path().to_string(),
                reason: error.inner().to_string(),
                payload: self.0.into(),
            }),
        }
    }

    /// Removes the texts that consist of a placeholder, `{{client_id}}`.
    pub(super) fn without_placeholders(mut self) -> Self {
        retain(&mut self.0, &|_, value| !value.as_str().is_some_and(is_placeholder));
        self
    }

    /// Whether the payload would have no parameters as a form.
    pub(super) fn is_blank(&self) -> bool {
        fn is_blank(value: &Value) -> bool {
            match value {
                Value::Null => true,
                Value::Array(items) => items.iter().all(is_blank),
                Value::Object(members) => members.values().all(is_blank),
                _ => false,
            }
        }

        self.0.values().all(is_blank)
    }

    /// Hashes the payload. Equal payloads have equal hashes.
    pub(super) fn digest(&self) -> Digest {
        let mut digest = Digest::default();
        self.normalized().add_to(&mut digest);
        digest
    }

    fn normalized(&self) -> Normalized<'_> {
        Normalized::members(self.0.iter().map(|(name, value)| (Cow::from(name), value)))
    }
}

impl Deref for Payload {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl From<Map<String, Value>> for Payload {
    fn from(mut members: Map<String, Value>) -> Self {
        retain(&mut members, &|name, _| !SECRETS.contains(&name));
        Self(members)
    }
}

// For stored events. What Usedesk sends may have a member `payload` too, of any shape.
impl Lenient for Payload {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match lenient::read(deserializer)? {
            Some(Value::Object(members)) => Ok(members.into()),
            _ => Ok(Self::default()),
        }
    }
}

impl PartialEq for Payload {
    fn eq(&self, other: &Self) -> bool {
        self.normalized() == other.normalized()
    }
}

impl Eq for Payload {}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The order of a map depends on the features of `serde_json`.
        let mut names: Vec<_> = self.0.keys().collect();
        names.sort_unstable();
        f.write_str("Payload")?;
        f.debug_list().entries(names).finish()
    }
}

/// Keeps the members and the list items for which `keep` is true. The name of an item is empty.
fn retain(members: &mut Map<String, Value>, keep: &impl Fn(&str, &Value) -> bool) {
    fn inside(value: &mut Value, keep: &impl Fn(&str, &Value) -> bool) {
        match value {
            Value::Object(members) => retain(members, keep),
            Value::Array(items) => {
                items.retain(|item| keep("", item));
                for item in items {
                    inside(item, keep);
                }
            }
            _ => {}
        }
    }

    members.retain(|name, value| keep(name, value));
    for value in members.values_mut() {
        inside(value, keep);
    }
}

fn is_placeholder(text: &str) -> bool {
    let name = text.trim().strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    name.map(str::trim).is_some_and(|name| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
    })
}

/// A value as it is when sent as a form: everything is a text with a name.
#[derive(PartialEq)]
enum Normalized<'a> {
    Text(Cow<'a, str>),
    Members(BTreeMap<Cow<'a, str>, Self>),
}

impl<'a> Normalized<'a> {
    fn members(members: impl Iterator<Item = (Cow<'a, str>, &'a Value)>) -> Self {
        Self::Members(members.filter_map(|(name, value)| Some((name, Self::of(value)?))).collect())
    }

    /// Returns `None` for a value that a form cannot express, and for an empty text, by which a form
    /// may express null.
    fn of(value: &'a Value) -> Option<Self> {
        let normalized = match value {
            Value::Null => return None,
            Value::Bool(on) => Self::Text(if *on { "1" } else { "0" }.into()),
            Value::Number(number) => Self::Text(number.to_string().into()),
            Value::String(text) if text.is_empty() => return None,
            Value::String(text) => Self::Text(text.into()),
            Value::Array(items) => {
                let named = |(index, item): (usize, _)| (index.to_string().into(), item);
                Self::members(items.iter().enumerate().map(named))
            }
            Value::Object(members) => {
                Self::members(members.iter().map(|(name, value)| (Cow::from(name), value)))
            }
        };
        match normalized {
            Self::Members(members) if members.is_empty() => None,
            normalized => Some(normalized),
        }
    }

    /// Adds a byte before each piece to tell its kind, so that a text cannot look like a brace.
    fn add_to(&self, digest: &mut Digest) {
        match self {
            Self::Text(text) => {
                digest.add_byte(b'=');
                digest.add(text);
            }
            Self::Members(members) => {
                digest.add_byte(b'{');
                for (name, value) in members {
                    digest.add_byte(b',');
                    digest.add(name);
                    value.add_to(digest);
                }
                digest.add_byte(b'}');
            }
        }
    }
}
