//! The serializer traits of serde for [`Writer`] and [`Nested`].

use std::fmt::{self, Display, Write as _};

use serde::ser::{self, Impossible, Serialize, Serializer};

use crate::secret::ZeroizingBuffer;

use super::nested::Nested;
use super::private::PrivateType;
use super::syntax::PairSyntax;
use super::writer::{Next, PairError, Writer};

macro_rules! integers {
    ($($method:ident: $type:ty,)+) => {$(
        fn $method(self, number: $type) -> Result<(), PairError> {
            self.unescaped(itoa::Buffer::new().format(number))
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
        self.unescaped(if on { "true" } else { "false" })
    }

    fn serialize_f32(self, number: f32) -> Result<(), PairError> {
        if number.is_finite() {
            self.collect_str(&number)
        } else {
            Err(self.error("NaN or infinity"))
        }
    }

    fn serialize_f64(self, number: f64) -> Result<(), PairError> {
        if number.is_finite() {
            self.collect_str(&number)
        } else {
            Err(self.error("NaN or infinity"))
        }
    }

    fn serialize_char(self, character: char) -> Result<(), PairError> {
        self.text(character.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), PairError> {
        self.text(text)
    }

    fn collect_str<T: ?Sized + Display>(self, value: &T) -> Result<(), PairError> {
        if let Next::Key = self.next {
            return self.push_key(&value.to_string());
        }
        self.begin_value()?;
        let mut sink = ValueSink { syntax: &self.syntax, out: &mut self.written.bytes };
        write!(sink, "{value}").map_err(|fmt::Error| self.error("a value that cannot be formatted"))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), PairError> {
        Err(self.error("bytes"))
    }

    fn serialize_none(self) -> Result<(), PairError> {
        self.serialize_unit()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), PairError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), PairError> {
        Err(self.error("null"))
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
        self.text(variant)
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
        self.open()?.field(variant, value)
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
        Err(self.error("an enum variant with a tuple"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Nested<'a, S>, PairError> {
        self.open()
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Nested<'a, S>, PairError> {
        match (PrivateType::named(name), self.next) {
            (Some(_), Next::Top | Next::Value | Next::Item(_)) => Ok(self.open_private()),
            _ => self.open(),
        }
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, PairError> {
        Err(self.error("an enum variant with fields"))
    }
}

macro_rules! items {
    ($($trait:ident: $method:ident,)+) => {$(
        impl<S: PairSyntax> ser::$trait for Nested<'_, S> {
            type Ok = ();
            type Error = PairError;

            fn $method<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), PairError> {
                self.item(value)
            }

            fn end(self) -> Result<(), PairError> {
                self.close()
            }
        }
    )+};
}

items! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
}

impl<S: PairSyntax> ser::SerializeMap for Nested<'_, S> {
    type Ok = ();
    type Error = PairError;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), PairError> {
        self.key(key)
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), PairError> {
        self.value(value)
    }

    fn end(self) -> Result<(), PairError> {
        self.close()
    }
}

impl<S: PairSyntax> ser::SerializeStruct for Nested<'_, S> {
    type Ok = ();
    type Error = PairError;

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "so that the name is a constant in `field`")]
    fn serialize_field<T: ?Sized + Serialize>(
        &mut self,
        field: &'static str,
        value: &T,
    ) -> Result<(), PairError> {
        self.field(field, value)
    }

    fn end(self) -> Result<(), PairError> {
        self.close()
    }
}

/// Appends formatted text to a value.
struct ValueSink<'a, S> {
    syntax: &'a S,
    out: &'a mut ZeroizingBuffer,
}

impl<S: PairSyntax> fmt::Write for ValueSink<'_, S> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.syntax.push_value(self.out, text.as_bytes());
        Ok(())
    }
}
