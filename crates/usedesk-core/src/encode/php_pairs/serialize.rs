//! The traits of serde that a [`Writer`] and a [`Nested`] implement: each type goes its way.

use std::fmt::{self, Display, Write as _};

use serde::ser::{self, Impossible, Serialize, Serializer};

use crate::secret::ZeroizingBuffer;

use super::{FormError, Nested, Next, Private, Spelling, Writer};

macro_rules! integers {
    ($($method:ident: $type:ty,)+) => {$(
        fn $method(self, number: $type) -> Result<(), FormError> {
            self.plain(itoa::Buffer::new().format(number))
        }
    )+};
}

impl<'a, S: Spelling> Serializer for &'a mut Writer<S> {
    type Ok = ();
    type Error = FormError;
    type SerializeSeq = Nested<'a, S>;
    type SerializeTuple = Nested<'a, S>;
    type SerializeTupleStruct = Nested<'a, S>;
    type SerializeTupleVariant = Impossible<(), FormError>;
    type SerializeMap = Nested<'a, S>;
    type SerializeStruct = Nested<'a, S>;
    type SerializeStructVariant = Impossible<(), FormError>;

    integers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_i128: i128, serialize_u128: u128,
    }

    fn serialize_bool(self, on: bool) -> Result<(), FormError> {
        self.plain(if on { "true" } else { "false" })
    }

    fn serialize_f32(self, number: f32) -> Result<(), FormError> {
        if number.is_finite() {
            self.collect_str(&number)
        } else {
            Err(self.refuse("not a number"))
        }
    }

    fn serialize_f64(self, number: f64) -> Result<(), FormError> {
        if number.is_finite() {
            self.collect_str(&number)
        } else {
            Err(self.refuse("not a number"))
        }
    }

    fn serialize_char(self, character: char) -> Result<(), FormError> {
        self.text(character.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), FormError> {
        self.text(text)
    }

    fn collect_str<T: ?Sized + Display>(self, value: &T) -> Result<(), FormError> {
        if let Next::Key = self.next {
            return self.push_key(&value.to_string());
        }
        self.begin_value()?;
        let mut pieces = Pieces { spelling: &self.spelling, out: &mut self.written.bytes };
        write!(pieces, "{value}").map_err(|fmt::Error| self.refuse("a value that does not print"))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), FormError> {
        Err(self.refuse("bytes"))
    }

    fn serialize_none(self) -> Result<(), FormError> {
        self.serialize_unit()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), FormError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), FormError> {
        Err(self.refuse("null"))
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), FormError> {
        self.open()?.close()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), FormError> {
        self.text(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), FormError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), FormError> {
        self.open()?.field(variant, value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Nested<'a, S>, FormError> {
        self.open()
    }

    fn serialize_tuple(self, _: usize) -> Result<Nested<'a, S>, FormError> {
        self.open()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Nested<'a, S>, FormError> {
        self.open()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, FormError> {
        Err(self.refuse("an enum variant with a tuple"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Nested<'a, S>, FormError> {
        self.open()
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Nested<'a, S>, FormError> {
        match (Private::of(name), self.next) {
            // No struct, so that it is no level of its own.
            (Some(_), Next::Top | Next::Value | Next::Item(_)) => {
                let (next, opened) = (self.next, self.written.bytes.len());
                Ok(self.members(next, opened))
            }
            _ => self.open(),
        }
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, FormError> {
        Err(self.refuse("an enum variant with fields"))
    }
}

macro_rules! items {
    ($($trait:ident: $method:ident,)+) => {$(
        impl<S: Spelling> ser::$trait for Nested<'_, S> {
            type Ok = ();
            type Error = FormError;

            fn $method<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), FormError> {
                self.item(value)
            }

            fn end(self) -> Result<(), FormError> {
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

impl<S: Spelling> ser::SerializeMap for Nested<'_, S> {
    type Ok = ();
    type Error = FormError;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), FormError> {
        self.key(key)
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), FormError> {
        self.value(value)
    }

    fn end(self) -> Result<(), FormError> {
        self.close()
    }
}

impl<S: Spelling> ser::SerializeStruct for Nested<'_, S> {
    type Ok = ();
    type Error = FormError;

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "so that the name is known where it is looked at")]
    fn serialize_field<T: ?Sized + Serialize>(
        &mut self,
        field: &'static str,
        value: &T,
    ) -> Result<(), FormError> {
        self.field(field, value)
    }

    fn end(self) -> Result<(), FormError> {
        self.close()
    }
}

/// Takes what is formatted into it, piece by piece.
struct Pieces<'a, S> {
    spelling: &'a S,
    out: &'a mut ZeroizingBuffer,
}

impl<S: Spelling> fmt::Write for Pieces<'_, S> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        self.spelling.push(self.out, piece.as_bytes());
        Ok(())
    }
}
