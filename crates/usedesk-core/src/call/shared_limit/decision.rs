//! What a store decides: the generic cell rate algorithm (GCRA) for calls of many processes, in
//! integers and in constant memory.
//!
//! Calls that wait are not listed: each knows its position, and confirms it after its wait. So a
//! process that dies leaves nothing behind but a slot that nobody uses. All slots that are reserved
//! and not yet due are an interval apart, since each is as early as the limit allows; where the
//! first of them is follows from where the next one would be.

use std::time::Duration;

use super::super::observer::QueueReason;
use super::slot::{Slot, SlotDecision, SlotKind, SlotLimit, SlotOutcome, SlotRequest};

/// How long a stricter limit holds after the last request that had it, in microseconds.
const STRICT_FOR: i64 = 10 * 60 * 1_000_000;

/// Upper bound of times and durations, in microseconds: Lua computes exactly up to 2^53.
const MAX: i64 = 1 << 52;

/// What a store keeps. All times and durations are in microseconds, times since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SlotState {
    /// When the state was created. It tells slots of an earlier state, which was lost, from those
    /// of this one.
    pub epoch: i64,
    /// The time of the last request.
    pub seen: i64,
    /// How much the clock of the store has been set back since the state was created.
    pub offset: i64,
    /// The theoretical arrival time of GCRA: the slot of the next call if all calls had been evenly
    /// spaced.
    pub arrival: i64,
    /// The last slot of a retry; 0 before the first.
    pub last_retry: i64,
    /// The end of the last stop; 0 before the first. From then on the burst is 1.
    pub stopped_until: i64,
    /// The sum of all stops. They pause both queues.
    pub stopped_for: i64,
    /// By how much retries have put off the first attempts that waited.
    pub pushed_for: i64,
    /// The interval in force.
    pub interval: i64,
    /// The burst in force.
    pub burst: i64,
    /// Until when a looser limit has no effect.
    pub strict_until: i64,
}

impl SlotState {
    /// The fields in order, for stores that keep them as one text.
    #[must_use]
    pub fn to_array(self) -> [i64; 11] {
        [
            self.epoch,
            self.seen,
            self.offset,
            self.arrival,
            self.last_retry,
            self.stopped_until,
            self.stopped_for,
            self.pushed_for,
            self.interval,
            self.burst,
            self.strict_until,
        ]
    }

    /// How long the state must be kept, from the last request on. A state that is kept shorter
    /// allows more calls than the limit; one that is lost later does not.
    #[must_use]
    pub fn lifetime(self) -> Duration {
        let needed = (self.arrival.max(self.stopped_until) - self.seen).max(0);
        Duration::from_micros(needed.saturating_add(STRICT_FOR).unsigned_abs())
    }
}

/// Decides one request at the time `now`, in microseconds since the Unix epoch by the clock of the
/// store. `state` is what the last call of this function returned; none if there is none or if it
/// was lost.
///
/// - The first call may start immediately, and so may a burst of calls. The others have slots an
///   interval apart.
/// - A retry gets the first slot after those of other retries. The first attempts that wait are put
///   off by an interval.
/// - A stop puts off all calls that wait and keeps their order and distances. From then on the
///   burst is 1. Stops that overlap count once.
/// - The stricter limit holds: the longest interval and the smallest burst of all limiters that
///   have asked within ten minutes.
/// - If the clock is set back, the slots move along. If it is set forward, calls that ask
///   afterwards start while those that wait keep their waits.
/// - A slot of a state that was lost is reserved again.
#[must_use]
pub fn reserve(
    state: Option<SlotState>,
    now: i64,
    limit: SlotLimit,
    request: &SlotRequest,
) -> (SlotState, SlotDecision) {
    let now = now.clamp(0, MAX);
    let mut state = state.unwrap_or(SlotState { epoch: now, ..SlotState::default() });
    state.offset = state.offset.max(state.seen - now);
    let now = now + state.offset;
    state.seen = now;
    state.restrict(now, SlotLimit::new(limit.interval, limit.burst));
    let stop = micros(request.stop);
    if stop > 0 {
        state.stop(now, stop);
    }
    let outcome = state.decide(now, request);
    (state, SlotDecision::new(outcome, SlotLimit::new(state.interval, state.burst)))
}

