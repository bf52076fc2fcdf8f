//! The trait of the types that decode from a single JSON value.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::members::{Key, Members, Opened, ScalarWith, expected, skip_items};
use super::scalar::{Scalar, visit_scalars, whole};

/// A type of a member of a response.
pub(crate) trait Lenient: Sized {
    /// Decodes the member. Fails only where the whole response is not JSON, or takes too much
    /// memory.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Decodes any member. For whole structs:
///
/// ```text
/// #[serde_with::apply(_ => #[serde(default, deserialize_with = "crate::decode::lenient::read")])]
/// ```
pub(crate) fn read<'de, D: Deserializer<'de>, T: Lenient>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// A type that decodes from a single value; `None` where the value is absent.
pub(crate) trait FromJson: Sized {
    /// Whether an object stands for its member `id`.
    const ID_MEMBER: bool = false;

    /// Decodes a string, a number, a boolean or null.
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self>;

    /// Decodes `{}`.
    fn from_empty_object() -> Option<Self> {
        None
    }

    /// Decodes an object with members.
    fn from_members<'de, A: MapAccess<'de>>(
        members: &mut Members<'de, A>,
    ) -> Result<Option<Self>, A::Error> {
        if !Self::ID_MEMBER {
            return members.skip().map(|()| None);
        }
        let mut id = None;
        while let Some(Key(name)) = members.next_key()? {
            match &*name {
                "id" => id = members.next_value_seed(ScalarWith(Self::from_scalar))?,
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(id)
    }

    /// Decodes a list.
    fn from_items<'de, A: SeqAccess<'de>>(items: &mut A) -> Result<Option<Self>, A::Error> {
        skip_items(items)?;
        Ok(None)
    }
}

/// Decodes one value.
pub(super) struct One<T>(PhantomData<T>);

impl<T> One<T> {
    pub(super) fn new() -> Self {
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

    visit_scalars!(|self, scalar| Ok(T::from_scalar(scalar)));

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Option<T>, A::Error> {
        T::from_items(&mut items)
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Option<T>, A::Error> {
        match Members::open(members)? {
            Opened::Empty => Ok(T::from_empty_object()),
            Opened::Number(number) => Ok(T::from_scalar(number)),
            Opened::Members(mut members) => T::from_members(&mut members),
        }
    }
}

/// Decodes a required whole number from 0.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number = ScalarWith(|scalar| scalar.unsigned()).deserialize(deserializer)?;
    number.ok_or_else(|| expected("a whole number from 0"))
}

/// Decodes a required id. The id 0 does not exist, so it is an error: rows with it would be taken for
/// one row.
pub(crate) fn id<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromJson,
{
    let id = ScalarWith(T::from_scalar).deserialize(deserializer)?;
    id.ok_or_else(|| expected("an id, from 1"))
}

/// Decodes a required value.
pub(crate) fn required<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromJson,
{
    One::new().deserialize(deserializer)?.ok_or_else(|| expected("a value"))
}

impl<T: FromJson> Lenient for Option<T> {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        One::new().deserialize(deserializer)
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

/// A count.
impl Lenient for u64 {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read(deserializer).map(Option::unwrap_or_default)
    }
}

/// An id without a type of its own.
impl FromJson for u64 {
    const ID_MEMBER: bool = true;

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        scalar.id()
    }
}

/// A position in an order, which may be 0 or negative.
impl FromJson for i64 {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Bool(_) => None,
            scalar => whole(&scalar.into_text()?).parse().ok(),
        }
    }
}

/// A flag: `true`, `false`, a number, or a string with one of them.
impl FromJson for bool {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Null => None,
            Scalar::Bool(on) => Some(on),
            Scalar::Unsigned(number) => Some(number != 0),
            Scalar::Signed(number) => Some(number != 0),
            Scalar::Float(number) => Some(number != 0.0),
            Scalar::Text(text) => match text.trim() {
                "true" => Some(true),
                "false" => Some(false),
                number => whole(number).parse().ok().map(|number: i64| number != 0),
            },
        }
    }
}
