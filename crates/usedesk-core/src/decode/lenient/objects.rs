//! Structs as members, and rows: both decode from objects only, see [`Strict`].

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer, UnitDeserializer};
use serde::de::{
    self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny,
    IntoDeserializer, MapAccess, SeqAccess, Visitor,
};

use super::budget::{self, Budget};
use super::from_json::{FromJson, One};
use super::members::{Members, Opened, expected, skip_items};
use super::scalar::{Scalar, visit_scalars};
use super::strict::Strict;

/// Implements [`FromJson`] for structs, so that they can be members, alone and in lists.
macro_rules! objects {
    ($($name:ident),+ $(,)?) => {$(
        impl $crate::decode::lenient::FromJson for $name {
            fn from_scalar(_: $crate::decode::lenient::Scalar<'_>) -> Option<Self> {
                None
            }

            fn from_members<'de, A: serde::de::MapAccess<'de>>(
                members: &mut $crate::decode::lenient::members::Members<'de, A>,
            ) -> Result<Option<Self>, A::Error> {
                Ok(members.read()?.ok())
            }
        }
    )+};
}

pub(crate) use objects;

impl<'de, A: MapAccess<'de>> Members<'de, A> {
    /// Decodes the members as a row. The inner error is the reason why that is impossible.
    pub(crate) fn read<T: Deserialize<'de>>(&mut self) -> Result<Result<T, String>, A::Error> {
        match T::deserialize(Strict::object(MapAccessDeserializer::new(&mut *self))) {
            Ok(row) => Ok(Ok(row)),
            Err(error) => {
                let reason = reason(error)?;
                self.skip()?;
                Ok(Err(reason))
            }
        }
    }
}

/// The reason why a row or an object cannot be decoded. Fails with the same error when the rest of
/// the response should not be read.
fn reason<E: de::Error>(error: E) -> Result<String, E> {
    let reason = error.to_string();
    let goes_on = !Budget::is_exceeded() && budget::note_failure(&reason);
    if goes_on { Ok(reason) } else { Err(error) }
}

/// Decodes a required object.
pub(crate) fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    ReadRow(PhantomData).deserialize(deserializer)?.map_err(de::Error::custom)
}

/// Decodes an object, which may be absent but not of another type.
pub(crate) fn object_unless_empty<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    struct Object<T>(Option<Result<T, String>>);

    impl<T: DeserializeOwned> FromJson for Object<T> {
        fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
            scalar.is_empty().then_some(Self(None))
        }

        fn from_empty_object() -> Option<Self> {
            Some(Self(None))
        }

        fn from_members<'de, A: MapAccess<'de>>(
            members: &mut Members<'de, A>,
        ) -> Result<Option<Self>, A::Error> {
            members.read().map(|object| Some(Self(Some(object))))
        }

        fn from_items<'de, A: SeqAccess<'de>>(items: &mut A) -> Result<Option<Self>, A::Error> {
            let is_empty = items.next_element::<IgnoredAny>()?.is_none();
            skip_items(items)?;
            Ok(is_empty.then_some(Self(None)))
        }
    }

    let Object(object) =
        One::new().deserialize(deserializer)?.ok_or_else(|| expected("an object"))?;
    object.transpose().map_err(de::Error::custom)
}

/// Decodes a row of any type. The row is always consumed; the inner error is the reason why it
/// cannot be decoded.
pub(super) struct ReadRow<T>(pub(super) PhantomData<T>);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for ReadRow<T> {
    type Value = Result<T, String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for ReadRow<T> {
    type Value = Result<T, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row")
    }

    visit_scalars!(|self, scalar| Ok(from_scalar(scalar)));

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        match Members::open(members)? {
            Opened::Empty => {
                let empty = de::value::MapDeserializer::<_, de::value::Error>::new(
                    std::iter::empty::<(&str, &str)>(),
                );
                Ok(T::deserialize(Strict::object(empty)).map_err(|error| error.to_string()))
            }
            Opened::Number(number) => Ok(from_scalar(number)),
            Opened::Members(mut members) => members.read(),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        match T::deserialize(Strict::other(SeqAccessDeserializer::new(&mut items))) {
            Ok(row) => Ok(Ok(row)),
            Err(error) => {
                let reason = reason(error)?;
                skip_items(&mut items)?;
                Ok(Err(reason))
            }
        }
    }
}

fn from_scalar<'de, T: Deserialize<'de>>(scalar: Scalar<'_>) -> Result<T, String> {
    let row: Result<T, de::value::Error> = match scalar {
        Scalar::Null => {
            let null: UnitDeserializer<de::value::Error> = ().into_deserializer();
            T::deserialize(null).map_err(|_| de::Error::custom("it is null"))
        }
        Scalar::Bool(on) => T::deserialize(Strict::other(on.into_deserializer())),
        Scalar::Unsigned(number) => T::deserialize(Strict::other(number.into_deserializer())),
        Scalar::Signed(number) => T::deserialize(Strict::other(number.into_deserializer())),
        Scalar::Float(number) => T::deserialize(Strict::other(number.into_deserializer())),
        Scalar::Text(text) => T::deserialize(Strict::other(text.into_deserializer())),
    };
    row.map_err(|error| error.to_string())
}
