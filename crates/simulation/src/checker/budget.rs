//! The retry budget of a handle, as the documentation describes it.

use usedesk_core::RETRY_COST;

pub(super) struct Budget {
    tokens: u32,
    capacity: u32,
}

impl Budget {
    pub(super) fn new(capacity: u32) -> Self {
        Self { tokens: capacity, capacity }
    }

    /// Whether a retry that costs tokens may start.
    pub(super) fn is_left(&self) -> bool {
        self.tokens >= RETRY_COST
    }

    pub(super) fn take(&mut self) {
        self.tokens = self.tokens.saturating_sub(RETRY_COST);
    }

    pub(super) fn give_back(&mut self, more: u32) {
        self.tokens = (self.tokens + more).min(self.capacity);
    }
}
