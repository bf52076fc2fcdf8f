//! Ids that can be cleared.

use serde::{Serialize, Serializer};

use crate::violations::AsNumber;

/// An id to set, or the word `null` (not JSON's null), which clears it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assignment<T> {
    Set(T),
    Clear,
}

impl<T: AsNumber> AsNumber for Assignment<T> {
    fn as_number(&self) -> Option<u64> {
        match self {
            Self::Set(id) => id.as_number(),
            Self::Clear => None,
        }
    }
}

impl<T: Serialize> Serialize for Assignment<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Set(id) => id.serialize(serializer),
            Self::Clear => serializer.serialize_str("null"),
        }
    }
}
