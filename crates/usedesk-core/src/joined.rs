//! Parameters that hold several values in one text.

use std::fmt::{self, Debug, Display, Write as _};
use std::marker::PhantomData;
use std::ops::Deref;

use serde::{Serialize, Serializer};
use serde_with::formats::Separator;

macro_rules! separators {
    ($($(#[$doc:meta])+ $name:ident = $text:literal;)+) => {$(
        $(#[$doc])+
        #[derive(Clone, PartialEq, Eq)]
        pub(crate) struct $name;

        impl Separator for $name {
            fn separator() -> &'static str {
                $text
            }
        }
    )+};
}

separators! {
    /// Between ids and words in the filters of lists.
    Comma = ",";
    /// Between tags.
    CommaAndSpace = ", ";
    /// Between additional fields, and between their values.
    Semicolon = ";";
}

/// Values, and the text that they make together on the wire.
///
/// The text grows with them, so that nothing is left to format when the request is written; the
/// values stay beside it, so that rules can name the one that breaks them.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Joined<T, S> {
    values: Vec<T>,
    text: String,
    separator: PhantomData<S>,
}

impl<T: Display, S: Separator> Joined<T, S> {
    pub(crate) fn push(&mut self, value: T) {
        if !self.values.is_empty() {
            self.text.push_str(S::separator());
        }
        // Writing to a `String` does not fail.
        let _ = write!(self.text, "{value}");
        self.values.push(value);
    }
}

impl<T, S> Joined<T, S> {
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// As it is on the wire.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl<T, S> Default for Joined<T, S> {
    fn default() -> Self {
        Self { values: Vec::new(), text: String::new(), separator: PhantomData }
    }
}

impl<T: Display, S: Separator> FromIterator<T> for Joined<T, S> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut joined = Self::default();
        values.into_iter().for_each(|value| joined.push(value));
        joined
    }
}

impl<T, S> Deref for Joined<T, S> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.values
    }
}

impl<T: Debug, S> Debug for Joined<T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.values.fmt(f)
    }
}

impl<T, S> Serialize for Joined<T, S> {
    fn serialize<W: Serializer>(&self, serializer: W) -> Result<W::Ok, W::Error> {
        serializer.serialize_str(&self.text)
    }
}
