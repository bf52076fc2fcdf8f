//! The value that an additional field is set to.

use std::borrow::Cow;
use std::fmt;

use crate::encode::Piece;
use crate::ids::OptionId;

/// The value that an additional field is set to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldValue {
    /// A text.
    Text(String),
    /// A checkbox: the word `true` or `false`.
    Checkbox(bool),
    /// An option of a list, by its id and not by its caption.
    Option(OptionId),
}

impl From<&str> for FieldValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for FieldValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for FieldValue {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<Cow<'_, str>> for FieldValue {
    fn from(text: Cow<'_, str>) -> Self {
        Self::Text(text.into_owned())
    }
}

impl From<bool> for FieldValue {
    fn from(checked: bool) -> Self {
        Self::Checkbox(checked)
    }
}

impl From<OptionId> for FieldValue {
    fn from(option: OptionId) -> Self {
        Self::Option(option)
    }
}

/// As it is written on the wire.
impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.append_to(&mut text);
        f.write_str(&text)
    }
}
