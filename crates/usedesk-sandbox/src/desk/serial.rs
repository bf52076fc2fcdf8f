//! Ids for what the desk makes itself.

/// Hands out ids, each of them once.
pub(crate) struct Serial {
    last: u64,
}

impl Serial {
    /// Goes on behind an id that is taken.
    pub(crate) fn after(last: u64) -> Self {
        Self { last }
    }

    pub(crate) fn take(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}
