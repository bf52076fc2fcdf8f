//! What will happen, in the order of time.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::time::Duration;

pub(crate) struct Queue<T> {
    events: BinaryHeap<Reverse<Event<T>>>,
    pushed: u64,
}

struct Event<T> {
    time: Duration,
    /// So that of two at the same time the one that was pushed first is the first.
    number: u64,
    what: T,
}

impl<T> Queue<T> {
    pub(crate) fn push(&mut self, time: Duration, what: T) {
        self.pushed += 1;
        self.events.push(Reverse(Event { time, number: self.pushed, what }));
    }

    pub(crate) fn pop(&mut self) -> Option<(Duration, T)> {
        self.events.pop().map(|Reverse(event)| (event.time, event.what))
    }
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { events: BinaryHeap::new(), pushed: 0 }
    }
}

impl<T> Ord for Event<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.time, self.number).cmp(&(other.time, other.number))
    }
}

impl<T> PartialOrd for Event<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Event<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T> Eq for Event<T> {}
