//! JSON of no known shape. By hand, since that counts what it takes, and since numbers then are the
//! same whatever features of `serde_json` are switched on.

use std::fmt;

use serde::Deserializer;
use serde::de::{self, Deserialize, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::members::{Members, Opened};
use super::{FromJson, Key, Scalar, budget};

/// The deepest value that is kept. `serde_json` stops the whole response after 128 levels, of which
/// the rows take some.
const MAX_DEPTH: u8 = 100;

/// The most that an object takes for its first member, beside its name and what is in its value.
const OBJECT: usize = 640;

/// The most that it takes for each other one.
const MEMBER: usize = 128;

impl FromJson for Value {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Null => None,
            scalar => Some(scalar.into()),
        }
    }

    fn from_nothing() -> Option<Self> {
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

/// Adds the member that has this name.
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

/// Any value, null among them.
pub(crate) struct Any(pub(crate) Value);

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Within(0).deserialize(deserializer).map(Self)
    }
}

/// Any value that is so deep inside of others. What is too deep is null.
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

    super::visit_scalars!(Value::from);

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
