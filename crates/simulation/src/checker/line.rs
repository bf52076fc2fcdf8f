//! Those who wait for one pacer.

use std::collections::BTreeSet;
use std::time::Duration;

use usedesk_core::MAX_RATE_LIMIT_STOP;

use super::Invariant;
use crate::scenario::Speed;

/// The line of a pacer, as seen from outside.
pub(crate) struct Line {
    speed: Speed,
    /// How much later than asked for a wait may end.
    lateness: Duration,
    /// How late a call came to its turn, at most.
    latest_turn: Duration,
    /// Who waits.
    waiting: BTreeSet<Rank>,
    came: u64,
    /// How many came that are repeated.
    repeated: u32,
    given_back: Vec<GivenBack>,
    /// How many wait in places that had been given back.
    strays: usize,
    /// When the next call would start if all had come in time.
    due: Duration,
    stopped_until: Duration,
    stopped_for: Duration,
    was_refused: bool,
    /// The last start since the first refusal.
    last_in_file: Option<Duration>,
}

/// Those that are repeated are first, and of these and the others who came first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    is_new: bool,
    number: u64,
}

/// A place without a call.
struct GivenBack {
    /// Its time on the pacer's clock.
    place: Duration,
    /// How many had come that are repeated. Each that comes later may put it off by an interval.
    repeated: u32,
}

/// A call in a line.
pub(crate) struct LinedUp {
    rank: Rank,
    /// The time of its place on the pacer's clock.
    place: Duration,
    /// When it should have its turn at the latest, on the pacer's clock.
    latest: Duration,
    /// How many had come then that are repeated. Those that come later go before a new call.
    repeated: u32,
    was_given_back: bool,
    /// How late it may come to its turn, by all its waits.
    late: Duration,
}

impl Line {
    pub(crate) fn new(speed: Speed, lateness: Duration) -> Self {
        Self {
            speed,
            lateness,
            latest_turn: Duration::ZERO,
            waiting: BTreeSet::new(),
            came: 0,
            repeated: 0,
            given_back: Vec::new(),
            strays: 0,
            due: Duration::ZERO,
            stopped_until: Duration::ZERO,
            stopped_for: Duration::ZERO,
            was_refused: false,
            last_in_file: None,
        }
    }

    /// The time on a clock that stands still while the pacer is stopped.
    fn clock(&self, now: Duration) -> Duration {
        now.max(self.stopped_until).saturating_sub(self.stopped_for)
    }

    pub(crate) fn line_up(&mut self, now: Duration, wait: Duration, is_repeated: bool) -> LinedUp {
        let (clock, place) = (self.clock(now), self.clock(now + wait));
        self.forget_unused(clock);
        let was_given_back = !self.given_back.is_empty();
        // One that is repeated may have another place in front of those.
        self.given_back.drain(..usize::from(was_given_back && !is_repeated));
        let mut ahead = self.waiting.len();
        if is_repeated {
            // Whoever has a place that was given back may have it there.
            ahead = self.waiting.iter().filter(|other| !other.is_new).count() + self.strays;
        }
        let latest = clock + self.speed.interval() * (u32::try_from(ahead).unwrap_or(u32::MAX) + 1);
        self.strays += usize::from(was_given_back);
        self.came += 1;
        self.repeated += u32::from(is_repeated);
        let rank = Rank { is_new: !is_repeated, number: self.came };
        self.waiting.insert(rank);
        let (repeated, late) = (self.repeated, self.lateness);
        LinedUp { rank, place, latest, repeated, was_given_back, late }
    }

    /// What was given back and not used in time is gone. Of the rest the first is the next to go.
    fn forget_unused(&mut self, clock: Duration) {
        let (repeated, interval) = (self.repeated, self.speed.interval());
        let latest =
            |given_back: &GivenBack| given_back.place + interval * (repeated - given_back.repeated);
        self.given_back.retain(|given_back| latest(given_back) >= clock);
        self.given_back.sort_by_key(latest);
    }

    /// The call waits once more, since the pacer was stopped meanwhile.
    pub(crate) fn waits_on(&self, call: &mut LinedUp) {
        call.late += self.lateness;
    }

    /// The call starts: what must hold, and whether it does.
    pub(crate) fn starts(&mut self, now: Duration, call: &LinedUp) -> [(Invariant, bool); 5] {
        self.leaves(call);
        let interval = self.speed.interval();
        // The one before may have come late to its turn.
        self.latest_turn = self.latest_turn.max(call.late);
        let lateness = self.latest_turn;
        let in_pace = now + self.speed.tolerance() + lateness >= self.due;
        self.due = self.due.max(now) + interval;
        let in_file = self.last_in_file.is_none_or(|last| now + lateness >= last + interval);
        if self.was_refused {
            self.last_in_file = Some(now);
        }
        // Whoever comes late to its turn may be overtaken.
        let is_first = self.waiting.first().is_none_or(|first| call.rank < *first);
        let in_order = is_first || call.was_given_back || !lateness.is_zero();
        let later = if call.rank.is_new { self.repeated - call.repeated } else { 0 };
        // A place whose call is late may be given back when it is too late for another.
        let lost = u32::from(self.repeated > 0 && !lateness.is_zero());
        let latest = call.latest + interval * (later + lost);
        [
            (Invariant::RateLimit, in_pace),
            (Invariant::SingleFile, in_file),
            (Invariant::Stopped, now >= self.stopped_until),
            (Invariant::FirstComeFirstServed, in_order),
            (Invariant::NobodyStarves, self.clock(now) <= latest + call.late),
        ]
    }

    pub(crate) fn give_back(&mut self, now: Duration, call: &LinedUp) {
        self.leaves(call);
        self.given_back.push(GivenBack { place: call.place, repeated: call.repeated });
        self.forget_unused(self.clock(now));
    }

    fn leaves(&mut self, call: &LinedUp) {
        self.waiting.remove(&call.rank);
        self.strays -= usize::from(call.was_given_back);
    }

    pub(crate) fn stop(&mut self, now: Duration, pause: Duration) {
        let before = self.stopped_until.max(now);
        let pause = pause.min(MAX_RATE_LIMIT_STOP).max(self.speed.interval());
        let until = before.max(now + pause);
        self.stopped_for += until.saturating_sub(before);
        self.stopped_until = until;
        self.was_refused = true;
    }
}
