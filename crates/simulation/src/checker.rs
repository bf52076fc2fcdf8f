//! What must hold of every call, judged from outside the engine.

mod line;

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use usedesk_core::{DEFAULT_INITIAL_BACKOFF, DEFAULT_MAX_BACKOFF, ExchangeLimits, Safety};

use self::line::{Line, LinedUp};
use crate::scenario::Speed;

/// The most waits and exchanges that a call may have.
const MAX_STEPS: u32 = 2_000;

/// What a simulation may find broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// Every call ends.
    Ends,
    /// What must be made once was made once at most.
    ActedOnce,
    /// What may have acted is repeated only where operation and settings allow it.
    RepeatedSafely,
    /// A call has no more exchanges than allowed.
    Attempts,
    /// Success means that it was done.
    SuccessActed,
    /// Where an error denies that anything was done, nothing was.
    DenialIsTrue,
    /// An error says that something may have been done if and only if an exchange ended so, and
    /// never of an operation that only reads.
    AmbiguityIsTold,
    /// No wait, no exchange and no end lies past the call's time.
    Deadline,
    /// A call is not repeated sooner than the server asks.
    ServerWait,
    /// Nor sooner than its own backoff, whatever the server asks.
    Backoff,
    /// Calls start no faster than their pace.
    RateLimit,
    /// No call starts while its pacer is stopped.
    Stopped,
    /// After a refusal no two calls start within the pace's interval.
    SingleFile,
    /// Calls that are repeated come before those that are new; else first come, first served.
    FirstComeFirstServed,
    /// Nobody waits longer than those ahead of them take.
    NobodyStarves,
    /// A call that ends by a refusal for too many requests says so, and in full how long the server
    /// asked for.
    RefusalIsTold,
    /// The steady pace is never refused, however the server counts to its limit.
    SteadyIsNotRefused,
}

/// An invariant that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub invariant: Invariant,
    /// Of which call.
    pub call: usize,
    /// When.
    pub time: Duration,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { invariant, call, time } = self;
        write!(f, "{invariant:?} does not hold of call {call} after {time:?}")
    }
}

/// What a call was promised.
pub(crate) struct Terms {
    pub(crate) safety: Safety,
    pub(crate) attempts: u32,
    pub(crate) unprocessed_only: bool,
    pub(crate) limit: Limit,
    /// How much later than asked for a wait may end.
    pub(crate) lateness: Duration,
    /// In which line it waits for its turn.
    pub(crate) line: Option<usize>,
}

/// How long a call may take.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    FromItsBeginning(Duration),
    FromItsTurn(Duration),
}

/// How an exchange ended, as the network knows it.
#[derive(Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) succeeded: bool,
    /// The server may have done something, for all that the client was told.
    pub(crate) may_have_acted: bool,
    pub(crate) is_rate_limited: bool,
    /// The server's `Retry-After`.
    pub(crate) asked: Option<Duration>,
}

/// What the user of a call is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) succeeded: bool,
    pub(crate) may_have_acted: bool,
    pub(crate) is_rate_limited: bool,
    pub(crate) retry_after: Option<Duration>,
}

struct Call {
    terms: Terms,
    ends: Option<Duration>,
    steps: u32,
    exchanges: u32,
    effects: u32,
    /// An exchange ended so that the server may have acted.
    may_have_acted: bool,
    last: Option<Seen>,
    /// No exchange before, since the server asked for it.
    not_before: Duration,
    /// No exchange before, since it backs off.
    backs_off_until: Duration,
    /// Set while it waits for its turn.
    lined_up: Option<LinedUp>,
    outcome: ExchangeResult,
}

enum ExchangeResult {
    Open,
    Dropped,
    Ended(Facts),
}

#[derive(Default)]
pub(crate) struct Checker {
    calls: Vec<Call>,
    lines: Vec<Line>,
    /// The first violation of each invariant.
    broken: Vec<Violation>,
    found: BTreeSet<Invariant>,
}

impl Checker {
    /// A pacer that no call has used.
    pub(crate) fn line(&mut self, speed: Speed, lateness: Duration) -> usize {
        self.lines.push(Line::new(speed, lateness));
        self.lines.len() - 1
    }

    pub(crate) fn begins(&mut self, now: Duration, terms: Terms) -> usize {
        let ends = match terms.limit {
            Limit::FromItsBeginning(limit) => Some(now + limit),
            Limit::FromItsTurn(_) => None,
        };
        self.calls.push(Call {
            terms,
            ends,
            steps: 0,
            exchanges: 0,
            effects: 0,
            may_have_acted: false,
            last: None,
            not_before: Duration::ZERO,
            backs_off_until: Duration::ZERO,
            lined_up: None,
            outcome: ExchangeResult::Open,
        });
        self.calls.len() - 1
    }

    /// The call waits, for its turn or for a repetition. False when it never seems to end.
    pub(crate) fn waits(
        &mut self,
        id: usize,
        now: Duration,
        wait: Duration,
        for_its_turn: bool,
    ) -> bool {
        let call = &mut self.calls[id];
        if for_its_turn && let Some(line) = call.terms.line {
            let line = &mut self.lines[line];
            match &mut call.lined_up {
                Some(place) => line.waits_on(place),
                none => *none = Some(line.line_up(now, wait, call.exchanges > 0)),
            }
        }
        let too_late = call.ends.is_some_and(|ends| now + wait > ends);
        self.require(!too_late, Invariant::Deadline, id, now);
        self.step(id, now)
    }