impl SlotState {
    /// Keeps the stricter limit.
    fn restrict(&mut self, now: i64, limit: SlotLimit) {
        let is_looser = limit.interval < self.interval || limit.burst > self.burst;
        if is_looser && now < self.strict_until {
            self.interval = self.interval.max(limit.interval);
            self.burst = self.burst.min(limit.burst);
        } else {
            (self.interval, self.burst) = (limit.interval, limit.burst);
            self.strict_until = now + STRICT_FOR;
        }
    }

    fn stop(&mut self, now: i64, stop: i64) {
        let from = self.stopped_until.max(now);
        let until = from.max(now + stop.max(self.interval));
        let pause = until - from;
        // As if a call waited for the slot that is due. One may do so, and not have confirmed it yet.
        self.arrival = self.next_slot(now) + pause;
        if self.last_retry > now {
            self.last_retry += pause;
        }
        self.stopped_for += pause;
        self.stopped_until = until;
    }

    fn decide(&mut self, now: i64, request: &SlotRequest) -> SlotOutcome {
        let is_retry = match request.kind {
            SlotKind::FirstAttempt => false,
            SlotKind::Retry => true,
            SlotKind::Stop => return SlotOutcome::Stopped(duration(self.stopped_until - now)),
        };
        let max_wait = micros(request.max_wait);
        let reason =
            if self.stopped_until > now { QueueReason::Stop } else { QueueReason::RateLimit };
        if let Some(slot) = request.slot.filter(|slot| slot.epoch == self.epoch) {
            let time = (slot.position + self.paused_for(is_retry)).max(self.stopped_until);
            return match time - now {
                ..=0 => SlotOutcome::Start,
                wait if wait >= max_wait => SlotOutcome::TooLong { wait: duration(wait), reason },
                wait => SlotOutcome::Wait { wait: duration(wait), slot, reason },
            };
        }
        let next = self.next_slot(now);
        let time = if is_retry { self.next_retry(now, next) } else { next };
        let wait = time - now;
        if wait >= max_wait {
            return SlotOutcome::TooLong { wait: duration(wait), reason };
        }
        if is_retry {
            if time < next {
                self.pushed_for += self.interval;
            }
            self.last_retry = time;
        }
        self.arrival = self.arrival.max(now) + self.interval;
        let position = time - self.paused_for(is_retry);
        match wait {
            0 => SlotOutcome::Start,
            _ => SlotOutcome::Wait {
                wait: duration(wait),
                slot: Slot { epoch: self.epoch, position },
                reason,
            },
        }
    }

    /// The slot behind all that are reserved.
    fn next_slot(&self, now: i64) -> i64 {
        let burst = if self.stopped_until > 0 { 1 } else { self.burst };
        (self.arrival - self.interval * (burst - 1)).max(now)
    }

    /// The first slot that is reserved and not due, or else the next one; but behind other retries.
    fn next_retry(&self, now: i64, next: i64) -> i64 {
        // What is due starts now, unless a stop ends later.
        let from = self.stopped_until.max(now + 1);
        if next < from {
            return next;
        }
        let first = from + (next - from) % self.interval;
        if self.last_retry > now { first.max(self.last_retry + self.interval) } else { first }
    }

    /// By how much the queue of a slot has been paused.
    fn paused_for(&self, is_retry: bool) -> i64 {
        if is_retry { self.stopped_for } else { self.stopped_for + self.pushed_for }
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(MAX).min(MAX)
}

fn duration(micros: i64) -> Duration {
    Duration::from_micros(micros.max(0).unsigned_abs())
}
