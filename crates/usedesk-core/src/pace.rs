//! Keeping below the documented number of requests per minute.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::settings::MAX_TIMEOUT;
use crate::violations::{Rule, Violations};

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
    max_stop: Duration,
}

/// The longest that one 429 holds back the other calls of a [`Pacer`] by default: as long as a call
/// may take by default.
pub const MAX_RATE_LIMIT_STOP: Duration = Duration::from_secs(180);

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
        Self { per_minute, burst, max_stop: MAX_RATE_LIMIT_STOP }
    }

    /// The longest that the `Retry-After` of one 429 holds back the other calls of the pacer;
    /// [`MAX_RATE_LIMIT_STOP`] by default, at most a day. The call that got the 429 waits for its
    /// own `Retry-After` in any case.
    pub fn max_stop(mut self, longest: Duration) -> Self {
        self.max_stop = longest;
        self
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
        if self.max_stop > MAX_TIMEOUT {
            let rule = Rule::Custom("be at most a day".into());
            violations.push("pace.max_stop", rule, format!("{:?}", self.max_stop));
        }
    }
}

/// Gives each call its place: first come, first served, and whoever is repeated before those that
/// have not begun.
///
/// Clones are the same pacer. The documented limit counts per IP address: give one pacer to all
/// handles of a program, of both worlds, with `pacer` of their builders.
///
/// Too many requests (HTTP 429, or code 121 or 429 in the body) stop all calls of the pacer for as
/// long as the server asks, [`RATE_LIMIT_WAIT`](crate::RATE_LIMIT_WAIT) where it does not say, but
/// at most for [`max_stop`](Pace::max_stop) from each such response; and from then on no two start at
/// once. The call that got the response is not repeated before its own `Retry-After`, however long.
/// A call whose slot is then behind its deadline fails immediately with an error of kind
/// [`RateLimited`](crate::ErrorKind::RateLimited) that says when its slot is.
///
/// A call that is dropped while it waits leaves its slot to the next call that asks for one. Calls
/// that wait already keep theirs.
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
    /// if calls had always come in time. None before the first, and after a refusal.
    due: Option<Instant>,
    /// Calls that are repeated. They come first: their time runs.
    repeated: Line,
    /// Calls that have not begun. For each that is repeated they wait up to an interval longer.
    new: Line,
}

/// Calls that wait. Their places are times on a clock that stands still while the line is stopped,
/// so that all keep their order and their distances.
#[derive(Default)]
struct Line {
    /// The places of those who wait.
    taken: BTreeSet<Instant>,
    /// Places given back by calls that were dropped while they waited.
    freed: BTreeSet<Instant>,
    /// No call starts before.
    stopped_until: Option<Instant>,
    /// For how long it was stopped in all, up to `stopped_until`.
    stopped_for: Duration,
}

/// A wait for a place.
#[derive(Clone, Copy)]
pub(crate) struct Queued {
    pub(crate) wait: Duration,
    /// Too many requests have stopped the pacer.
    pub(crate) is_stopped: bool,
}

/// A place in one of the lines.
#[derive(Clone, Copy)]
struct Seat {
    is_repeated: bool,
    place: Instant,
}

impl Pacer {
    /// A pacer that no call has used.
    #[must_use]
    pub fn new(pace: Pace) -> Self {
        let (repeated, new) = (Line::default(), Line::default());
        Self { state: Arc::new(Mutex::new(State { pace, due: None, repeated, new })) }
    }

    /// The next free place, unless it lies `patience` ahead or more: then how far it does.
    pub(crate) fn reserve(
        &self,
        now: Instant,
        patience: Duration,
        is_repeated: bool,
    ) -> Result<Place, Queued> {
        let mut state = self.lock();
        let seat = state.next_seat(now, is_repeated);
        let wait = state.wait(seat, now);
        if wait >= patience {
            return Err(state.queued(wait, now));
        }
        state.take(seat, now);
        if wait.is_zero() {
            state.start(seat);
        }
        Ok(Place { pacer: self.clone(), seat: (!wait.is_zero()).then_some(seat) })
    }

    pub(crate) fn check(&self, violations: &mut Violations) {
        self.lock().pace.check(violations);
    }

