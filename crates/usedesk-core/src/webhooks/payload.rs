//! What a request holds, without its secrets.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::decode::lenient::{self, Lenient};

use super::error::ReadError;
use super::key::Digest;

/// The members that are removed wherever they are.
const SECRETS: [&str; 2] = ["secret", "secret_key"];

/// Everything that a webhook holds, but for its secrets: also what has no member in
/// [`Event`](super::Event), and what could not be read.
///
/// The members `secret` and `secret_key` are removed at any depth. Two payloads are equal when a
/// form would say the same: `17` and `"17"` are equal, null and an empty list mean that there is no
/// member. `Debug` prints the names of the members only, since the values are what people wrote.
///
/// # Examples
///
/// ```
/// use usedesk_core::webhooks::{Event, Receiver};
///
/// let body = br#"{"csi": {"id": 6, "rating": "good"}, "mood": {"before": "bad"}}"#;
/// let Event::Rating(rated) = Receiver::without_secret().event("application/json", body)? else {
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
    /// Whether there is such a member, and it is not null, false, 0, `"0"` or empty.
    pub(super) fn has(&self, member: &str) -> bool {
        self.0.get(member).is_some_and(|value| !lenient::is_empty(value))
    }

    /// Reads it, with the path to what cannot be read.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, ReadError> {
        serde_path_to_error::deserialize(&self.0)
    }

    /// Without the texts that are nothing but a placeholder, `{{client_id}}`.
    pub(super) fn without_placeholders(mut self) -> Self {
        retain(&mut self.0, &|_, value| !value.as_str().is_some_and(is_placeholder));
        self
    }

    pub(super) fn into_value(self) -> Value {
        self.0.into()
    }

    /// Whether a form would have no parameter.
    pub(super) fn says_nothing(&self) -> bool {
        self.said() == Said::Members(BTreeMap::new())
    }

    /// The same for equal payloads.
    pub(super) fn digest(&self) -> Digest {
        let mut digest = Digest::default();
        self.said().add_to(&mut digest);
        digest
    }

    fn said(&self) -> Said<'_> {
        Said::members(self.0.iter().map(|(name, value)| (Cow::from(name), value)))
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

/// In what was kept. In what Usedesk sends such a member may be anything, and is not taken for this.
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
        self.said() == other.said()
    }
}

impl Eq for Payload {}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In one order, whatever features of `serde_json` a program has.
        let mut names: Vec<_> = self.0.keys().collect();
        names.sort_unstable();
        f.write_str("Payload")?;
        f.debug_list().entries(names).finish()
    }
}

/// Keeps the members, and the items of lists, for which `keep` is true. An item has no name.
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

/// A value as a form says it, in which everything is a text with a name.
#[derive(PartialEq)]
enum Said<'a> {
    Text(Cow<'a, str>),
    Members(BTreeMap<Cow<'a, str>, Self>),
}

impl<'a> Said<'a> {
    fn members(members: impl Iterator<Item = (Cow<'a, str>, &'a Value)>) -> Self {
        Self::Members(members.filter_map(|(name, value)| Some((name, Self::of(value)?))).collect())
    }

    /// None for what a form cannot say.
    fn of(value: &'a Value) -> Option<Self> {
        let said = match value {
            Value::Null => return None,
            Value::Bool(on) => Self::Text(if *on { "1" } else { "0" }.into()),
            Value::Number(number) => Self::Text(number.to_string().into()),
            Value::String(text) => Self::Text(text.into()),
            Value::Array(items) => {
                let named = |(index, item): (usize, _)| (index.to_string().into(), item);
                Self::members(items.iter().enumerate().map(named))
            }
            Value::Object(members) => {
                Self::members(members.iter().map(|(name, value)| (Cow::from(name), value)))
            }
        };
        match said {
            Self::Members(members) if members.is_empty() => None,
            said => Some(said),
        }
    }

    /// With a byte before each piece that says what it is, so that no text is taken for a brace.
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
