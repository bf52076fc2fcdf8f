//! Reading any value into no more memory than a bound.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::decode::lenient::Key;

/// What a value takes besides its text, about.
const VALUE_BYTES: usize = 64;

/// Under which name `serde_json` hands on a number where its feature `arbitrary_precision` is on.
const NUMBER: &str = "$serde_json::private::Number";

/// Reads any value, as far as there is room for it.
pub(super) struct Bounded<'a> {
    /// In bytes, about.
    room: &'a mut usize,
}

impl<'a> Bounded<'a> {
    /// With room for so many bytes.
    pub(super) fn new(room: &'a mut usize) -> Self {
        Self { room }
    }

    fn has_room(&self) -> bool {
        *self.room > 0
    }

    fn take(&mut self, bytes: usize) {
        *self.room = self.room.saturating_sub(bytes);
    }

    /// The text as far as there is room, a character more at most.
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

    fn visit_unit<E: de::Error>(mut self) -> Result<Value, E> {
        self.take(VALUE_BYTES);
        Ok(Value::Null)
    }

    fn visit_bool<E: de::Error>(mut self, on: bool) -> Result<Value, E> {
        self.take(VALUE_BYTES);
        Ok(on.into())
    }

    fn visit_u64<E: de::Error>(mut self, number: u64) -> Result<Value, E> {
        self.take(VALUE_BYTES);
        Ok(number.into())
    }

    fn visit_i64<E: de::Error>(mut self, number: i64) -> Result<Value, E> {
        self.take(VALUE_BYTES);
        Ok(number.into())
    }

    fn visit_f64<E: de::Error>(mut self, number: f64) -> Result<Value, E> {
        self.take(VALUE_BYTES);
        Ok(number.into())
    }

    fn visit_str<E: de::Error>(mut self, text: &str) -> Result<Value, E> {
        Ok(self.text(text).into())
    }

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
        // At the end, so that what is not empty is not empty here either.
        self.take(VALUE_BYTES);
        Ok(kept.into())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        let mut kept = Map::new();
        while let Some(Key(name)) = members.next_key()? {
            if !self.has_room() {
                members.next_value::<IgnoredAny>()?;
                continue;
            }
            if *name == *NUMBER && kept.is_empty() {
                self.take(VALUE_BYTES);
                return number(&members.next_value::<String>()?);
            }
            let name = self.text(&name);
            kept.insert(name, members.next_value_seed(Bounded::new(self.room))?);
        }
        self.take(VALUE_BYTES);
        // As it is anyway without the feature `preserve_order`.
        kept.sort_keys();
        Ok(kept.into())
    }
}

/// The number as `serde_json` reads it without `arbitrary_precision`.
fn number<E: de::Error>(text: &str) -> Result<Value, E> {
    if let Ok(number) = text.parse::<u64>() {
        return Ok(number.into());
    }
    if let Some(number) = text.parse::<i64>().ok().filter(|&number| number != 0) {
        return Ok(number.into());
    }
    let number = text.parse().ok().and_then(Number::from_f64);
    number.map(Value::from).ok_or_else(|| E::custom("number out of range"))
}
