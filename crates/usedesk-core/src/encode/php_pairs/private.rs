//! What `serde_json` hands over as a struct with one field of a reserved name.
//!
//! Any crate in the program can switch on features of `serde_json` that change how its values are
//! serialized. What is sent must not depend on that.

use serde::ser::Serialize;
use serde_json::Value;

use super::{FormError, Nested, Spelling, Writer};

/// The field is of one of these kinds.
#[derive(Clone, Copy)]
pub(super) enum Private {
    /// The text of a number, with the feature `arbitrary_precision`.
    Number,
    /// JSON, with the feature `raw_value`.
    RawValue,
}

impl Private {
    /// What `serde_json` means by this name of a struct or of its field.
    #[inline]
    pub(super) fn of(name: &str) -> Option<Self> {
        match name.strip_prefix("$serde_json::private::")? {
            "Number" => Some(Self::Number),
            "RawValue" => Some(Self::RawValue),
            _ => None,
        }
    }
}

impl<S: Spelling> Nested<'_, S> {
    /// Writes what was meant where the struct began.
    #[cold]
    pub(super) fn private_value<T: ?Sized + Serialize>(
        &mut self,
        private: Private,
        value: &T,
    ) -> Result<(), FormError> {
        if self.writer.written.parameters != self.before {
            return Err(self.writer.refuse("a number with other members"));
        }
        let Ok(Value::String(text)) = serde_json::to_value(value) else {
            return Err(self.writer.refuse("a number that is no text"));
        };
        self.is_private = true;
        self.writer.written.bytes.truncate(self.opened);
        self.writer.next = self.next;
        match private {
            Private::Number => self.writer.number(&text),
            Private::RawValue => match serde_json::from_str::<Value>(&text) {
                Ok(value) => value.serialize(&mut *self.writer),
                Err(_) => Err(self.writer.refuse("raw JSON that cannot be read")),
            },
        }
    }
}

impl<S: Spelling> Writer<S> {
    /// A number as it is written without the feature: an integer of 64 bits, or else an `f64`.
    fn number(&mut self, text: &str) -> Result<(), FormError> {
        let is_integer = text.parse::<u64>().is_ok() || text.parse::<i64>().is_ok();
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && !(is_integer && text != "-0") => {
                number.serialize(self)
            }
            _ => self.text(text),
        }
    }
}