    /// The call starts an exchange. False when it never seems to end.
    pub(crate) fn exchanges(&mut self, id: usize, now: Duration, limits: ExchangeLimits) -> bool {
        let call = &mut self.calls[id];
        let is_repeated = call.exchanges > 0;
        call.exchanges += 1;
        let (Limit::FromItsBeginning(limit) | Limit::FromItsTurn(limit)) = call.terms.limit;
        let ends = *call.ends.get_or_insert(now + limit);
        let mut rules = vec![
            (Invariant::Deadline, now + limits.attempt <= ends),
            (Invariant::Attempts, call.exchanges <= call.terms.attempts),
            (Invariant::RepeatedSafely, !call.may_have_acted || call.terms.may_repeat_seen()),
            (Invariant::ServerWait, now >= call.not_before),
            (Invariant::Backoff, now >= call.backs_off_until),
        ];
        if let Some(line) = call.terms.line {
            let line = &mut self.lines[line];
            let place = call.lined_up.take();
            let place = place.unwrap_or_else(|| line.line_up(now, Duration::ZERO, is_repeated));
            rules.extend(line.starts(now, &place));
        }
        for (invariant, holds) in rules {
            self.require(holds, invariant, id, now);
        }
        self.step(id, now)
    }

    /// The server did what the call asks for.
    pub(crate) fn acts(&mut self, id: usize, now: Duration) {
        let call = &mut self.calls[id];
        call.effects += 1;
        let is_fine = call.effects == 1 || call.terms.may_repeat_seen();
        self.require(is_fine, Invariant::ActedOnce, id, now);
    }

    /// The client is told how an exchange ended, and draws this number.
    pub(crate) fn judges(&mut self, id: usize, now: Duration, seen: Seen, random: u32) {
        if seen.succeeded {
            return;
        }
        let call = &mut self.calls[id];
        call.may_have_acted |= seen.may_have_acted;
        call.last = Some(seen);
        call.not_before = now + seen.asked.unwrap_or_default();
        let doubled = DEFAULT_INITIAL_BACKOFF * 2_u32.saturating_pow(call.exchanges - 1).min(1_000);
        let part = f64::from(random) / f64::from(u32::MAX);
        call.backs_off_until = now + doubled.min(DEFAULT_MAX_BACKOFF).mul_f64(part);
        if seen.is_rate_limited
            && let Some(line) = call.terms.line
        {
            self.lines[line].stop(now, seen.asked.unwrap_or(usedesk_core::RATE_LIMIT_WAIT));
        }
    }

    pub(crate) fn ends(&mut self, id: usize, now: Duration, facts: Facts) {
        self.leaves_line(id, now);
        let call = &mut self.calls[id];
        let in_time = call.ends.is_none_or(|ends| now <= ends + call.terms.lateness);
        let last = call.last.filter(|last| last.is_rate_limited && !facts.succeeded);
        let is_told =
            last.is_none_or(|last| facts.is_rate_limited && facts.retry_after >= last.asked);
        let may_have_acted = call.may_have_acted && call.terms.safety != Safety::Read;
        let ambiguity = facts.succeeded || facts.may_have_acted == may_have_acted;
        call.outcome = ExchangeResult::Ended(facts);
        self.require(in_time, Invariant::Deadline, id, now);
        self.require(is_told, Invariant::RefusalIsTold, id, now);
        self.require(ambiguity, Invariant::AmbiguityIsTold, id, now);
    }

    /// The user lost interest, or the program ended.
    pub(crate) fn drops(&mut self, id: usize, now: Duration) {
        self.leaves_line(id, now);
        self.calls[id].outcome = ExchangeResult::Dropped;
    }

    /// The server refused a request by its limit although the program keeps the steady pace.
    pub(crate) fn refuses_steady(&mut self, id: usize, now: Duration) {
        self.require(false, Invariant::SteadyIsNotRefused, id, now);
    }

    /// Nothing will happen any more.
    pub(crate) fn finish(mut self, now: Duration) -> Vec<Violation> {
        for id in 0..self.calls.len() {
            let Call { effects, ref outcome, ref terms, .. } = self.calls[id];
            let is_read = terms.safety == Safety::Read;
            match *outcome {
                ExchangeResult::Open => self.require(false, Invariant::Ends, id, now),
                ExchangeResult::Ended(Facts { succeeded: true, .. }) => {
                    self.require(effects > 0, Invariant::SuccessActed, id, now);
                }
                ExchangeResult::Ended(Facts { may_have_acted: false, .. }) => {
                    self.require(effects == 0 || is_read, Invariant::DenialIsTrue, id, now);
                }
                ExchangeResult::Ended(_) | ExchangeResult::Dropped => {}
            }
        }
        self.broken
    }

    fn leaves_line(&mut self, id: usize, now: Duration) {
        let call = &mut self.calls[id];
        if let (Some(line), Some(place)) = (call.terms.line, call.lined_up.take()) {
            self.lines[line].give_back(now, &place);
        }
    }

    fn step(&mut self, id: usize, now: Duration) -> bool {
        let call = &mut self.calls[id];
        call.steps += 1;
        let goes_on = call.steps <= MAX_STEPS;
        self.require(goes_on, Invariant::Ends, id, now);
        goes_on
    }

    fn require(&mut self, holds: bool, invariant: Invariant, call: usize, time: Duration) {
        if !holds && self.found.insert(invariant) {
            self.broken.push(Violation { invariant, call, time });
        }
    }
}

impl Terms {
    fn may_repeat_seen(&self) -> bool {
        !self.unprocessed_only && matches!(self.safety, Safety::Read | Safety::Idempotent)
    }
}
