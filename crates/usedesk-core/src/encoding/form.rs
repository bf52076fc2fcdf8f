//! A serde serializer that writes a form as PHP reads it, straight into the body.
//!
//! Names of nested values are PHP's brackets: `lists[0][id]`, and `emails[]` for plain items of a
//! list. The brackets themselves are escaped, which PHP undoes before it looks at them.

use std::fmt::{self, Display, Write as _};

use serde::ser::{self, Impossible, Serialize, Serializer};

use super::escape::{Escaped, escape_into};
use crate::text::one_line;

/// How many brackets a name may have: beyond PHP's default `max_input_nesting_level` the parameter
/// is dropped without a word.
const MAX_BRACKETS: usize = 64;

/// A finished form.
pub(super) struct Form {
    pub(super) bytes: Vec<u8>,
    /// How many `name=value` pairs there are.
    pub(super) parameters: usize,
}

/// What cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("{parameter}: {found}")]
pub(super) struct FormError {
    pub(super) parameter: String,
    pub(super) found: String,
}

impl ser::Error for FormError {
    fn custom<T: Display>(message: T) -> Self {
        Self { parameter: "(all)".to_owned(), found: message.to_string() }
    }
}

/// Writes the token and then `parameters`, which must be a struct or a map.
pub(super) fn encode(token: &str, parameters: &impl Serialize) -> Result<Form, FormError> {
    let mut writer = Writer {
        bytes: Vec::with_capacity(512),
        name: Vec::with_capacity(32),
        item: None,
        in_key: false,
        depth: 0,
        parameters: 0,
    };
    writer.name.extend_from_slice(b"api_token");
    writer.text(token)?;
    writer.name.clear();
    parameters.serialize(&mut writer)?;
    Ok(Form { bytes: writer.bytes, parameters: writer.parameters })
}

struct Writer {
    bytes: Vec<u8>,
    /// The escaped name of the value being written; empty above the top level.
    name: Vec<u8>,
    /// The index of the list item being written, until it is known whether it is plain (`[]`) or
    /// holds values of its own (`[0]`).
    item: Option<usize>,
    /// A map's key is being written, not its value.
    in_key: bool,
    /// How many lists, maps and structs the value is in.
    depth: usize,
    parameters: usize,
}

impl Writer {
    fn text(&mut self, text: &str) -> Result<(), FormError> {
        if self.in_key {
            return self.push_key(text);
        }
        self.begin_value()?;
        escape_into(&mut self.bytes, text.as_bytes());
        Ok(())
    }

    /// A text that needs no escaping.
    fn plain(&mut self, text: &str) -> Result<(), FormError> {
        if self.in_key {
            return self.push_key(text);
        }
        self.begin_value()?;
        self.bytes.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn begin_value(&mut self) -> Result<(), FormError> {
        if self.name.is_empty() {
            return Err(self.refuse("a value without a name"));
        }
        if !self.bytes.is_empty() {
            self.bytes.push(b'&');
        }
        self.bytes.extend_from_slice(&self.name);
        if self.item.take().is_some() {
            self.bytes.extend_from_slice(b"%5B%5D");
        }
        self.bytes.push(b'=');
        self.parameters += 1;
        Ok(())
    }

    /// Opens a list, map or struct. The guard of a nested one knows that it may not stay empty.
    fn open(&mut self) -> Result<Nested<'_>, FormError> {
        if self.in_key {
            return Err(self.refuse("a list or a map as a name"));
        }
        if let Some(index) = self.item.take() {
            self.push_bracketed(itoa::Buffer::new().format(index));
        }
        // The top level has no brackets.
        if self.depth > MAX_BRACKETS {
            return Err(self.refuse("values nested too deeply"));
        }
        let (name_end, before) = (self.name.len(), self.parameters);
        Ok(Nested { writer: self, name_end, before, next: 0 })
    }

    /// Appends a name that comes from the data: a key of a map.
    fn push_key(&mut self, key: &str) -> Result<(), FormError> {
        self.in_key = false;
        if self.name.is_empty() {
            if key.is_empty() {
                return Err(self.refuse("an empty name"));
            }
            escape_into(&mut self.name, key.as_bytes());
        } else {
            if !php_reads_as_key(key) {
                return Err(
                    self.refuse(format!("the name {key:?}, which PHP would read as another"))
                );
            }
            self.push_bracketed(key);
        }
        Ok(())
    }

