//! Checks the invariants of every call from outside the engine.

mod budget;
mod queue;
mod shared;

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use usedesk_core::shared_limit::{SlotOutcome, SlotRequest};
use usedesk_core::{
    DEFAULT_INITIAL_BACKOFF, DEFAULT_MAX_BACKOFF, ExchangeLimits, RATE_LIMIT_WAIT, RETRY_COST,
    Safety,
};

use self::budget::Budget;
use self::queue::{Queue, Queued};
use self::shared::Shared;
pub(crate) use self::shared::Stop;
use crate::scenario::{Handle, Scenario, Speed};

/// Limit on the waits and attempts of a call.
const MAX_STEPS: u32 = 2_000;

/// A property that must hold in every simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// Every call ends.
    Ends,
    /// An operation that may not be retried takes effect at most once.
    ActedOnce,
    /// After an error that may have acted, a retry needs an operation and settings that allow it.
    RetriedSafely,
    /// A call has at most the allowed number of attempts.
    MaxAttempts,
    /// A retry of what may have been processed has tokens of its handle's retry budget.
    RetryBudget,
    /// A failure is retried if the settings, the deadline and the retry budget allow it. What was not
    /// processed costs nothing of the budget, and a success gives back.
    Retried,
    /// A successful call took effect.
    SuccessActed,
    /// If an error reports that the server has not acted, it has not.
    NotActedIsTrue,
    /// An error reports that the server may have acted if and only if an attempt ended so, and
    /// never for a read.
    MayHaveActedIsExact,
    /// No wait, attempt or end is later than the call's deadline.
    Deadline,
    /// A retry is not earlier than `Retry-After`.
    RetryAfter,
    /// A retry is not earlier than its backoff, even with a shorter `Retry-After`.
    Backoff,
    /// Attempts do not exceed the rate limit.
    RateLimit,
    /// No attempt starts while its rate limiter is stopped.
    Stopped,
    /// After a stop, attempts start at least one interval apart, without a burst.
    StaggeredAfterStop,
    /// Retries are served before new calls; both in order of arrival.
    QueueOrder,
    /// No call waits longer than the calls ahead of it need.
    NoStarvation,
    /// A call that ends with a rate limit error reports it, with the full `Retry-After`.
    RateLimitIsReported,
    /// The steady rate limit never exceeds the server's limit, whatever its counting rule.
    SteadyIsNotLimited,
    /// Attempts that the store allows do not exceed the shared limit, and the server gets no more
    /// than that and the fallbacks.
    SharedLimit,
    /// Attempts without the store do not exceed the fallback. Without a fallback, there are none.
    Fallback,
    /// No attempt is allowed during a stop that a program knew when it last asked the store, or
    /// that its fallback knows.
    SharedStop,
    /// A retry gets a slot of the store before first attempts that wait.
    SharedRetriesFirst,
}

/// An invariant that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The invariant.
    pub invariant: Invariant,
    /// The call.
    pub call: usize,
    /// The time.
    pub time: Duration,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { invariant, call, time } = self;
        write!(f, "{invariant:?} does not hold of call {call} after {time:?}")
    }
}

/// The settings of a call that the invariants depend on.
pub(crate) struct Terms {
    pub(crate) safety: Safety,
    pub(crate) max_attempts: u32,
    pub(crate) unprocessed_only: bool,
    pub(crate) limit: TimeLimit,
    /// How late a wait may end.
    pub(crate) lateness: Duration,
    /// Its queue, if it is rate limited.
    pub(crate) queue: Option<usize>,
    /// Its program, if it has a shared rate limiter.
    pub(crate) shared: Option<usize>,
    /// The retry budget of its handle.
    pub(crate) budget: usize,
}

/// The time limit of a call.
#[derive(Clone, Copy)]
pub(crate) enum TimeLimit {
    FromStart(Duration),
    FromSlot(Duration),
}

/// How an attempt ended, as the network knows it.
#[expect(clippy::struct_excessive_bools, reason = "independent facts of an attempt")]
#[derive(Clone, Copy)]
pub(crate) struct Summary {
    pub(crate) succeeded: bool,
    /// The server may have acted, as far as the client can know.
    pub(crate) may_have_acted: bool,
    pub(crate) is_rate_limited: bool,
    /// Another attempt may succeed.
    pub(crate) is_temporary: bool,
    /// The server's `Retry-After`.
    pub(crate) retry_after: Option<Duration>,
}

