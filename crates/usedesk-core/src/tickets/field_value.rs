//! The value that an additional field is set to.

use std::borrow::Cow;
use std::fmt;

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

/// Writes the value in its wire format.
impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => text.fmt(f),
            Self::Checkbox(checked) => checked.fmt(f),
            Self::Option(option) => option.fmt(f),
        }
    }
}
