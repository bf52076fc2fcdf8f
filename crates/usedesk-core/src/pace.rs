//! Keeping below the documented number of requests per minute.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::violations::Violations;

/// How fast calls may start.
///
/// An older page of the documentation allows 150 requests a minute for one IP address. At exactly
/// that rate a request that is a little late and one that is a little early make one too many; so
/// both choices here stay below, by as much as the delays of a network may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a setting does nothing until a handle has it"]
pub struct Pace {
    per_minute: u32,
    burst: u32,
}

/// The most calls per minute that a pace can have.
pub const MAX_PER_MINUTE: u32 = 60_000;

impl Default for Pace {
    /// 135 calls a minute, of which 10 may start at once: a short script never waits.
    fn default() -> Self {
        Self::new(135, 10)
    }
}

impl Pace {
    /// 145 calls a minute, one after the other: for jobs of thousands of calls. It survives a
    /// restart of the program, whose memory of earlier calls is lost.
    pub fn steady() -> Self {
        Self::new(145, 1)
    }

    /// So many calls a minute, of which `burst` may start at once after a rest; both from 1 to
    /// [`MAX_PER_MINUTE`].
    pub fn new(per_minute: u32, burst: u32) -> Self {
        Self { per_minute, burst }
    }

    /// From the start of one call to that of the next.
    fn interval(self) -> Duration {
        Duration::from_secs(60) / self.per_minute.clamp(1, MAX_PER_MINUTE)
    }

    /// How much earlier than its place in the row a call may start.
    fn tolerance(self) -> Duration {
        self.interval().saturating_mul(self.burst.saturating_sub(1))
    }

    pub(crate) fn check(self, violations: &mut Violations) {
        let (per_minute, burst) = (u64::from(self.per_minute), u64::from(self.burst));
        violations.check_range("pace.per_minute", per_minute, 1..=u64::from(MAX_PER_MINUTE));
        violations.check_range("pace.burst", burst, 1..=u64::from(MAX_PER_MINUTE));
    }
}

/// Gives each call its place, first come first served.
///
/// Clones are the same pacer. The documented limit counts per IP address: give one pacer to all
/// handles of a program, of both worlds, with `pacer` of their builders.
///
/// A refusal for too many requests (HTTP 429) stops all calls of the pacer for as long as the
/// server asks, and from then on no two start at once.
///
/// # Examples
///
/// ```
/// use usedesk_core::{Pace, Pacer};
///
/// let pacer = Pacer::new(Pace::steady());
/// let for_another_handle = pacer.clone();
/// # let _ = for_another_handle;
/// ```
#[derive(Clone)]
pub struct Pacer {
    state: Arc<Mutex<State>>,
}

struct State {
    pace: Pace,
    /// The generic cell rate algorithm's theoretical arrival time: when the next call would start
    /// if calls had always come in time. Like all times here on a clock that stands still while
    /// the pacer is stopped; none before the first call.
    next: Option<Instant>,
    /// The last place in the line.
    last: Option<Instant>,
    /// Whether its call has started.
    last_has_started: bool,
    /// Places given back by calls that were dropped while they waited.
    freed: BTreeSet<Instant>,
    /// No call starts before.
    stopped_until: Option<Instant>,
    /// For how long it was stopped in all, up to `stopped_until`.
    stopped_for: Duration,
    /// After a refusal no two calls start at once.
    in_single_file: bool,
}

impl Pacer {
    /// A pacer that no call has used.
    #[must_use]
    pub fn new(pace: Pace) -> Self {
        let state = State {
            pace,
            next: None,
            last: None,
            last_has_started: false,
            freed: BTreeSet::new(),
            stopped_until: None,
            stopped_for: Duration::ZERO,
            in_single_file: false,
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// The next free place, unless it lies more than `patience` ahead: then how far it does.
    pub(crate) fn reserve(&self, now: Instant, patience: Duration) -> Result<Place, Duration> {
        let mut state = self.lock();
        let (time, is_freed) = state.next_place(now);
        let wait = state.wait(time, now);
        if wait > patience {
            return Err(wait);
        }
        state.take(time, is_freed);
        Ok(Place { pacer: self.clone(), time: Some(time) })
    }

    pub(crate) fn check(&self, violations: &mut Violations) {
        self.lock().pace.check(violations);
    }

    /// Stops all calls from now on for this long.
    pub(crate) fn stop(&self, now: Instant, pause: Duration) {
        self.lock().stop(now, pause);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The time on the clock that stands still while the pacer is stopped.
    fn clock(&self, now: Instant) -> Instant {
        let now = self.stopped_until.map_or(now, |until| now.max(until));
        now.checked_sub(self.stopped_for).unwrap_or(now)
    }

    fn next_place(&mut self, now: Instant) -> (Instant, bool) {
        let clock = self.clock(now);
        // What was not used in time is gone.
        self.freed = self.freed.split_off(&clock);
        if let Some(&freed) = self.freed.first() {
            return (freed, true);
        }
        let tolerance = if self.in_single_file { Duration::ZERO } else { self.pace.tolerance() };
        let earliest = self.next.map_or(clock, |next| next.checked_sub(tolerance).unwrap_or(next));
        (earliest.max(clock), false)
    }

    fn take(&mut self, time: Instant, is_freed: bool) {
        if is_freed {
            self.freed.remove(&time);
        } else {
            let next = self.next.map_or(time, |next| next.max(time));
            self.next = Some(next + self.pace.interval());
            (self.last, self.last_has_started) = (Some(time), false);
        }
    }

    fn wait(&self, time: Instant, now: Instant) -> Duration {
        let start = time + self.stopped_for;
        self.stopped_until.map_or(start, |until| start.max(until)).saturating_duration_since(now)
    }

    fn stop(&mut self, now: Instant, pause: Duration) {
        let clock = self.clock(now);
        let before = self.stopped_until.map_or(now, |before| before.max(now));
        let until = before.max(now + pause);
        self.stopped_for += until - before;
        self.stopped_until = Some(until);
        self.in_single_file = true;
        // Those that wait keep their places, also the one that others who were refused before have
        // at the end of the stop; new ones line up behind, without a burst. For the time since a
        // call that has started, the stop counts.
        self.next = self.last.and_then(|last| {
            if self.last_has_started {
                (last + self.pace.interval()).checked_sub(until - before)
            } else {
                Some(last.max(clock) + self.pace.interval())
            }
        });
    }
}

impl fmt::Debug for Pacer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pacer").field("pace", &self.lock().pace).finish_non_exhaustive()
    }
}

/// A call's place. Dropped before it was used, it goes to another call.
pub(crate) struct Place {
    pacer: Pacer,
    /// None once it was used.
    time: Option<Instant>,
}

impl Place {
    /// How long until its time has come; nothing once it has.
    pub(crate) fn wait(&self, now: Instant) -> Duration {
        self.time.map_or(Duration::ZERO, |time| self.pacer.lock().wait(time, now))
    }

    /// The call starts.
    pub(crate) fn start(mut self) {
        if let Some(time) = self.time.take() {
            let mut state = self.pacer.lock();
            state.last_has_started |= state.last == Some(time);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(time) = self.time {
            self.pacer.lock().freed.insert(time);
        }
    }
}
