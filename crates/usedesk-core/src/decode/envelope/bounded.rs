//! Decoding any value within a limit of memory.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::decode::lenient::members::Members;
use crate::decode::lenient::{Key, Opened, Scalar, visit_scalars};

/// About what a value takes besides its text, in bytes.
const VALUE_BYTES: usize = 64;

/// Decodes any value, and keeps as much of it as there is room for.
pub(super) struct Bounded<'a> {
    /// In bytes, approximately.
    room: &'a mut usize,
}

impl<'a> Bounded<'a> {
    pub(super) fn new(room: &'a mut usize) -> Self {
        Self { room }
    }

    fn has_room(&self) -> bool {
        *self.room > 0
    }

    fn take(&mut self, bytes: usize) {
        *self.room = self.room.saturating_sub(bytes);
    }

    fn scalar(mut self, scalar: Scalar<'_>) -> Value {
        if let Scalar::Text(text) = scalar {
            return self.text(&text).into();
        }
        self.take(VALUE_BYTES);
        scalar.into()
    }

    /// Copies as much of the text as there is room for, up to the end of a character.
    fn text(&mut self, text: &str) -> String {
        let end = (*self.room..text.len()).find(|&end| text.is_char_boundary(end));
        let text = &text[..end.unwrap_or(text.len())];
        self.take(VALUE_BYTES + text.len());
        text.to_owned()
    }
}

impl<'de> DeserializeSeed<'de> for Bounded<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Bounded<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    visit_scalars!(|self, scalar| Ok(self.scalar(scalar)));

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        let mut kept = Vec::new();
        loop {
            if !self.has_room() {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                break;
            }
            match items.next_element_seed(Bounded::new(self.room))? {
                Some(item) => kept.push(item),
                None => break,
            }
        }
        // Last, so that a list with items always keeps one.
        self.take(VALUE_BYTES);
        Ok(kept.into())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, members: A) -> Result<Value, A::Error> {
        let mut kept = Map::new();
        match Members::open(members)? {
            Opened::Empty => {}
            Opened::Number(number) => return Ok(self.scalar(number)),
            Opened::Members(mut members) => {
                while let Some(Key(name)) = members.next_key()? {
                    if self.has_room() {
                        let name = self.text(&name);
                        kept.insert(name, members.next_value_seed(Bounded::new(self.room))?);
                    } else {
                        members.next_value::<IgnoredAny>()?;
                    }
                }
            }
        }
        self.take(VALUE_BYTES);
        // The order is then the same with the feature `preserve_order` of `serde_json`.
        kept.sort_keys();
        Ok(kept.into())
    }
}
