//! Parameters that hold several values in one text.

use std::fmt::{self, Debug};
use std::marker::PhantomData;
use std::ops::Deref;
use std::slice;

use serde::{Serialize, Serializer};
use serde_with::formats::Separator;

use crate::ids::{ArticleId, CategoryId, ChannelId, FieldId, GroupId, OptionId, SectionId};
use crate::tickets::{FieldValue, TicketPriority, TicketStatus, TicketType};

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

/// A value as it stands among others in a text. Not `Display`, which takes three times as long.
pub(crate) trait Piece {
    fn append_to(&self, text: &mut String);
}

impl Piece for str {
    fn append_to(&self, text: &mut String) {
        text.push_str(self);
    }
}

impl Piece for u64 {
    fn append_to(&self, text: &mut String) {
        text.push_str(itoa::Buffer::new().format(*self));
    }
}

/// What of each type is appended.
macro_rules! pieces {
    ($($type:ident($($part:tt)+),)+) => {$(
        impl Piece for $type {
            fn append_to(&self, text: &mut String) {
                self$($part)+.append_to(text);
            }
        }
    )+};
}

pieces! {
    String(.as_str()),
    ArticleId(.0),
    CategoryId(.0),
    ChannelId(.0),
    FieldId(.0),
    GroupId(.0),
    OptionId(.0),
    SectionId(.0),
    TicketPriority(.as_str()),
    TicketStatus(.number()),
    TicketType(.as_str()),
}

impl Piece for FieldValue {
    fn append_to(&self, text: &mut String) {
        match self {
            Self::Text(value) => value.append_to(text),
            Self::Checkbox(checked) => text.push_str(if *checked { "true" } else { "false" }),
            Self::Option(option) => option.append_to(text),
        }
    }
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

/// Room for the text of a few values.
const ROOM: usize = 64;

impl<T: Piece, S: Separator> Joined<T, S> {
    pub(crate) fn push(&mut self, value: T) {
        if self.values.is_empty() {
            self.text.reserve(ROOM);
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

impl<T: Piece, S: Separator> FromIterator<T> for Joined<T, S> {
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
