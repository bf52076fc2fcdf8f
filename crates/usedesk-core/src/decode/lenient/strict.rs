//! Structs from objects only. serde's derives also decode a struct from a list, member by member,
//! so that `[404]` would be a ticket.

use std::fmt;

use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::members::expected;

/// A deserializer that gives structs only objects, also inside options and newtypes.
pub(crate) struct Strict<D> {
    source: D,
    kind: Kind,
}

enum Kind {
    /// A value that was not looked at yet, possibly null.
    Unknown,
    Object,
    /// A value that is neither null nor an object.
    Other,
}

impl<D> Strict<D> {
    /// Wraps the deserializer of any value.
    pub(crate) fn new(source: D) -> Self {
        Self { source, kind: Kind::Unknown }
    }

    /// Wraps the deserializer of an object.
    pub(super) fn object(source: D) -> Self {
        Self { source, kind: Kind::Object }
    }

    /// Wraps the deserializer of a value that is neither null nor an object.
    pub(super) fn other(source: D) -> Self {
        Self { source, kind: Kind::Other }
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.source.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        match self.kind {
            Kind::Unknown | Kind::Object => self.source.deserialize_map(visitor),
            Kind::Other => Err(expected("an object")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        match self.kind {
            Kind::Unknown => self.source.deserialize_option(Inside(visitor)),
            Kind::Object | Kind::Other => visitor.visit_some(self),
        }
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
        self.source.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.source.deserialize_ignored_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier
    }
}

/// Keeps the value inside an option strict.
struct Inside<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for Inside<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Strict::new(deserializer))
    }
}
