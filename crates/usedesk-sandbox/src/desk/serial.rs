//! Ids of items that the desk creates.

/// A counter of ids.
#[derive(Clone)]
pub(crate) struct Serial {
    last: u64,
}

impl Serial {
    /// Creates a counter that continues after an id.
    pub(crate) fn after(last: u64) -> Self {
        Self { last }
    }

    pub(crate) fn take(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}