    /// Stops all calls from now on for this long, but no longer than a stop may be, and for an
    /// interval of the pace at least. Returns for how long they are stopped.
    pub(crate) fn stop(&self, now: Instant, pause: Duration) -> Duration {
        self.lock().stop(now, pause)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// A place that was given back, or the one behind all that come before.
    fn next_seat(&mut self, now: Instant, is_repeated: bool) -> Seat {
        if let Some(place) = self.repeated.first_freed(now) {
            return Seat { is_repeated: true, place };
        }
        let freed = self.new.first_freed(now).filter(|_| !is_repeated);
        let place = freed.unwrap_or_else(|| {
            let (interval, tolerance) = (self.pace.interval(), self.pace.tolerance());
            let due = self.due.map(|due| due.checked_sub(tolerance).unwrap_or(due));
            let repeated = self.repeated.last_time().map(|last| last + interval);
            let new = self.new.last_time().filter(|_| !is_repeated).map(|last| last + interval);
            let time = due.max(repeated).max(new).map_or(now, |time| time.max(now));
            self.line(is_repeated).place(time)
        });
        Seat { is_repeated, place }
    }

    fn take(&mut self, seat: Seat, now: Instant) {
        let line = self.line(seat.is_repeated);
        line.freed.remove(&seat.place);
        line.taken.insert(seat.place);
        if seat.is_repeated
            && let Some(first) = self.new.first_time()
        {
            let behind = self.repeated.time(seat.place) + self.pace.interval();
            self.new.stop(now, behind.saturating_duration_since(first.max(now)));
        }
    }

    fn start(&mut self, seat: Seat) {
        let line = self.line(seat.is_repeated);
        line.taken.remove(&seat.place);
        let time = line.time(seat.place);
        self.due = Some(self.due.map_or(time, |due| due.max(time)) + self.pace.interval());
    }

    fn stop(&mut self, now: Instant, pause: Duration) -> Duration {
        let before = self.repeated.stopped_until.map_or(now, |before| before.max(now));
        let pause = pause.min(self.pace.max_stop).max(self.pace.interval());
        let until = before.max(now + pause);
        self.repeated.stop(before, until - before);
        self.new.stop(before, until - before);
        // That is distance enough to those that have started, and from now on no two start at once.
        (self.due, self.pace.burst) = (None, 1);
        until - now
    }

    fn queued(&self, wait: Duration, now: Instant) -> Queued {
        // Those that are repeated are held by nothing else.
        let is_stopped = self.repeated.stopped_until.is_some_and(|until| until > now);
        Queued { wait, is_stopped }
    }

    fn wait(&mut self, seat: Seat, now: Instant) -> Duration {
        self.line(seat.is_repeated).time(seat.place).saturating_duration_since(now)
    }

    fn line(&mut self, is_repeated: bool) -> &mut Line {
        if is_repeated { &mut self.repeated } else { &mut self.new }
    }
}

impl Line {
    /// When the time of a place comes.
    fn time(&self, place: Instant) -> Instant {
        let time = place + self.stopped_for;
        self.stopped_until.map_or(time, |until| time.max(until))
    }

    /// The place whose time comes then, or when the line goes on.
    fn place(&self, time: Instant) -> Instant {
        let time = self.stopped_until.map_or(time, |until| time.max(until));
        time.checked_sub(self.stopped_for).unwrap_or(time)
    }

    /// Of the first place, also if it was given back.
    fn first_time(&self) -> Option<Instant> {
        self.taken
            .first()
            .into_iter()
            .chain(self.freed.first())
            .min()
            .map(|&first| self.time(first))
    }

    fn last_time(&self) -> Option<Instant> {
        self.taken.last().map(|&last| self.time(last))
    }

    fn first_freed(&mut self, now: Instant) -> Option<Instant> {
        // What was not used in time is gone.
        self.freed = self.freed.split_off(&self.place(now));
        self.freed.first().copied()
    }

    fn stop(&mut self, now: Instant, pause: Duration) {
        let before = self.stopped_until.map_or(now, |before| before.max(now));
        self.stopped_until = Some(before + pause);
        self.stopped_for += pause;
    }
}

impl fmt::Debug for Pacer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pacer").field("pace", &self.lock().pace).finish_non_exhaustive()
    }
}

/// A call's place. Dropped before it was used, it goes to the next call that asks for one.
pub(crate) struct Place {
    pacer: Pacer,
    /// None once it was used.
    seat: Option<Seat>,
}

impl Place {
    /// The call starts, unless its time is still to come: then in how long.
    pub(crate) fn start(&mut self, now: Instant) -> Result<(), Queued> {
        if let Some(seat) = self.seat {
            let mut state = self.pacer.lock();
            let wait = state.wait(seat, now);
            if !wait.is_zero() {
                return Err(state.queued(wait, now));
            }
            state.start(seat);
            self.seat = None;
        }
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(seat) = self.seat {
            let mut state = self.pacer.lock();
            let line = state.line(seat.is_repeated);
            line.taken.remove(&seat.place);
            line.freed.insert(seat.place);
        }
    }
}
