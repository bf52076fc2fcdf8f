//! What JSON writes without brackets, and what the types that stand for one value make of it.

use std::borrow::Cow;

use serde_json::{Number, Value};

use super::FromJson;

/// A value that is neither a list nor an object.
pub(crate) enum Scalar<'a> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(Cow<'a, str>),
}

impl<'a> Scalar<'a> {
    /// A number that came as text, since `serde_json/arbitrary_precision` is switched on: what it
    /// is without that feature.
    pub(super) fn of_digits(digits: &str) -> Self {
        let unsigned = || digits.parse().ok().map(Self::Unsigned);
        // -0 is a fraction, as `serde_json` has it.
        let signed = || digits.parse().ok().filter(|&number| number != 0).map(Self::Signed);
        let float = || digits.parse().ok().filter(|float: &f64| float.is_finite());
        unsigned().or_else(signed).or_else(|| float().map(Self::Float)).unwrap_or(Self::Null)
    }

    /// The text; a number is written as one. None of null, false and the empty text.
    pub(super) fn into_text(self) -> Option<Cow<'a, str>> {
        let text = match self {
            Self::Null | Self::Bool(false) => return None,
            Self::Bool(true) => "true".into(),
            Self::Unsigned(number) => itoa::Buffer::new().format(number).to_owned().into(),
            Self::Signed(number) => itoa::Buffer::new().format(number).to_owned().into(),
            Self::Float(number) => number.to_string().into(),
            Self::Text(text) => text,
        };
        (!text.is_empty()).then_some(text)
    }

    /// A whole number from 0.
    pub(super) fn unsigned(&self) -> Option<u64> {
        match self {
            Self::Unsigned(number) => Some(*number),
            // Through text, since a cast would round: 17.0 prints as 17, and 17.5 is no number here.
            Self::Float(number) => number.to_string().parse().ok(),
            Self::Text(text) => whole(text).parse().ok(),
            Self::Null | Self::Bool(_) | Self::Signed(_) => None,
        }
    }

    /// An id: a number for which 0 stands for none.
    pub(crate) fn id(&self) -> Option<u64> {
        self.unsigned().filter(|id| *id != 0)
    }

    /// A word of an open set.
    pub(crate) fn word(self) -> Option<Cow<'a, str>> {
        self.into_text().filter(|text| text != "0")
    }

    /// Whether it is what PHP calls empty.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(on) => !on,
            Self::Unsigned(number) => *number == 0,
            Self::Signed(number) => *number == 0,
            Self::Float(number) => *number == 0.0,
            Self::Text(text) => matches!(&**text, "" | "0"),
        }
    }
}

/// The text of a number without the spaces around it and without a fraction of zeros.
pub(super) fn whole(text: &str) -> &str {
    let text = text.trim();
    match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        _ => text,
    }
}

/// An id of something that has no type of its own.
impl FromJson for u64 {
    const ID_MEMBER: bool = true;

    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        scalar.id()
    }
}

/// A place in an order, where 0 and negative numbers are places too.
impl FromJson for i64 {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Bool(_) => None,
            scalar => whole(&scalar.into_text()?).parse().ok(),
        }
    }
}

/// A flag: `true`, `false`, a number, or a text with one of them.
impl FromJson for bool {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Null => None,
            Scalar::Bool(on) => Some(on),
            Scalar::Unsigned(number) => Some(number != 0),
            Scalar::Signed(number) => Some(number != 0),
            Scalar::Float(number) => Some(number != 0.0),
            Scalar::Text(text) => match text.trim() {
                "true" => Some(true),
                "false" => Some(false),
                number => whole(number).parse().ok().map(|number: i64| number != 0),
            },
        }
    }
}

impl From<Scalar<'_>> for Value {
    fn from(scalar: Scalar<'_>) -> Self {
        match scalar {
            Scalar::Null => Self::Null,
            Scalar::Bool(on) => Self::Bool(on),
            Scalar::Unsigned(number) => number.into(),
            Scalar::Signed(number) => number.into(),
            Scalar::Float(number) => Number::from_f64(number).map_or(Self::Null, Self::Number),
            Scalar::Text(text) => Self::String(text.into_owned()),
        }
    }
}
