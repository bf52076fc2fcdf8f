//! A rate limit that several programs share, as seen from outside.

use std::collections::VecDeque;
use std::time::Duration;

use usedesk_core::shared_limit::{SlotOutcome, SlotRequest};
use usedesk_core::{MAX_RATE_LIMIT_STOP, RATE_LIMIT_WAIT};

use super::Invariant;
use crate::scenario::Speed;
use crate::store::SharedStore;

/// More than the store's roundings to microseconds add up to.
const ROUNDING: Duration = Duration::from_millis(1);

const MINUTE: Duration = Duration::from_secs(60);

pub(crate) struct Shared {
    plan: SharedStore,
    /// How late a request may reach the server.
    jitter: Duration,
    /// The limit in each life of the store's data.
    epochs: Vec<Rate>,
    programs: Vec<Program>,
    /// When the store lost its data.
    lost_data: Option<Duration>,
    /// Until when no call starts, as far as the store has to know.
    stopped_until: Duration,
    /// Until when the store may let no call start.
    may_stop_until: Duration,
    /// The last slot of a retry.
    last_retry: Duration,
    /// Arrivals at the server within a minute.
    arrivals: VecDeque<Duration>,
}

/// A program between two restarts.
struct Program {
    lateness: Duration,
    fallback: Option<Rate>,
    stop: Stop,
}

/// A stop that a program knows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stop {
    noted: Duration,
    until: Duration,
}

/// The starts under a rate limit.
struct Rate {
    speed: Speed,
    /// When the next call would start if none had been late.
    due: Duration,
    slack: Duration,
}

impl Rate {
    fn new(speed: Speed) -> Self {
        Self { speed, due: Duration::ZERO, slack: Duration::ZERO }
    }

    fn starts(&mut self, now: Duration, slack: Duration) -> bool {
        self.slack = self.slack.max(slack);
        let is_due = now + self.speed.tolerance() + self.slack >= self.due;
        self.due = self.due.max(now) + self.speed.interval();
        is_due
    }

    /// Upper bound of the arrivals at the server within a minute.
    fn per_minute(&self, jitter: Duration) -> f64 {
        let time = MINUTE + self.slack + jitter;
        time.div_duration_f64(self.speed.interval()) + f64::from(self.speed.burst)
    }
}

impl Shared {
    pub(crate) fn new(plan: SharedStore, jitter: Duration) -> Self {
        Self {
            plan,
            jitter,
            epochs: vec![Rate::new(plan.speed)],
            programs: Vec::new(),
            lost_data: None,
            stopped_until: Duration::ZERO,
            may_stop_until: Duration::ZERO,
            last_retry: Duration::ZERO,
            arrivals: VecDeque::new(),
        }
    }

    /// Adds a program that has just started.
    pub(crate) fn program(&mut self, lateness: Duration) -> usize {
        let fallback = self.plan.fallback.map(Rate::new);
        self.programs.push(Program { lateness, fallback, stop: Stop::default() });
        self.programs.len() - 1
    }

    /// The server asked a program to stop.
    pub(crate) fn stop(&mut self, program: usize, now: Duration, retry_after: Option<Duration>) {
        let until = now + retry_after.unwrap_or(RATE_LIMIT_WAIT).min(MAX_RATE_LIMIT_STOP);
        let stop = &mut self.programs[program].stop;
        if until > stop.until {
            *stop = Stop { noted: now, until };
        }
    }

    /// The stop that a program knows, and that its next request has to pass on.
    pub(crate) fn known_stop(&self, program: usize) -> Stop {
        self.programs[program].stop
    }

    /// The store decided a request.
    pub(crate) fn decided(
        &mut self,
        now: Duration,
        epoch: usize,
        (known, request, is_retry): (Stop, &SlotRequest, bool),
        outcome: SlotOutcome,
    ) -> [(Invariant, bool); 2] {
        if epoch >= self.epochs.len() {
            self.epochs.push(Rate::new(self.plan.speed));
            self.lost_data = Some(now);
            (self.stopped_until, self.may_stop_until) = (Duration::ZERO, Duration::ZERO);
            self.last_retry = Duration::ZERO;
        }
        // Other stops may have been lost with the data.
        if self.lost_data.is_none_or(|lost_data| known.noted > lost_data) {
            self.stopped_until = self.stopped_until.max(known.until);
        }
        let interval = self.plan.speed.interval();
        if !request.stop.is_zero() {
            let from = self.may_stop_until.max(now);
            self.may_stop_until = from.max(now + request.stop.max(interval));
            if self.last_retry > now {
                self.last_retry += self.may_stop_until.saturating_sub(from);
            }
        }
        let mut is_first = true;
        if let (SlotOutcome::Wait { wait, .. }, true) = (outcome, is_retry) {
            let from = now.max(self.may_stop_until).max(self.last_retry);
            // Nobody may have asked while the clock was set back. Then stops last longer.
            let is_set_back = self.plan.set_back.is_some_and(|set_back| now >= set_back);
            is_first =
                is_set_back || request.slot.is_some() || now + wait <= from + interval + ROUNDING;
            self.last_retry = self.last_retry.max(now + wait);
        }
        let starts = matches!(outcome, SlotOutcome::Start);
        let is_stopped = now + ROUNDING < self.stopped_until;
        [
            (Invariant::SharedStop, !(starts && is_stopped)),
            (Invariant::SharedRetriesFirst, is_first),
        ]
    }

    /// A call starts an attempt: because the store said so in an epoch, or without the store.
    pub(crate) fn starts(
        &mut self,
        now: Duration,
        program: usize,
        granted: Option<usize>,
        waits: u32,
    ) -> [(Invariant, bool); 3] {
        let Self { plan, epochs, programs, .. } = self;
        let Program { lateness, fallback, stop } = &mut programs[program];
        if let Some(epoch) = granted {
            // Each wait ends after a reply, and is confirmed by another request.
            let slack = plan.timeout + (*lateness + plan.timeout * 2) * waits;
            let holds = epochs[epoch].starts(now, slack);
            return [
                (Invariant::SharedLimit, holds),
                (Invariant::Fallback, true),
                (Invariant::SharedStop, true),
            ];
        }
        // The store may not reply to a last request, which the call makes when its slot is due.
        let slack = plan.timeout + *lateness * waits;
        let holds = fallback.as_mut().is_some_and(|rate| rate.starts(now, slack));
        [
            (Invariant::SharedLimit, true),
            (Invariant::Fallback, holds),
            (Invariant::SharedStop, now >= stop.until),
        ]
    }

    /// The server receives a request. Returns whether it gets at most the shared limit and the
    /// fallbacks.
    pub(crate) fn arrives(&mut self, now: Duration) -> bool {
        self.arrivals.push_back(now);
        while self.arrivals.front().is_some_and(|&first| first + MINUTE < now) {
            self.arrivals.pop_front();
        }
        let fallbacks = self.programs.iter().filter_map(|program| program.fallback.as_ref());
        let rates = self.epochs.iter().chain(fallbacks);
        let max: f64 = rates.map(|rate| rate.per_minute(self.jitter)).sum();
        f64::from(u32::try_from(self.arrivals.len()).unwrap_or(u32::MAX)) <= max
    }
}