/// The result that the caller gets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reported {
    pub(crate) succeeded: bool,
    pub(crate) may_have_acted: bool,
    pub(crate) is_rate_limited: bool,
    pub(crate) retry_after: Option<Duration>,
}

struct Call {
    terms: Terms,
    ends: Option<Duration>,
    steps: u32,
    attempts: u32,
    effects: u32,
    /// An attempt ended so that the server may have acted.
    may_have_acted: bool,
    /// It waits for a retry that cost tokens.
    waits_costly: bool,
    has_costly_retry: bool,
    last: Option<Summary>,
    /// The earliest next attempt by `Retry-After`.
    not_before: Duration,
    /// The earliest next attempt by backoff.
    backs_off_until: Duration,
    /// Set while it is queued.
    queued: Option<Queued>,
    /// How often it has waited for its slot since its last attempt.
    slot_waits: u32,
    /// The life of the store's data in which the last reply was decided.
    granted: Option<usize>,
    state: CallState,
}

enum CallState {
    Open,
    Dropped,
    Ended(Reported),
}

#[derive(Default)]
pub(crate) struct Checker {
    calls: Vec<Call>,
    queues: Vec<Queue>,
    budgets: Vec<Budget>,
    shared: Option<Shared>,
    /// The first violation of each invariant.
    broken: Vec<Violation>,
    found: BTreeSet<Invariant>,
}

