//! Parameters that hold several values in one string, such as `1,2,3`.

use std::fmt::{self, Debug};
use std::marker::PhantomData;
use std::ops::Deref;
use std::slice;

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

/// A value that can be joined with others. Not `Display`, which takes three times as long.
pub(crate) trait JoinItem {
    /// Appends the value in its wire format.
    fn append_to(&self, text: &mut String);
}

impl JoinItem for str {
    fn append_to(&self, text: &mut String) {
        text.push_str(self);
    }
}

impl JoinItem for String {
    fn append_to(&self, text: &mut String) {
        text.push_str(self);
    }
}

impl JoinItem for u64 {
    fn append_to(&self, text: &mut String) {
        text.push_str(itoa::Buffer::new().format(*self));
    }
}

/// Values and their joined text.
///
/// The text grows with each value, so that nothing is left to format when the request is encoded.
/// The values are kept too, so that violations can name the one that breaks a rule.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Joined<T, S> {
    values: Vec<T>,
    text: String,
    separator: PhantomData<S>,
}

/// Initial capacity of the text: room for a few values.
const INITIAL_CAPACITY: usize = 64;

impl<T: JoinItem, S: Separator> Joined<T, S> {
    pub(crate) fn push(&mut self, value: T) {
        if self.values.is_empty() {
            self.text.reserve(INITIAL_CAPACITY);
        } else {
            self.text.push_str(S::separator());
        }
        value.append_to(&mut self.text);
        self.values.push(value);
    }
}

impl<T, S> Joined<T, S> {
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The joined text, as it is sent.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl<T, S> Default for Joined<T, S> {
    fn default() -> Self {
        Self { values: Vec::new(), text: String::new(), separator: PhantomData }
    }
}

impl<T: JoinItem, S: Separator> FromIterator<T> for Joined<T, S> {
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

impl<'a, T, S> IntoIterator for &'a Joined<T, S> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.iter()
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
