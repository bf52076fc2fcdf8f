//! A queue of events ordered by time.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::time::Duration;

pub(crate) struct EventQueue<T> {
    events: BinaryHeap<Reverse<Event<T>>>,
    pushed: u64,
}

struct Event<T> {
    time: Duration,
    /// Orders events of the same time by insertion.
    number: u64,
    kind: T,
}

impl<T> EventQueue<T> {
    pub(crate) fn push(&mut self, time: Duration, kind: T) {
        self.pushed += 1;
        self.events.push(Reverse(Event { time, number: self.pushed, kind }));
    }

    pub(crate) fn pop(&mut self) -> Option<(Duration, T)> {
        self.events.pop().map(|Reverse(event)| (event.time, event.kind))
    }
}

impl<T> Default for EventQueue<T> {
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