impl Checker {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let shared = scenario.shared.map(|plan| Shared::new(plan, scenario.jitter));
        Self { shared, ..Self::default() }
    }

    /// Adds a program that has just started, if it has a shared rate limiter.
    pub(crate) fn program(&mut self, lateness: Duration) -> Option<usize> {
        self.shared.as_mut().map(|shared| shared.program(lateness))
    }

    /// A call asks the store of its shared rate limiter. Returns the stop that its program knows.
    pub(crate) fn asks(&mut self, id: usize, now: Duration, timeout: Duration) -> Stop {
        let call = &self.calls[id];
        let in_time = call.ends.is_none_or(|ends| now + timeout <= ends);
        let stop = self.shared.as_ref().zip(call.terms.shared);
        let stop = stop.map(|(shared, program)| shared.known_stop(program)).unwrap_or_default();
        self.require(in_time, Invariant::Deadline, id, now);
        stop
    }

    /// The store decided the request of a call.
    pub(crate) fn decided(
        &mut self,
        id: usize,
        now: Duration,
        epoch: usize,
        request: (Stop, &SlotRequest, bool),
        outcome: SlotOutcome,
    ) {
        let Some(shared) = &mut self.shared else { return };
        for (invariant, holds) in shared.decided(now, epoch, request, outcome) {
            self.require(holds, invariant, id, now);
        }
    }

    /// A call gets the reply of the store; without an epoch, it failed.
    pub(crate) fn gets_reply(&mut self, id: usize, epoch: Option<usize>) {
        self.calls[id].granted = epoch;
    }

    /// The server receives a request of a call.
    pub(crate) fn arrives(&mut self, id: usize, now: Duration) {
        if let (Some(shared), Some(_)) = (&mut self.shared, self.calls[id].terms.shared) {
            let holds = shared.arrives(now);
            self.require(holds, Invariant::SharedLimit, id, now);
        }
    }

    /// Adds the queue of an unused rate limiter.
    pub(crate) fn queue(&mut self, speed: Speed, lateness: Duration) -> usize {
        self.queues.push(Queue::new(speed, lateness));
        self.queues.len() - 1
    }

    /// Adds the retry budgets of unused handles.
    pub(crate) fn budgets(&mut self, handles: &[Handle]) -> Vec<usize> {
        let first = self.budgets.len();
        let capacities = handles.iter().map(|handle| handle.retry_budget);
        self.budgets.extend(capacities.map(Budget::new));
        (first..self.budgets.len()).collect()
    }

    pub(crate) fn begins(&mut self, now: Duration, terms: Terms) -> usize {
        let ends = match terms.limit {
            TimeLimit::FromStart(limit) => Some(now + limit),
            TimeLimit::FromSlot(_) => None,
        };
        self.calls.push(Call {
            terms,
            ends,
            steps: 0,
            attempts: 0,
            effects: 0,
            may_have_acted: false,
            waits_costly: false,
            has_costly_retry: false,
            last: None,
            not_before: Duration::ZERO,
            backs_off_until: Duration::ZERO,
            queued: None,
            slot_waits: 0,
            granted: None,
            state: CallState::Open,
        });
        self.calls.len() - 1
    }

    /// A call waits, for a slot or a retry. False if it has too many steps.
    pub(crate) fn waits(
        &mut self,
        id: usize,
        now: Duration,
        wait: Duration,
        for_slot: bool,
    ) -> bool {
        let call = &mut self.calls[id];
        call.slot_waits += u32::from(for_slot);
        call.granted = None;
        if for_slot && let Some(queue) = call.terms.queue {
            let queue = &mut self.queues[queue];
            match &mut call.queued {
                Some(slot) => queue.waits_again(slot),
                none => *none = Some(queue.join(now, wait, call.attempts > 0)),
            }
        }
        let too_late = call.ends.is_some_and(|ends| now + wait > ends);
        self.require(!too_late, Invariant::Deadline, id, now);
        self.step(id, now)
    }

    /// A call starts an attempt. False if it has too many steps.
    pub(crate) fn attempts(&mut self, id: usize, now: Duration, limits: ExchangeLimits) -> bool {
        let call = &mut self.calls[id];
        let is_retry = call.attempts > 0;
        call.has_costly_retry |= std::mem::take(&mut call.waits_costly);
        call.attempts += 1;
        let (TimeLimit::FromStart(limit) | TimeLimit::FromSlot(limit)) = call.terms.limit;
        let ends = *call.ends.get_or_insert(now + limit);
        let mut rules = vec![
            (Invariant::Deadline, now + limits.attempt <= ends),
            (Invariant::MaxAttempts, call.attempts <= call.terms.max_attempts),
            (Invariant::RetriedSafely, !call.may_have_acted || call.terms.may_retry_processed()),
            (Invariant::RetryAfter, now >= call.not_before),
            (Invariant::Backoff, now >= call.backs_off_until),
        ];
        if let Some(queue) = call.terms.queue {
            let queue = &mut self.queues[queue];
            let slot = call.queued.take();
            let slot = slot.unwrap_or_else(|| queue.join(now, Duration::ZERO, is_retry));
            rules.extend(queue.starts(now, &slot));
        }
        let (granted, waits) = (call.granted.take(), std::mem::take(&mut call.slot_waits));
        if let (Some(shared), Some(program)) = (&mut self.shared, call.terms.shared) {
            rules.extend(shared.starts(now, program, granted, waits));
        }
        for (invariant, holds) in rules {
            self.require(holds, invariant, id, now);
        }
        self.step(id, now)
    }

    /// The server performed the operation.
    pub(crate) fn acts(&mut self, id: usize, now: Duration) {
        let call = &mut self.calls[id];
        call.effects += 1;
        let is_allowed = call.effects == 1 || call.terms.may_retry_processed();
        self.require(is_allowed, Invariant::ActedOnce, id, now);
    }

    /// The client learns how an attempt ended and draws a random number.
    pub(crate) fn judges(&mut self, id: usize, now: Duration, summary: Summary, random: u32) {
        let call = &mut self.calls[id];
        if summary.succeeded {
            let more = if call.has_costly_retry { RETRY_COST } else { 1 };
            self.budgets[call.terms.budget].give_back(more);
            return;
        }
        call.may_have_acted |= summary.may_have_acted;
        call.last = Some(summary);
        call.not_before = now + summary.retry_after.unwrap_or_default();
        let doubled = DEFAULT_INITIAL_BACKOFF * 2_u32.saturating_pow(call.attempts - 1).min(1_000);
        let part = f64::from(random) / f64::from(u32::MAX);
        call.backs_off_until = now + doubled.min(DEFAULT_MAX_BACKOFF).mul_f64(part);
        if let (Some(shared), Some(program), true) =
            (&mut self.shared, call.terms.shared, summary.is_rate_limited)
        {
            shared.stop(program, now, summary.retry_after);
        }
        if summary.is_rate_limited
            && let Some(queue) = call.terms.queue
        {
            self.queues[queue].stop(now, summary.retry_after.unwrap_or(RATE_LIMIT_WAIT));
        }
    }

    /// A call is going to be retried.
    pub(crate) fn retries(&mut self, id: usize, now: Duration) {
        let call = &mut self.calls[id];
        if call.last.is_some_and(|last| last.may_have_acted) {
            call.waits_costly = true;
            let budget = &mut self.budgets[call.terms.budget];
            let is_left = budget.is_left();
            budget.take();
            self.require(is_left, Invariant::RetryBudget, id, now);
        }
    }

    /// A call fails after an attempt, although others might follow.
    pub(crate) fn gives_up(&mut self, id: usize, now: Duration) {
        let call = &self.calls[id];
        let Some(last) = call.last else { return };
        let is_allowed = !last.may_have_acted
            || (call.terms.may_retry_processed() && self.budgets[call.terms.budget].is_left());
        let has_attempts = call.attempts < call.terms.max_attempts;
        // Its slot, which is after the stop, may be after the deadline.
        let has_limiter = call.terms.queue.is_some() || call.terms.shared.is_some();
        let is_stopped = last.is_rate_limited && has_limiter;
        let default = if last.is_rate_limited { RATE_LIMIT_WAIT } else { Duration::ZERO };
        let next = (now + last.retry_after.unwrap_or(default)).max(call.backs_off_until);
        let in_time = call.ends.is_none_or(|ends| next < ends);
        let is_due = last.is_temporary && is_allowed && has_attempts && !is_stopped && in_time;
        self.require(!is_due, Invariant::Retried, id, now);
    }

    pub(crate) fn ends(&mut self, id: usize, now: Duration, reported: Reported) {
        self.leave_queue(id, now);
        self.give_back(id);
        let call = &mut self.calls[id];
        let in_time = call.ends.is_none_or(|ends| now <= ends + call.terms.lateness);
        let last = call.last.filter(|last| last.is_rate_limited && !reported.succeeded);
        let is_reported = last.is_none_or(|last| {
            reported.is_rate_limited && reported.retry_after >= last.retry_after
        });
        let may_have_acted = call.may_have_acted && call.terms.safety != Safety::Read;
        let is_exact = reported.succeeded || reported.may_have_acted == may_have_acted;
        call.state = CallState::Ended(reported);
        self.require(in_time, Invariant::Deadline, id, now);
        self.require(is_reported, Invariant::RateLimitIsReported, id, now);
        self.require(is_exact, Invariant::MayHaveActedIsExact, id, now);
    }

    /// The caller dropped the call, or the program ended.
    pub(crate) fn drops(&mut self, id: usize, now: Duration) {
        self.leave_queue(id, now);
        self.give_back(id);
        self.calls[id].state = CallState::Dropped;
    }

    /// A retry that does not start costs nothing.
    fn give_back(&mut self, id: usize) {
        let call = &mut self.calls[id];
        if std::mem::take(&mut call.waits_costly) {
            self.budgets[call.terms.budget].give_back(RETRY_COST);
        }
    }

    /// The server's rate limit rejected a request of a program at the steady rate.
    pub(crate) fn limits_steady(&mut self, id: usize, now: Duration) {
        self.require(false, Invariant::SteadyIsNotLimited, id, now);
    }

    /// Checks the final states and returns the violations.
    pub(crate) fn finish(mut self, now: Duration) -> Vec<Violation> {
        for id in 0..self.calls.len() {
            let Call { effects, ref state, ref terms, .. } = self.calls[id];
            let is_read = terms.safety == Safety::Read;
            match *state {
                CallState::Open => self.require(false, Invariant::Ends, id, now),
                CallState::Ended(Reported { succeeded: true, .. }) => {
                    self.require(effects > 0, Invariant::SuccessActed, id, now);
                }
                CallState::Ended(Reported { may_have_acted: false, .. }) => {
                    self.require(effects == 0 || is_read, Invariant::NotActedIsTrue, id, now);
                }
                CallState::Ended(_) | CallState::Dropped => {}
            }
        }
        self.broken
    }

    fn leave_queue(&mut self, id: usize, now: Duration) {
        let call = &mut self.calls[id];
        if let (Some(queue), Some(slot)) = (call.terms.queue, call.queued.take()) {
            self.queues[queue].release(now, &slot);
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
    fn may_retry_processed(&self) -> bool {
        !self.unprocessed_only && matches!(self.safety, Safety::Read | Safety::Idempotent)
    }
}