    /// Appends a name that comes from the program: a field of a struct.
    fn push_field(&mut self, field: &'static str) {
        if self.name.is_empty() {
            escape_into(&mut self.name, field.as_bytes());
        } else {
            self.push_bracketed(field);
        }
    }

    fn push_bracketed(&mut self, key: &str) {
        self.name.extend_from_slice(b"%5B");
        escape_into(&mut self.name, key.as_bytes());
        self.name.extend_from_slice(b"%5D");
    }

    fn refuse(&self, found: impl Into<String>) -> FormError {
        let name = String::from_utf8_lossy(&self.name).replace("%5B", "[").replace("%5D", "]");
        let parameter = if name.is_empty() { "(all)".to_owned() } else { one_line(&name) };
        FormError { parameter, found: found.into() }
    }
}

/// Whether PHP reads `[key]` as that key: `[]` would append, and the first `]` ends a key.
fn php_reads_as_key(key: &str) -> bool {
    let blank = matches!(key, "" | " " | "\t" | "\n" | "\r" | "\x0b" | "\x0c");
    !blank && !key.contains(['\0', ']'])
}

/// A list, map or struct that is being written.
struct Nested<'a> {
    writer: &'a mut Writer,
    /// Where the name of this value ends and those of its members begin.
    name_end: usize,
    /// How many parameters there were before.
    before: usize,
    next: usize,
}

impl Nested<'_> {
    fn value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), FormError> {
        self.writer.depth += 1;
        value.serialize(&mut *self.writer)?;
        self.writer.depth -= 1;
        self.writer.name.truncate(self.name_end);
        Ok(())
    }

    fn item<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), FormError> {
        if self.writer.name.is_empty() {
            return Err(self.writer.refuse("a list without a name"));
        }
        self.writer.item = Some(self.next);
        self.next += 1;
        self.value(value)
    }

    fn close(self) -> Result<(), FormError> {
        if self.name_end > 0 && self.writer.parameters == self.before {
            return Err(self.writer.refuse("an empty list or map"));
        }
        Ok(())
    }
}

macro_rules! integers {
    ($($method:ident: $type:ty,)+) => {$(
        fn $method(self, number: $type) -> Result<(), FormError> {
            self.plain(itoa::Buffer::new().format(number))
        }
    )+};
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = FormError;
    type SerializeSeq = Nested<'a>;
    type SerializeTuple = Nested<'a>;
    type SerializeTupleStruct = Nested<'a>;
    type SerializeTupleVariant = Impossible<(), FormError>;
    type SerializeMap = Nested<'a>;
    type SerializeStruct = Nested<'a>;
    type SerializeStructVariant = Impossible<(), FormError>;

    integers! {
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
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
        if self.in_key {
            return self.push_key(&value.to_string());
        }
        self.begin_value()?;
        write!(Escaped(&mut self.bytes), "{value}")
            .map_err(|fmt::Error| self.refuse("a value that does not print"))
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
        let mut nested = self.open()?;
        nested.writer.push_field(variant);
        nested.value(value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Nested<'a>, FormError> {
        self.open()
    }

    fn serialize_tuple(self, _: usize) -> Result<Nested<'a>, FormError> {
        self.open()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Nested<'a>, FormError> {
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

    fn serialize_map(self, _: Option<usize>) -> Result<Nested<'a>, FormError> {
        self.open()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Nested<'a>, FormError> {
        self.open()
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
        impl ser::$trait for Nested<'_> {
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

impl ser::SerializeMap for Nested<'_> {
    type Ok = ();
    type Error = FormError;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), FormError> {
        self.writer.in_key = true;
        key.serialize(&mut *self.writer)
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), FormError> {
        self.value(value)
    }

    fn end(self) -> Result<(), FormError> {
        self.close()
    }
}

impl ser::SerializeStruct for Nested<'_> {
    type Ok = ();
    type Error = FormError;

    fn serialize_field<T: ?Sized + Serialize>(
        &mut self,
        field: &'static str,
        value: &T,
    ) -> Result<(), FormError> {
        self.writer.push_field(field);
        self.value(value)
    }

    fn end(self) -> Result<(), FormError> {
        self.close()
    }
}
