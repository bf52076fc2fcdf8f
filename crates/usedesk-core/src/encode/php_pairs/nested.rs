//! Lists, maps and structs.

use serde::ser::{self, Serialize};
use serde_json::Value;

use super::writer::{Next, PairError, PairSyntax, Writer};

/// The names of the private types of `serde_json`, each a struct with one field of its own name: a
/// number with the feature `arbitrary_precision`, and JSON text with `raw_value`.
///
/// Any crate in the program can enable these features, and what is sent must not depend on them.
const NUMBER: &str = "$serde_json::private::Number";
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// A list, map or struct that is being written.
pub(super) struct Nested<'a, S> {
    writer: &'a mut Writer<S>,
    /// What was to be serialized when it was opened. At the top, its members are the parameters.
    next: Next,
    /// The length of the name when it was opened.
    outer_length: usize,
    /// The length of its own name.
    name_length: usize,
    /// The number of pairs before it.
    parameters_before: usize,
    /// The number of items so far.
    items: usize,
    /// Whether it was a private type of `serde_json`, which has no other members.
    is_private: bool,
    /// Whether the key of the current member cannot be written, at the top: the others still are.
    has_no_key: bool,
}

impl<S: PairSyntax> Writer<S> {
    /// Opens a list, map or struct. Only at the top level may it be empty.
    pub(super) fn open(&mut self) -> Result<Nested<'_, S>, PairError> {
        let (next, outer_length) = (self.next, self.name.len());
        match next {
            Next::Top | Next::Value => {}
            Next::Item(index) => self.push_bracketed(&index.to_string())?,
            Next::Key => return Err("a list or a map as a name".into()),
        }
        Ok(Nested {
            next,
            outer_length,
            name_length: self.name.len(),
            parameters_before: self.written.parameters,
            items: 0,
            is_private: false,
            has_no_key: false,
            writer: self,
        })
    }
}

impl<S: PairSyntax> Nested<'_, S> {
    /// Writes a member of a map or struct. An error at the top level concerns this parameter only.
    pub(super) fn member<T: ?Sized + Serialize>(
        &mut self,
        key: &str,
        value: &T,
    ) -> Result<(), PairError> {
        self.writer.name.truncate(self.name_length);
        let result = match key {
            NUMBER | RAW_VALUE => self.private_value(key, value),
            _ if self.is_private => Err("members beside a number".into()),
            _ => self.writer.push_key(key, self.is_top()).and_then(|()| {
                self.writer.next = Next::Value;
                value.serialize(&mut *self.writer)
            }),
        };
        if self.is_top() {
            self.writer.note_error(result);
            return Ok(());
        }
        result
    }

    fn item<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), PairError> {
        if self.is_top() {
            return Err("a list without a name".into());
        }
        self.writer.name.truncate(self.name_length);
        self.writer.next = Next::Item(self.items);
        self.items += 1;
        value.serialize(&mut *self.writer)
    }

    pub(super) fn close(self) -> Result<(), PairError> {
        if !self.is_top() && self.writer.written.parameters == self.parameters_before {
            return Err("an empty list or map".into());
        }
        Ok(())
    }

    fn is_top(&self) -> bool {
        matches!(self.next, Next::Top)
    }

    /// Writes a private type of `serde_json` in place of the struct that was opened.
    fn private_value<T: ?Sized + Serialize>(
        &mut self,
        name: &str,
        value: &T,
    ) -> Result<(), PairError> {
        if self.writer.written.parameters != self.parameters_before {
            return Err("a number with other members".into());
        }
        let Ok(Value::String(text)) = serde_json::to_value(value) else {
            return Err("a number that is not a string".into());
        };
        self.is_private = true;
        self.writer.name.truncate(self.outer_length);
        self.writer.next = self.next;
        if name == NUMBER { self.writer.number(&text) } else { self.writer.raw_json(&text) }
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
        self.writer.name.truncate(self.name_length);
        self.writer.next = Next::Key;
        self.writer.key.clear();
        let result = key.serialize(&mut *self.writer);
        self.has_no_key = self.is_top() && result.is_err();
        if self.has_no_key {
            self.writer.note_error(result);
            return Ok(());
        }
        result
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), PairError> {
        if self.has_no_key {
            return Ok(());
        }
        let key = std::mem::take(&mut self.writer.key);
        self.member(&key, value)
    }

    fn end(self) -> Result<(), PairError> {
        self.close()
    }
}

impl<S: PairSyntax> ser::SerializeStruct for Nested<'_, S> {
    type Ok = ();
    type Error = PairError;

    fn serialize_field<T: ?Sized + Serialize>(
        &mut self,
        field: &'static str,
        value: &T,
    ) -> Result<(), PairError> {
        self.member(field, value)
    }

    fn end(self) -> Result<(), PairError> {
        self.close()
    }
}
