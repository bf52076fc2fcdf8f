//! To whom something is given: an id, or nobody.

use serde::{Serialize, Serializer};

/// Somebody's id, or nobody, which Usedesk wants as the word `null` and not as JSON's null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assignment<T> {
    Nobody,
    To(T),
}

impl<T> Assignment<T> {
    pub(crate) fn id(self) -> Option<T> {
        match self {
            Self::Nobody => None,
            Self::To(id) => Some(id),
        }
    }
}

impl<T: Serialize> Serialize for Assignment<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nobody => serializer.serialize_str("null"),
            Self::To(id) => id.serialize(serializer),
        }
    }
}
