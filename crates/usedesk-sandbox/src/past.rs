//! The desk before the latest changes, which reads that lag behind still see.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::desk::Desk;

/// How many changes reads lag behind at most.
const LIMIT: usize = 100;

/// Desks before a change, each with the time of the change, oldest first.
#[derive(Default)]
pub(crate) struct Past {
    desks: VecDeque<(Instant, Desk)>,
}

impl Past {
    /// Drops the desks that no read sees anymore. Called with each request, not only with reads, so that a
    /// client that only writes does not make the sandbox keep them.
    pub(crate) fn forget(&mut self, now: Instant, lag: Duration) {
        while self.desks.front().is_some_and(|(changed_at, _)| *changed_at + lag <= now) {
            self.desks.pop_front();
        }
    }

    /// Keeps the desk before a change.
    pub(crate) fn keep(&mut self, changed_at: Instant, before: Desk) {
        self.desks.push_back((changed_at, before));
        if self.desks.len() > LIMIT {
            self.desks.pop_front();
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.desks.len()
    }

    /// Returns the desk that a read sees; `None` if it is the current one.
    pub(crate) fn seen(&mut self) -> Option<&mut Desk> {
        self.desks.front_mut().map(|(_, desk)| desk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_sees_the_desk_before_the_changes_within_the_lag() {
        let (mut past, start) = (Past::default(), Instant::now());
        let at = |second| start + Duration::from_secs(second);
        for second in [1, 2, 3] {
            let mut desk = Desk::demo("http://h");
            desk.company_id = second;
            past.keep(at(second), desk);
        }
        let mut seen = |second| {
            past.forget(at(second), Duration::from_secs(2));
            past.seen().map(|desk| desk.company_id)
        };
        assert_eq!([2, 3, 4, 5].map(&mut seen), [Some(1), Some(2), Some(3), None]);
        for _ in 0..2 * LIMIT {
            past.keep(start, Desk::demo("http://h"));
        }
        assert_eq!(past.desks.len(), LIMIT);
        // As when the lag is turned off.
        past.forget(start, Duration::ZERO);
        assert!(past.desks.is_empty());
    }
}
