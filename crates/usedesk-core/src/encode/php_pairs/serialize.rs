//! The serializer trait of serde for [`Writer`].

use std::fmt::Display;

use serde::ser::{Impossible, Serialize, Serializer};

use super::nested::Nested;
use super::writer::{PairError, PairSyntax, Writer};

macro_rules! integers {
    ($($method:ident: $type:ty,)+) => {$(
        fn $method(self, number: $type) -> Result<(), PairError> {
            self.scalar(itoa::Buffer::new().format(number))
        }
    )+};
}

impl<'a, S: PairSyntax> Serializer for &'a mut Writer<S> {
    type Ok = ();
    type Error = PairError;
    type SerializeSeq = Nested<'a, S>;
    type SerializeTuple = Nested<'a, S>;
    type SerializeTupleStruct = Nested<'a, S>;
    type SerializeTupleVariant = Impossible<(), PairError>;
    type SerializeMap = Nested<'a, S>;
    type SerializeStruct = Nested<'a, S>;
    type SerializeStructVariant = Impossible<(), PairError>;

    integers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_i128: i128, serialize_u128: u128,
    }

    fn serialize_bool(self, on: bool) -> Result<(), PairError> {
        self.scalar(if on { "true" } else { "false" })
    }

    fn serialize_f32(self, number: f32) -> Result<(), PairError> {
        if number.is_finite() { self.collect_str(&number) } else { Err("NaN or infinity".into()) }
    }

    fn serialize_f64(self, number: f64) -> Result<(), PairError> {
        if number.is_finite() { self.collect_str(&number) } else { Err("NaN or infinity".into()) }
    }

    fn serialize_char(self, character: char) -> Result<(), PairError> {
        self.scalar(character.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), PairError> {
        self.scalar(text)
    }

    /// Unlike serde's default, does not panic if the value cannot be formatted.
    fn collect_str<T: ?Sized + Display>(self, value: &T) -> Result<(), PairError> {
        self.formatted(value)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), PairError> {
        Err("bytes".into())
    }

    fn serialize_none(self) -> Result<(), PairError> {
        self.serialize_unit()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), PairError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), PairError> {
        Err("null".into())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), PairError> {
        self.open()?.close()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), PairError> {
        self.scalar(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), PairError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), PairError> {
        let mut nested = self.open()?;
        nested.member(variant, value)?;
        nested.close()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Nested<'a, S>, PairError> {
        self.open()
    }

    fn serialize_tuple(self, _: usize) -> Result<Nested<'a, S>, PairError> {
        self.open()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Nested<'a, S>, PairError> {
        self.open()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, PairError> {
        Err("an enum variant with a tuple".into())
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Nested<'a, S>, PairError> {
        self.open()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Nested<'a, S>, PairError> {
        self.open()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, PairError> {
        Err("an enum variant with fields".into())
    }
}
