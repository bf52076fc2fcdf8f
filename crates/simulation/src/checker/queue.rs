//! The calls that wait for a rate limiter.

use std::collections::BTreeSet;
use std::time::Duration;

use usedesk_core::MAX_RATE_LIMIT_STOP;

use super::Invariant;
use crate::scenario::Speed;

/// The queue of a rate limiter, as seen from outside.
pub(crate) struct Queue {
    speed: Speed,
    /// How late a wait may end.
    lateness: Duration,
    /// The most by which a call was late for its slot.
    max_lateness: Duration,
    /// The queued calls.
    waiting: BTreeSet<Rank>,
    joined: u64,
    /// Number of retries that joined.
    retries: u32,
    released: Vec<Released>,
    /// Number of queued calls in released slots.
    reused: usize,
    /// When the next call would start if none had been late.
    due: Duration,
    stopped_until: Duration,
    stopped_for: Duration,
    was_rate_limited: bool,
    /// The last start since the first stop.
    last_start_after_stop: Option<Duration>,
}

/// Order in the queue: retries first, then by arrival.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    is_new: bool,
    number: u64,
}

/// A slot whose call left the queue.
struct Released {
    /// Its time on the limiter's clock.
    slot: Duration,
    /// Retries that had joined before. Each later one may delay the slot by an interval.
    retries: u32,
}

/// A queued call.
pub(crate) struct Queued {
    rank: Rank,
    /// The time of its slot on the limiter's clock.
    slot: Duration,
    /// Its latest start on the limiter's clock.
    latest: Duration,
    /// Retries that had joined before. Later ones are served before a new call.
    retries: u32,
    reuses_slot: bool,
    /// How late it may be for its slot after all its waits.
    late: Duration,
}

impl Queue {
    pub(crate) fn new(speed: Speed, lateness: Duration) -> Self {
        Self {
            speed,
            lateness,
            max_lateness: Duration::ZERO,
            waiting: BTreeSet::new(),
            joined: 0,
            retries: 0,
            released: Vec::new(),
            reused: 0,
            due: Duration::ZERO,
            stopped_until: Duration::ZERO,
            stopped_for: Duration::ZERO,
            was_rate_limited: false,
            last_start_after_stop: None,
        }
    }

    /// Returns the time on the limiter's clock, which does not advance during a stop.
    fn clock(&self, now: Duration) -> Duration {
        now.max(self.stopped_until).saturating_sub(self.stopped_for)
    }

    pub(crate) fn join(&mut self, now: Duration, wait: Duration, is_retry: bool) -> Queued {
        let (clock, slot) = (self.clock(now), self.clock(now + wait));
        self.forget_unused(clock);
        let reuses_slot = !self.released.is_empty();
        // A retry may get a slot before the released ones.
        self.released.drain(..usize::from(reuses_slot && !is_retry));
        let mut ahead = self.waiting.len();
        if is_retry {
            // Calls in released slots may be ahead, too.
            ahead = self.waiting.iter().filter(|other| !other.is_new).count() + self.reused;
        }
        let latest = clock + self.speed.interval() * (u32::try_from(ahead).unwrap_or(u32::MAX) + 1);
        self.reused += usize::from(reuses_slot);
        self.joined += 1;
        self.retries += u32::from(is_retry);
        let rank = Rank { is_new: !is_retry, number: self.joined };
        self.waiting.insert(rank);
        let (retries, late) = (self.retries, self.lateness);
        Queued { rank, slot, latest, retries, reuses_slot, late }
    }

    /// Drops released slots that are too late to use and sorts the others.
    fn forget_unused(&mut self, clock: Duration) {
        let (retries, interval) = (self.retries, self.speed.interval());
        let latest = |released: &Released| released.slot + interval * (retries - released.retries);
        self.released.retain(|released| latest(released) >= clock);
        self.released.sort_by_key(latest);
    }

    /// The call waits again after a stop.
    pub(crate) fn waits_again(&self, call: &mut Queued) {
        call.late += self.lateness;
    }

    /// The call starts. Returns the invariants and whether they hold.
    pub(crate) fn starts(&mut self, now: Duration, call: &Queued) -> [(Invariant, bool); 5] {
        self.leaves(call);
        let interval = self.speed.interval();
        // An earlier call may have been late for its slot.
        self.max_lateness = self.max_lateness.max(call.late);
        let lateness = self.max_lateness;
        let within_rate = now + self.speed.tolerance() + lateness >= self.due;
        self.due = self.due.max(now) + interval;
        let is_staggered =
            self.last_start_after_stop.is_none_or(|last| now + lateness >= last + interval);
        if self.was_rate_limited {
            self.last_start_after_stop = Some(now);
        }
        // A call that is late for its slot may be overtaken.
        let is_first = self.waiting.first().is_none_or(|first| call.rank < *first);
        let in_order = is_first || call.reuses_slot || !lateness.is_zero();
        let later = if call.rank.is_new { self.retries - call.retries } else { 0 };
        // The slot of a late call may be released too late for another call.
        let lost = u32::from(self.retries > 0 && !lateness.is_zero());
        let latest = call.latest + interval * (later + lost);
        [
            (Invariant::RateLimit, within_rate),
            (Invariant::StaggeredAfterStop, is_staggered),
            (Invariant::Stopped, now >= self.stopped_until),
            (Invariant::QueueOrder, in_order),
            (Invariant::NoStarvation, self.clock(now) <= latest + call.late),
        ]
    }

    pub(crate) fn release(&mut self, now: Duration, call: &Queued) {
        self.leaves(call);
        self.released.push(Released { slot: call.slot, retries: call.retries });
        self.forget_unused(self.clock(now));
    }

    fn leaves(&mut self, call: &Queued) {
        self.waiting.remove(&call.rank);
        self.reused -= usize::from(call.reuses_slot);
    }

    pub(crate) fn stop(&mut self, now: Duration, pause: Duration) {
        let before = self.stopped_until.max(now);
        let pause = pause.min(MAX_RATE_LIMIT_STOP).max(self.speed.interval());
        let until = before.max(now + pause);
        self.stopped_for += until.saturating_sub(before);
        self.stopped_until = until;
        self.was_rate_limited = true;
    }
}
