//! JSON of unknown shape. Decoded by hand, to count the memory it takes, and so that numbers are
//! the same whatever features of `serde_json` are enabled.

use std::fmt;

use serde::Deserializer;
use serde::de::{Deserialize, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::budget;
use super::from_json::FromJson;
use super::members::{Key, Members, Opened};
use super::scalar::{Scalar, visit_scalars};

/// The deepest value that is kept. `serde_json` rejects the whole response beyond 128 levels, some
/// of which the rows take.
const MAX_DEPTH: u8 = 100;

/// Upper bound of what an object takes for its first member, in bytes, without its name and the
/// content of its value.
const OBJECT: usize = 640;

/// The same for each further member.
const MEMBER: usize = 128;

impl FromJson for Value {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Null => None,
            Scalar::Text(text) if text.is_empty() => None,
            scalar => Some(scalar.into()),
        }
    }

    fn from_empty_object() -> Option<Self> {
        Some(Self::Object(Map::new()))
    }

    fn from_members<'de, A: MapAccess<'de>>(
        members: &mut Members<'de, A>,
    ) -> Result<Option<Self>, A::Error> {
        object(members, 0).map(Some)
    }

    fn from_items<'de, A: SeqAccess<'de>>(items: &mut A) -> Result<Option<Self>, A::Error> {
        list(items, 0).map(Some)
    }
}

fn object<'de, A: MapAccess<'de>>(
    members: &mut Members<'de, A>,
    depth: u8,
) -> Result<Value, A::Error> {
    let mut object = Map::new();
    while let Some(name) = members.next_key()? {
        insert(&mut object, name, members, depth)?;
    }
    Ok(Value::Object(object))
}

/// Decodes the member of this name and adds it.
pub(super) fn insert<'de, A: MapAccess<'de>>(
    object: &mut Map<String, Value>,
    Key(name): Key<'de>,
    members: &mut Members<'de, A>,
    depth: u8,
) -> Result<(), A::Error> {
    budget::take(if object.is_empty() { OBJECT } else { MEMBER })?;
    object.insert(name.into_owned(), members.next_value_seed(Within(depth + 1))?);
    Ok(())
}

fn list<'de, A: SeqAccess<'de>>(items: &mut A, depth: u8) -> Result<Value, A::Error> {
    let mut list = Vec::new();
    while let Some(item) = items.next_element_seed(Within(depth + 1))? {
        budget::push(&mut list, item)?;
    }
    Ok(Value::Array(list))
}

/// Any value, null included.
pub(crate) struct Any(pub(crate) Value);

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Within(0).deserialize(deserializer).map(Self)
    }
}

/// Decodes any value at this depth. Beyond [`MAX_DEPTH`] it is null.
struct Within(u8);

impl<'de> DeserializeSeed<'de> for Within {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        if self.0 > MAX_DEPTH {
            return IgnoredAny::deserialize(deserializer).map(|_| Value::Null);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Within {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    visit_scalars!(|self, scalar| Ok(scalar.into()));

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        list(&mut items, self.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Value, A::Error> {
        match Members::open(members)? {
            Opened::Empty => Ok(Value::Object(Map::new())),
            Opened::Number(number) => Ok(number.into()),
            Opened::Members(mut members) => object(&mut members, self.0),
        }
    }
}

/// Whether PHP considers it empty. So is an empty object, which PHP may mean as an empty list.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(on) => !on,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => matches!(text.as_str(), "" | "0"),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}
