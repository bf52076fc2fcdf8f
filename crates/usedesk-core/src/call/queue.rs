//! When each call may start: the generic cell rate algorithm (GCRA), with one queue for first
//! attempts and one for retries.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::observer::{QueueLengths, QueueReason};
use super::rate_limit::RateLimit;

/// The start times of all calls of a rate limiter.
pub(super) struct Schedule {
    limit: RateLimit,
    /// The theoretical arrival time of GCRA: when the next call would start if all calls had been
    /// evenly spaced. None before the first call and after a stop.
    arrival: Option<Instant>,
    /// Retries are served first, since their deadlines are already running.
    retries: Queue,
    /// First attempts. Each retry makes them wait up to an interval longer.
    firsts: Queue,
}

/// Calls that wait. Their positions are times on a clock that pauses while the queue is stopped, so
/// that all keep their order and their distances.
#[derive(Default)]
struct Queue {
    /// Positions of the calls that wait.
    taken: BTreeSet<Instant>,
    /// Positions given back by calls that were dropped while they waited.
    freed: BTreeSet<Instant>,
    /// No call starts before this time.
    stopped_until: Option<Instant>,
    /// The sum of all stops, up to `stopped_until`.
    stopped_for: Duration,
}

/// A position in one of the queues.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    is_retry: bool,
    position: Instant,
}

/// How long a call waits for its slot, why, and with how many others.
#[derive(Clone, Copy)]
pub(crate) struct QueueWait {
    pub(crate) wait: Duration,
    pub(crate) reason: QueueReason,
    pub(crate) lengths: QueueLengths,
}

impl Schedule {
    pub(super) fn new(limit: RateLimit) -> Self {
        Self { limit, arrival: None, retries: Queue::default(), firsts: Queue::default() }
    }

    pub(super) fn limit(&self) -> RateLimit {
        self.limit
    }

    /// Takes the next free slot, unless its wait reaches `max_wait`. Returns `None` if the call
    /// starts immediately.
    pub(super) fn reserve(
        &mut self,
        now: Instant,
        max_wait: Duration,
        is_retry: bool,
    ) -> Result<Option<Slot>, QueueWait> {
        let slot = self.next_slot(now, is_retry);
        let wait = self.wait(slot, now);
        if wait.wait >= max_wait {
            return Err(wait);
        }
        self.take(slot, now);
        Ok(self.start(slot, now).is_err().then_some(slot))
    }

    /// Starts the call of a slot, unless it has to wait longer.
    pub(super) fn start(&mut self, slot: Slot, now: Instant) -> Result<(), QueueWait> {
        let wait = self.wait(slot, now);
        if !wait.wait.is_zero() {
            return Err(wait);
        }
        let queue = self.queue(slot.is_retry);
        queue.taken.remove(&slot.position);
        let time = queue.time(slot.position);
        let arrival = self.arrival.map_or(time, |arrival| arrival.max(time));
        self.arrival = Some(arrival + self.limit.interval());
        Ok(())
    }

    /// Frees the slot of a call that was dropped.
    pub(super) fn free(&mut self, slot: Slot) {
        let queue = self.queue(slot.is_retry);
        queue.taken.remove(&slot.position);
        queue.freed.insert(slot.position);
    }

    /// Stops all calls because the server asked for this wait. Returns for how long.
    pub(super) fn stop(&mut self, now: Instant, wait: Duration) -> Duration {
        let before = self.retries.stopped_until.map_or(now, |before| before.max(now));
        let until = before.max(now + self.limit.stop(wait));
        self.retries.stop(before, until - before);
        self.firsts.stop(before, until - before);
        // The stop itself separates earlier calls from later ones, and later ones start one by one.
        (self.arrival, self.limit) = (None, self.limit.burst(1));
        until - now
    }

    /// A slot that was given back, or the first one behind all calls that are served earlier.
    fn next_slot(&mut self, now: Instant, is_retry: bool) -> Slot {
        if let Some(position) = self.retries.first_freed(now) {
            return Slot { is_retry: true, position };
        }
        let freed = self.firsts.first_freed(now).filter(|_| !is_retry);
        let position = freed.unwrap_or_else(|| {
            let (interval, tolerance) = (self.limit.interval(), self.limit.tolerance());
            let arrival = self.arrival.map(|at| at.checked_sub(tolerance).unwrap_or(at));
            let retry = self.retries.last_time().map(|last| last + interval);
            let first = self.firsts.last_time().filter(|_| !is_retry).map(|last| last + interval);
            let time = arrival.max(retry).max(first).map_or(now, |time| time.max(now));
            self.queue(is_retry).position(time)
        });
        Slot { is_retry, position }
    }

    fn take(&mut self, slot: Slot, now: Instant) {
        let queue = self.queue(slot.is_retry);
        queue.freed.remove(&slot.position);
        queue.taken.insert(slot.position);
        if slot.is_retry
            && let Some(first) = self.firsts.first_time()
        {
            let behind = self.retries.time(slot.position) + self.limit.interval();
            self.firsts.stop(now, behind.saturating_duration_since(first.max(now)));
        }
    }

    fn wait(&mut self, slot: Slot, now: Instant) -> QueueWait {
        // Only a stop by the server holds back retries.
        let is_stopped = self.retries.stopped_until.is_some_and(|until| until > now);
        let reason = if is_stopped { QueueReason::Stop } else { QueueReason::RateLimit };
        let time = self.queue(slot.is_retry).time(slot.position);
        let (retries, first_attempts) = (self.retries.taken.len(), self.firsts.taken.len());
        let lengths = QueueLengths { first_attempts, retries };
        QueueWait { wait: time.saturating_duration_since(now), reason, lengths }
    }

    fn queue(&mut self, is_retry: bool) -> &mut Queue {
        if is_retry { &mut self.retries } else { &mut self.firsts }
    }
}

impl Queue {
    /// When the call at a position may start.
    fn time(&self, position: Instant) -> Instant {
        let time = position + self.stopped_for;
        self.stopped_until.map_or(time, |until| time.max(until))
    }

    /// The position of a call that may start at this time, or at the end of the stop.
    fn position(&self, time: Instant) -> Instant {
        let time = self.stopped_until.map_or(time, |until| time.max(until));
        time.checked_sub(self.stopped_for).unwrap_or(time)
    }

    /// The time of the first position, also if it was given back.
    fn first_time(&self) -> Option<Instant> {
        let first = self.taken.first().into_iter().chain(self.freed.first()).min();
        first.map(|&first| self.time(first))
    }

    fn last_time(&self) -> Option<Instant> {
        self.taken.last().map(|&last| self.time(last))
    }

    /// The first position that was given back and whose time is not past.
    fn first_freed(&mut self, now: Instant) -> Option<Instant> {
        self.freed = self.freed.split_off(&self.position(now));
        self.freed.first().copied()
    }

    fn stop(&mut self, now: Instant, duration: Duration) {
        let before = self.stopped_until.map_or(now, |before| before.max(now));
        self.stopped_until = Some(before + duration);
        self.stopped_for += duration;
    }
}
