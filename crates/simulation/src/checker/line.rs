//! Those who wait for one pacer.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Invariant;
use crate::scenario::Speed;

/// The line of a pacer, as seen from outside.
pub(crate) struct Line {
    speed: Speed,
    /// How much later than asked for a wait may end.
    lateness: Duration,
    /// How late a call came to its turn, at most.
    latest_turn: Duration,
    /// Who waits, by when they came.
    waiting: BTreeSet<u64>,
    came: u64,
    /// The times of places that were given back, on the pacer's clock.
    given_back: Vec<Duration>,
    /// When the next call would start if all had come in time.
    due: Duration,
    stopped_until: Duration,
    stopped_for: Duration,
    was_refused: bool,
    /// The last start since the first refusal.
    last_in_file: Option<Duration>,
}

/// A call in a line.
pub(crate) struct LinedUp {
    number: u64,
    /// The time of its place on the pacer's clock.
    place: Duration,
    /// When it should have its turn at the latest, on the pacer's clock.
    latest: Duration,
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
            given_back: Vec::new(),
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

    pub(crate) fn line_up(&mut self, now: Duration, wait: Duration) -> LinedUp {
        let clock = self.clock(now);
        let place = self.clock(now + wait);
        let given_back = self.given_back.iter().position(|&other| other == place);
        if let Some(index) = given_back {
            self.given_back.swap_remove(index);
        }
        let ahead = u32::try_from(self.waiting.len()).unwrap_or(u32::MAX);
        let latest = clock + self.speed.interval() * (ahead + 1);
        self.came += 1;
        self.waiting.insert(self.came);
        let was_given_back = given_back.is_some();
        LinedUp { number: self.came, place, latest, was_given_back, late: self.lateness }
    }

    /// The call waits once more, since the pacer was stopped meanwhile.
    pub(crate) fn waits_on(&self, call: &mut LinedUp) {
        call.late += self.lateness;
    }

    /// The call starts: what must hold, and whether it does.
    pub(crate) fn starts(&mut self, now: Duration, call: &LinedUp) -> [(Invariant, bool); 5] {
        self.waiting.remove(&call.number);
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
        let is_first = self.waiting.first().is_none_or(|&first| call.number < first);
        let in_order = is_first || call.was_given_back || !lateness.is_zero();
        [
            (Invariant::Pace, in_pace),
            (Invariant::SingleFile, in_file),
            (Invariant::Stopped, now >= self.stopped_until),
            (Invariant::FirstComeFirstServed, in_order),
            (Invariant::NobodyStarves, self.clock(now) <= call.latest + call.late),
        ]
    }

    pub(crate) fn give_back(&mut self, now: Duration, call: &LinedUp) {
        self.waiting.remove(&call.number);
        let clock = self.clock(now);
        self.given_back.retain(|&place| place >= clock);
        self.given_back.push(call.place);
    }

    pub(crate) fn stop(&mut self, now: Duration, pause: Duration) {
        let before = self.stopped_until.max(now);
        let until = before.max(now + pause);
        self.stopped_for += until.saturating_sub(before);
        self.stopped_until = until;
        self.was_refused = true;
    }
}
