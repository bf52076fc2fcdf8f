//! Scalars: JSON values that are neither lists nor objects.

use std::borrow::Cow;

use serde_json::{Number, Value};

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
    /// Parses a number that arrived as text because `serde_json/arbitrary_precision` is enabled.
    /// The result is the one without that feature.
    pub(super) fn from_digits(digits: &str) -> Self {
        let unsigned = || digits.parse().ok().map(Self::Unsigned);
        // `serde_json` reads -0 as a float.
        let signed = || digits.parse().ok().filter(|&number| number != 0).map(Self::Signed);
        let float = || digits.parse().ok().filter(|float: &f64| float.is_finite());
        unsigned().or_else(signed).or_else(|| float().map(Self::Float)).unwrap_or(Self::Null)
    }

    /// The text, or the number as text. `None` for null, false and the empty string.
    pub(super) fn into_text(self) -> Option<Cow<'a, str>> {
        let text = match self {
            Self::Null | Self::Bool(false) => return None,
            Self::Bool(true) => "true".into(),
            Self::Unsigned(number) => number.to_string().into(),
            Self::Signed(number) => number.to_string().into(),
            Self::Float(number) => number.to_string().into(),
            Self::Text(text) => text,
        };
        (!text.is_empty()).then_some(text)
    }

    /// A whole number from 0.
    pub(super) fn unsigned(&self) -> Option<u64> {
        match self {
            Self::Unsigned(number) => Some(*number),
            // Through text, since a cast would round: 17.0 prints as 17, and 17.5 does not parse.
            Self::Float(number) => number.to_string().parse().ok(),
            Self::Text(text) => whole(text).parse().ok(),
            Self::Null | Self::Bool(_) | Self::Signed(_) => None,
        }
    }

    /// An id: a whole number, where 0 is absent.
    pub(crate) fn id(&self) -> Option<u64> {
        self.unsigned().filter(|id| *id != 0)
    }

    /// A value of an open enum, where `"0"` is absent.
    pub(crate) fn word(self) -> Option<Cow<'a, str>> {
        self.into_text().filter(|text| text != "0")
    }

    /// Whether PHP considers it empty.
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

/// The text of a number without surrounding spaces and without a fraction of zeros.
pub(super) fn whole(text: &str) -> &str {
    let text = text.trim();
    match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        _ => text,
    }
}

/// Defines the methods of a visitor that take scalars: `visit_scalars!(|self, scalar| result)`.
macro_rules! visit_scalars {
    (|$self:ident, $scalar:ident| $result:expr) => {
        fn visit_unit<E: serde::de::Error>($self) -> Result<Self::Value, E> {
            let $scalar = $crate::decode::lenient::Scalar::Null;
            $result
        }

        fn visit_bool<E: serde::de::Error>($self, on: bool) -> Result<Self::Value, E> {
            let $scalar = $crate::decode::lenient::Scalar::Bool(on);
            $result
        }

        fn visit_u64<E: serde::de::Error>($self, number: u64) -> Result<Self::Value, E> {
            let $scalar = $crate::decode::lenient::Scalar::Unsigned(number);
            $result
        }

        fn visit_i64<E: serde::de::Error>($self, number: i64) -> Result<Self::Value, E> {
            let $scalar = $crate::decode::lenient::Scalar::Signed(number);
            $result
        }

        fn visit_f64<E: serde::de::Error>($self, number: f64) -> Result<Self::Value, E> {
            let $scalar = $crate::decode::lenient::Scalar::Float(number);
            $result
        }

        fn visit_str<E: serde::de::Error>($self, text: &str) -> Result<Self::Value, E> {
            let $scalar = $crate::decode::lenient::Scalar::Text(text.into());
            $result
        }

        fn visit_string<E: serde::de::Error>($self, text: String) -> Result<Self::Value, E> {
            let $scalar = $crate::decode::lenient::Scalar::Text(text.into());
            $result
        }
    };
}

pub(crate) use visit_scalars;
