//! How many retries a handle may send to a server that fails: a token bucket as in the AWS SDK.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::limits::RETRY_COST;

/// The tokens of a handle. Clones share them.
#[derive(Clone)]
pub(crate) struct RetryBudget {
    tokens: Arc<AtomicU32>,
    capacity: u32,
}

impl RetryBudget {
    pub(crate) fn new(capacity: u32) -> Self {
        Self { tokens: Arc::new(capacity.into()), capacity }
    }

    /// Takes the cost of a retry. None if too few tokens are left.
    pub(super) fn take(&self) -> Option<RetryCost> {
        let is_taken = self.update(|tokens| tokens.checked_sub(RETRY_COST));
        is_taken.then(|| RetryCost(Some(self.clone())))
    }

    /// Gives tokens back.
    pub(super) fn give_back(&self, more: u32) {
        self.update(|tokens| Some(tokens.saturating_add(more).min(self.capacity)));
    }

    fn update(&self, change: impl Fn(u32) -> Option<u32>) -> bool {
        self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, change).is_ok()
    }
}

/// The cost of a retry that has not started. Given back when it is dropped.
pub(super) struct RetryCost(Option<RetryBudget>);

impl RetryCost {
    /// The retry starts.
    pub(super) fn spend(mut self) {
        self.0 = None;
    }
}

impl Drop for RetryCost {
    fn drop(&mut self) {
        if let Some(budget) = &self.0 {
            budget.give_back(RETRY_COST);
        }
    }
}

impl fmt::Debug for RetryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryBudget").field("tokens", &self.tokens).finish_non_exhaustive()
    }
}
