//! Calls an observer with each request, in the order of the journal.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::journal::JournalEntry;

/// Called with each request.
pub(crate) type Observer = Arc<dyn Fn(&JournalEntry) + Send + Sync>;

/// Requests that are handled but not observed yet. Each thread waits until its own is observed, so there
/// are never more than connections.
pub(crate) struct Observed {
    observer: Observer,
    waiting: Mutex<VecDeque<Arc<JournalEntry>>>,
    /// Held while the observer is called.
    turn: Mutex<()>,
}

impl Observed {
    pub(crate) fn new(observer: Observer) -> Self {
        Self { observer, waiting: Mutex::default(), turn: Mutex::default() }
    }

    /// Adds a request, under the lock of the state, which orders the journal.
    pub(crate) fn add(&self, entry: &Arc<JournalEntry>) {
        lock(&self.waiting).push_back(Arc::clone(entry));
    }

    /// Calls the observer with all requests that were added, without the lock of the state: the observer
    /// may look at the sandbox.
    pub(crate) fn tell(&self) {
        let _turn = lock(&self.turn);
        loop {
            // Not locked while the observer is called.
            let next = lock(&self.waiting).pop_front();
            let Some(entry) = next else { return };
            (self.observer)(&entry);
        }
    }
}

/// Locks a mutex, ignoring poisoning: an observer may panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
