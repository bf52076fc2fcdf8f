//! The rows of a list, and the errors of rows that cannot be decoded.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::slice;
use std::vec;

use serde::{Serialize, Serializer};

use crate::secret::ApiToken;
use crate::text::{cap, one_line};

/// The rows of a list. A row that cannot be decoded does not affect the others: it is among the
/// [`errors`](Self::errors).
///
/// Dereferences to a slice of the decoded rows, and iterates over them. Every object with an id is
/// decoded, whatever its other members are.
///
/// # Examples
///
/// ```
/// use usedesk_core::{Rows, tags::Tag};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let json = r#"[{"ticket_tag_id": 1, "name": "refund"}, {"name": "no id"}]"#;
/// # let tags: Rows<Tag> = serde_json::from_str(json)?;
/// assert_eq!(tags[0].name, "refund");
/// for error in tags.errors() {
///     eprintln!("{error}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Rows<T> {
    pub(crate) items: Vec<T>,
    pub(crate) errors: Vec<RowError>,
}

impl<T> Rows<T> {
    /// The errors of the rows that cannot be decoded, in the order of the list.
    #[must_use]
    pub fn errors(&self) -> &[RowError] {
        &self.errors
    }

    /// Splits into the decoded rows and the errors.
    #[must_use]
    pub fn into_parts(self) -> (Vec<T>, Vec<RowError>) {
        (self.items, self.errors)
    }

    /// Returns the decoded rows and drops the [`errors`](Self::errors).
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.items
    }
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { items: Vec::new(), errors: Vec::new() }
    }
}

impl<T> From<Vec<T>> for Rows<T> {
    fn from(items: Vec<T>) -> Self {
        Self { items, errors: Vec::new() }
    }
}

impl<T> FromIterator<T> for Rows<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        Vec::from_iter(rows).into()
    }
}

impl<T> Deref for Rows<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> DerefMut for Rows<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.items
    }
}

impl<T> IntoIterator for Rows<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> vec::IntoIter<T> {
        self.items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Rows<T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> slice::Iter<'a, T> {
        self.items.iter()
    }
}

/// Formats like a list unless there are errors.
impl<T: fmt::Debug> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { items, errors } = self;
        if errors.is_empty() {
            return items.fmt(f);
        }
        f.debug_struct("Rows").field("items", items).field("errors", errors).finish()
    }
}

/// Serializes the decoded rows as a list, without the errors.
impl<T: Serialize> Serialize for Rows<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.items.serialize(serializer)
    }
}

/// The error of a row that cannot be decoded.
///
/// `Display` is one line. `Display`, `Debug` and [`text`](Self::text) never contain the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    index: usize,
    reason: String,
    text: Option<String>,
}

impl RowError {
    pub(crate) fn new(reason: String) -> Self {
        Self { index: 0, reason: cap(reason), text: None }
    }

    pub(crate) fn with_text(self, text: String) -> Self {
        Self { text: Some(cap(text)), ..self }
    }

    pub(crate) fn at(self, index: usize) -> Self {
        Self { index, ..self }
    }

    /// The length of its texts, in bytes.
    pub(crate) fn len(&self) -> usize {
        self.reason.len() + self.text.as_ref().map_or(0, String::len)
    }

    /// The index of the row in the list as the server sent it, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Why the row cannot be decoded.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The row as JSON, cut after 4,096 characters. `None` in a list that is inside a row.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    pub(crate) fn redact(&mut self, token: &ApiToken) {
        self.reason = token.redact_message(&self.reason);
        self.text = self.text.as_deref().map(|text| token.redact(text));
    }
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {} cannot be read: {}", self.index, one_line(&self.reason))?;
        match &self.text {
            Some(text) => write!(f, ": {}", one_line(text)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for RowError {}
