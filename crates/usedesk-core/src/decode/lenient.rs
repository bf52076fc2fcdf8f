//! Lenient deserialization of what the server sends.
//!
//! What identifies a row, its id, is required. No other member can cost the row, whatever it is:
//! what cannot be read as the member's type is absent. One trait says how, [`Lenient`], for each
//! type that a member has, so that whole structs are read by one rule:
//!
//! | type | read from | absent |
//! | --- | --- | --- |
//! | ids, numbers | a number, a text with one; of an object its `id` | null, 0, `"0"`, all else |
//! | flags | a flag, a number, a text with either | null, `""`, all else |
//! | texts | a text, a number; of lists and objects their JSON | null, `""`, false, `[]`, `{}` |
//! | open enums | a text, a number | null, `""`, `"0"`, 0, all else |
//! | dates | see [`date_time`] | null, `0000-00-00 00:00:00`, all else |
//! | structs | an object | `{}`, all else |
//! | lists | a list; an object with numbers for names, as PHP writes it; one item alone | all else |
//!
//! Absent is `None` for an `Option`, and the empty text, 0 or the empty list for the others: `""`
//! and null are the same everywhere. Of a list, items that are absent are left out.
//!
//! Visitors are written by hand: they cost nothing where a value has the type that is expected.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

pub(crate) use self::budget::{Budget, gave_up};
pub(crate) use self::lists::{RowByRow, rows};
use self::members::{Members, Opened, expected, skip_items};
pub(crate) use self::objects::{object, object_unless_empty, objects};
pub(crate) use self::repair::{repaired, to_text};
pub(crate) use self::scalar::Scalar;
pub(crate) use self::text::Text;
pub(crate) use self::value::Any;

mod budget;
pub(crate) mod date_time;
mod lists;
pub(crate) mod members;
mod objects;
mod repair;
mod scalar;
pub(crate) mod strict;
mod text;
mod value;

/// A type that a member of a response has.
pub(crate) trait Lenient: Sized {
    /// Reads the member. Fails only where the whole response is not JSON, or takes too much memory.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Reads any member. On whole structs:
///
/// ```text
/// #[serde_with::apply(_ => #[serde(default, deserialize_with = "crate::decode::lenient::read")])]
/// ```
pub(crate) fn read<'de, D: Deserializer<'de>, T: Lenient>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// What one value is read as; none where it is absent.
pub(crate) trait FromJson: Sized {
    /// Whether an object stands for its member `id`.
    const ID_MEMBER: bool = false;

    /// Of a text, a number, a flag or null.
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self>;

    /// Of an object without members.
    fn from_nothing() -> Option<Self> {
        None
    }

    /// Of an object.
    fn from_members<'de, A: MapAccess<'de>>(
        members: &mut Members<'de, A>,
    ) -> Result<Option<Self>, A::Error> {
        if !Self::ID_MEMBER {
            return members.skip().map(|()| None);
        }
        let mut id = None;
        while let Some(Key(name)) = members.next_key()? {
            match &*name {
                "id" => id = members.next_value_seed(One::<Plain<Self>>::new())?,
                _ => drop(members.next_value::<de::IgnoredAny>()?),
            }
        }
        Ok(id.map(|Plain(id)| id))
    }

    /// Of a list.
    fn from_items<'de, A: SeqAccess<'de>>(items: &mut A) -> Result<Option<Self>, A::Error> {
        skip_items(items)?;
        Ok(None)
    }
}

impl<T: FromJson> FromJson for Box<T> {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        T::from_scalar(scalar).map(Self::new)
    }

    fn from_members<'de, A: MapAccess<'de>>(
        members: &mut Members<'de, A>,
    ) -> Result<Option<Self>, A::Error> {
        T::from_members(members).map(|value| value.map(Self::new))
    }
}

impl<T: FromJson> Lenient for Option<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        One::new().deserialize(deserializer)
    }
}

/// How many of something there are.
impl Lenient for u64 {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer).map(Option::unwrap_or_default)
    }
}

/// The methods of a visitor that take a value without brackets, by one function of a [`Scalar`].
macro_rules! visit_scalars {
    ($read:expr) => {
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok($read($crate::decode::lenient::Scalar::Null))
        }

        fn visit_bool<E: de::Error>(self, on: bool) -> Result<Self::Value, E> {
            Ok($read($crate::decode::lenient::Scalar::Bool(on)))
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
            Ok($read($crate::decode::lenient::Scalar::Unsigned(number)))
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
            Ok($read($crate::decode::lenient::Scalar::Signed(number)))
        }

        fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
            Ok($read($crate::decode::lenient::Scalar::Float(number)))
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok($read($crate::decode::lenient::Scalar::Text(text.into())))
        }

        fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
            Ok($read($crate::decode::lenient::Scalar::Text(text.into())))
        }
    };
}

pub(crate) use visit_scalars;

/// Reads one value.
struct One<T>(PhantomData<T>);

impl<T> One<T> {
    fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: FromJson> DeserializeSeed<'de> for One<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: FromJson> Visitor<'de> for One<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    visit_scalars!(T::from_scalar);

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Option<T>, A::Error> {
        T::from_items(&mut items)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Option<T>, A::Error> {
        match Members::open(members)? {
            Opened::Empty => Ok(T::from_nothing()),
            Opened::Number(number) => Ok(T::from_scalar(number)),
            Opened::Members(mut members) => T::from_members(&mut members),
        }
    }
}

/// A value without brackets. One in brackets is absent.
struct Plain<T>(T);

impl<T: FromJson> FromJson for Plain<T> {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        T::from_scalar(scalar).map(Self)
    }

    fn from_members<'de, A: MapAccess<'de>>(
        members: &mut Members<'de, A>,
    ) -> Result<Option<Self>, A::Error> {
        members.skip().map(|()| None)
    }
}

/// A whole number from 0 that is required.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    struct Number(u64);

    impl FromJson for Number {
        fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
            scalar.unsigned().map(Self)
        }
    }

    let number = One::new().deserialize(deserializer)?;
    number.map(|Number(number)| number).ok_or_else(|| expected("a whole number from 0"))
}

/// The id of what was just created or changed. There is nothing with the id 0, so that is an error.
pub(crate) fn id<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromJson,
{
    let id = One::new().deserialize(deserializer)?;
    id.map(|Plain(id)| id).ok_or_else(|| expected("an id, from 1"))
}

/// A value that is required.
pub(crate) fn required<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromJson,
{
    One::new().deserialize(deserializer)?.ok_or_else(|| expected("a value"))
}

/// A text for which `"0"` and 0 mean that there is none.
pub(crate) fn text_unless_zero<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: Deserializer<'de>,
{
    read(deserializer).map(|text: Option<String>| text.filter(|text| text != "0"))
}

/// The name of a member; borrowed where it has no escape in it, which serde's own `Cow` never is.
#[derive(serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct Key<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// A body without the byte order mark that some begin with: where a file of PHP's has one, so has
/// what it prints.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Whether it is what PHP calls empty, or an empty object, which PHP may mean by an empty list.
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
