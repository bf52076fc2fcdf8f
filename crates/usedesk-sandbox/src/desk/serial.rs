//! Ids of items that the desk creates.

use serde::{Deserialize, Serialize};

/// A counter of ids.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Serial {
    last: u64,
}

impl Serial {
    /// Creates a counter that continues after an id.
    pub(crate) fn after(last: u64) -> Self {
        Self { last }
    }

    /// Continues after this id, if it is larger than all before.
    #[cfg(feature = "program")]
    pub(crate) fn skip_to(&mut self, id: u64) {
        self.last = self.last.max(id);
    }

    pub(crate) fn take(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}
