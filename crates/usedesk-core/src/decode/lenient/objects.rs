//! Structs, from objects only: serde's derives also read a struct from a list, member by member, so
//! that `[404]` would be a ticket.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer, UnitDeserializer};
use serde::de::{
    self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny,
    IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::members::{Members, Opened, expected, skip_items};
use super::{Budget, FromJson, One, Scalar, budget};

/// Makes structs types of members, alone and in lists.
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
    /// Reads the members as a row. When it cannot be read, the inner error says why.
    pub(crate) fn read<T: Deserialize<'de>>(&mut self) -> Result<Result<T, String>, A::Error> {
        match T::deserialize(Row::of_object(MapAccessDeserializer::new(&mut *self))) {
            Ok(row) => Ok(Ok(row)),
            Err(error) if Budget::is_exceeded() => Err(error),
            Err(error) => {
                let reason = error.to_string();
                if !budget::note_given_up(&reason) {
                    return Err(error);
                }
                self.skip()?;
                Ok(Err(reason))
            }
        }
    }
}

/// An object that is required.
pub(crate) fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    ReadRow(PhantomData).deserialize(deserializer)?.map_err(de::Error::custom)
}

/// An object that may be empty where there is none, and must be an object otherwise.
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

        fn from_nothing() -> Option<Self> {
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

/// Reads a row of any type. The reader then is behind the row, also where the row cannot be read:
/// then the inner error says why.
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

    super::visit_scalars!(from_scalar::<T>);

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        match Members::open(members)? {
            Opened::Empty => {
                let nothing = de::value::MapDeserializer::<_, de::value::Error>::new(
                    std::iter::empty::<(&str, &str)>(),
                );
                Ok(T::deserialize(Row::of_object(nothing)).map_err(|error| error.to_string()))
            }
            Opened::Number(number) => Ok(from_scalar(number)),
            Opened::Members(mut members) => members.read(),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        match T::deserialize(Row::of_other(SeqAccessDeserializer::new(&mut items))) {
            Ok(row) => Ok(Ok(row)),
            Err(error) if Budget::is_exceeded() => Err(error),
            Err(error) => {
                let reason = error.to_string();
                if !budget::note_given_up(&reason) {
                    return Err(error);
                }
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
        Scalar::Bool(on) => T::deserialize(Row::of_other(on.into_deserializer())),
        Scalar::Unsigned(number) => T::deserialize(Row::of_other(number.into_deserializer())),
        Scalar::Signed(number) => T::deserialize(Row::of_other(number.into_deserializer())),
        Scalar::Float(number) => T::deserialize(Row::of_other(number.into_deserializer())),
        Scalar::Text(text) => T::deserialize(Row::of_other(text.into_deserializer())),
    };
    row.map_err(|error| error.to_string())
}

/// One row. A struct is read from an object only; what options and newtypes hold is read so too.
struct Row<D> {
    row: D,
    is_object: bool,
}

impl<D> Row<D> {
    fn of_object(row: D) -> Self {
        Self { row, is_object: true }
    }

    fn of_other(row: D) -> Self {
        Self { row, is_object: false }
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Row<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.row.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        if self.is_object { self.row.deserialize_any(visitor) } else { Err(expected("an object")) }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.row.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}
