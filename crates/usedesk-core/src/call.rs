//! The engine: a call as a state machine without I/O.
//!
//! ```text
//!                 begin
//!                   │
//!                   ▼      slot is before the deadline
//!          ┌──> reserve a slot ──────────────────> Step::Wait
//!          │        │   │  ▲                           │ resume
//!          │        │   │  └───────────────────────────┘
//!          │        │   └─ slot is after the deadline ──> Step::Done
//!          │        │ slot is now, or no rate limit
//!          │        ▼
//!  resume, │   Step::Attempt ──judge──> success ──────────────┐
//!  or the  │        │                                         │
//!  end of  │        │ judge: failure                          │
//!  a stop  │        ▼                                         ▼
//!          └── retried? ── no, or no time left before ──> Step::Done
//!                  yes          the deadline
//! ```
//!
//! With a shared rate limiter, `Step::Reserve` asks its store where the diagram has "reserve a
//! slot", and after too many requests it passes on the stop before "retried?". A call that waits
//! for a slot of the fallback resumes every second to ask the store again.
//!
//! The handle's loop does what each [`Step`] says and hands in the time and a random number. Each
//! transition consumes its state, so that a wrong order does not compile. Queue and retries have a
//! file each: `queue` and `retry`.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};

use http::{Request, Response, StatusCode};

pub(crate) use self::attempt_info::RequestOrigin;
pub use self::attempt_info::{AttemptInfo, CallId};
pub use self::observer::{CallEvent, Observer, QueueLengths, QueueReason, SharedLimitNotice};
use self::queue::QueueWait;
pub use self::rate_limit::RateLimit;
pub use self::rate_limiter::RateLimiter;
use self::rate_limiter::Reservation;
pub(crate) use self::reader::Reader;
use self::retry::Failure;
pub use self::retry::RetryPolicy;
pub(crate) use self::retry_budget::RetryBudget;
use self::retry_budget::RetryCost;
use self::shared_limit::{
    ASK_AGAIN, SharedLimit, Slot, SlotDecision, SlotKind, SlotOutcome, SlotReply, SlotRequest,
    StoreError,
};
use self::trace::Trace;
use crate::encode::Body;
use crate::error::Error;
use crate::limits::{RATE_LIMIT_WAIT, RETRY_COST};
use crate::transport::{ExchangeLimits, ExchangeResult, TransportError};

mod attempt_info;
mod observer;
mod queue;
mod rate_limit;
mod rate_limiter;
mod reader;
mod retry;
mod retry_budget;
pub mod shared_limit;
#[cfg(feature = "tracing")]
mod trace;
#[cfg(not(feature = "tracing"))]
#[path = "call/no_trace.rs"]
mod trace;

/// An operation validated, encoded, and erased down to how its response is decoded, so that the
/// request model need not live as long as the call.
pub struct Call<T> {
    pub(crate) reader: Reader<T>,
    pub(crate) request: Request<Body>,
    pub(crate) retry_policy: RetryPolicy,
    pub(crate) retry_budget: Option<RetryBudget>,
    pub(crate) queue: QueueKind,
    pub(crate) deadline: Deadline,
    pub(crate) observer: Option<Observer>,
}

/// Which rate limiter queues the calls of a handle.
#[derive(Clone)]
pub(crate) enum QueueKind {
    /// None.
    None,
    /// One of this process.
    Local(RateLimiter),
    /// One that many processes share; the handle has it.
    Shared(SharedLimit),
}

/// How long a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deadline {
    /// With the time in the queue before the first attempt: a user's `with_deadline`.
    WithQueue(Duration),
    /// From when the rate limit lets the first attempt start: the setting `call_timeout`.
    AfterQueue(Duration),
}

impl Deadline {
    /// Adds time for a large body, unless the user has limited the whole call.
    pub(crate) fn with_upload_time(self, time: Duration) -> Self {
        match self {
            Self::AfterQueue(limit) => Self::AfterQueue(limit + time),
            Self::WithQueue(_) => self,
        }
    }
}

/// What the handle does next. Exhaustive, since the loops that match it are in other crates.
pub enum Step<T> {
    /// Sleep, then resume.
    Wait(Wait<T>),
    /// Pass the request to the shared rate limiter, then resume with its reply.
    Reserve(Reserve<T>),
    /// Exchange the request within the limits, then judge the result.
    Attempt(Attempt<T>),
    /// Return the result.
    Done(Result<Response<T>, Error>),
}

/// Clock readings and randomness, supplied by the handle.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// A monotonic clock.
    pub now: Instant,
    /// The time of day, for a `Retry-After` that is a date.
    pub wall: SystemTime,
    /// Uniformly distributed.
    pub random: u32,
}

impl<T> Call<T> {
    /// The request of every attempt. The body is shared.
    #[must_use]
    pub fn request(&self) -> Request<Body> {
        self.request.clone()
    }

    /// Begins the call.
    #[must_use]
    pub fn begin(self, now: Instant) -> Step<T> {
        let ends = match self.deadline {
            Deadline::WithQueue(limit) => Some(now + limit),
            Deadline::AfterQueue(_) => None,
        };
        let id = CallId::next();
        let trace = Trace::begin(self.reader.label, id);
        let run = Run {
            call: self,
            id,
            trace,
            now,
            begun: now,
            ends,
            attempts: 0,
            fallback: None,
            queued_until: None,
            retry_cost: None,
            has_costly_retry: false,
            processed: false,
            last_error: None,
        };
        Box::new(run).enqueue()
    }
}

/// A call that has begun.
struct Run<T> {
    call: Call<T>,
    id: CallId,
    trace: Trace,
    /// The time. A wait advances it by its duration, whatever the clock says, so that a call
    /// behaves the same over a transport that only records its sleeps.
    now: Instant,
    begun: Instant,
    /// The deadline. None in the queue before the first attempt, when it does not run yet.
    ends: Option<Instant>,
    /// How many attempts have ended.
    attempts: u32,
    /// The slot of the fallback, kept while the store is asked for a better one.
    fallback: Option<Reservation>,
    /// The end of the wait in the queue that was last reported.
    queued_until: Option<Instant>,
    /// The cost of the retry that it waits for.
    retry_cost: Option<RetryCost>,
    /// Whether a retry took tokens of the retry budget.
    has_costly_retry: bool,
    /// Whether the server may have processed one of them.
    processed: bool,
    /// The last failure with a response, or the last one if none has a response.
    last_error: Option<Error>,
}

/// A call that waits.
pub struct Wait<T> {
    run: Box<Run<T>>,
    held: Held,
    duration: Duration,
}

/// What a call that waits has reserved.
enum Held {
    /// Nothing: it waits before a retry, which is queued only afterwards.
    Nothing,
    /// A slot of the rate limiter of this process.
    Local(Reservation),
    /// A slot of the fallback of a shared rate limiter. The call asks the store again meanwhile.
    Fallback(Reservation),
    /// A slot of a shared rate limiter.
    Shared(Slot),
}

impl<T> Wait<T> {
    /// How long to sleep.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Continues after the wait.
    #[must_use]
    pub fn resume(self, now: Instant) -> Step<T> {
        let Self { mut run, held, duration } = self;
        run.now = now.max(run.now + duration);
        match held {
            Held::Nothing => run.enqueue(),
            Held::Local(reservation) => run.wait_for(reservation),
            Held::Fallback(reservation) => {
                run.fallback = Some(reservation);
                run.enqueue()
            }
            Held::Shared(slot) => run.enqueue_with(Some(slot)),
        }
    }
}

/// A call that asks a shared rate limiter.
pub struct Reserve<T> {
    run: Box<Run<T>>,
    request: SlotRequest,
    /// The failure after which the request passes on a stop; none if it is for a slot.
    failure: Option<FailedAttempt>,
}

impl<T> Reserve<T> {
    /// The request to pass to the shared rate limiter.
    #[must_use]
    pub fn request(&self) -> SlotRequest {
        self.request
    }

    /// Continues with the reply.
    #[must_use]
    pub fn resume(self, reply: SlotReply, now: Instant) -> Step<T> {
        let Self { mut run, request, failure } = self;
        run.now = run.now.max(now);
        let decision = run.note_reply(&request, reply);
        match (failure, decision) {
            (Some(failure), Ok(SlotDecision { outcome: SlotOutcome::Stopped(stop), .. })) => {
                run.retry_or_finish(failure.stopped_for(stop))
            }
            (Some(failure), _) => run.retry_or_finish(failure),
            (None, Ok(decision)) => run.follow(decision),
            (None, Err(error)) => run.enqueue_without_store(Some(&error)),
        }
    }
}

/// A failed attempt, and what to judge it by.
struct FailedAttempt {
    failure: Failure,
    elapsed: Duration,
    random: u32,
    /// For how long all calls of the rate limiter are stopped; none without such a stop.
    stopped: Option<Duration>,
}

impl FailedAttempt {
    /// The stop may last longer than this process knows.
    fn stopped_for(self, stop: Duration) -> Self {
        Self { stopped: self.stopped.max(Some(stop)), ..self }
    }
}

/// A call that is about to exchange its request.
pub struct Attempt<T> {
    run: Box<Run<T>>,
    limits: ExchangeLimits,
}

impl<T> Attempt<T> {
    /// The request to send, with an [`AttemptInfo`].
    #[must_use]
    pub fn request(&self) -> Request<Body> {
        let Run { call, id, attempts, .. } = &*self.run;
        let mut request = call.request();
        let operation = call.reader.label.name;
        let info = AttemptInfo { operation, call: *id, attempt: attempts + 1 };
        request.extensions_mut().insert(info);
        request
    }

    /// The limits of the exchange.
    #[must_use]
    pub fn limits(&self) -> ExchangeLimits {
        self.limits
    }

    /// Judges how the exchange ended.
    #[must_use]
    pub fn judge(self, result: ExchangeResult, moment: Moment) -> Step<T> {
        let Self { mut run, .. } = self;
        let started = run.now;
        run.now = run.now.max(moment.now);
        run.attempts += 1;
        match run.call.reader.read(result, moment.wall) {
            Ok(response) => {
                let elapsed = run.now.saturating_duration_since(started);
                run.note_attempt(elapsed, Ok(response.status()), None);
                run.note_finish(None);
                if let Some(budget) = &run.call.retry_budget {
                    budget.give_back(if run.has_costly_retry { RETRY_COST } else { 1 });
                }
                Step::Done(Ok(response))
            }
            Err(failure) => {
                let elapsed = run.now.saturating_duration_since(started);
                run.stop_others(failure, elapsed, moment.random)
            }
        }
    }
}

impl<T> Run<T> {
    /// Queues the next attempt.
    fn enqueue(self: Box<Self>) -> Step<T> {
        self.enqueue_with(None)
    }

    /// Queues the next attempt, or confirms a slot of a shared rate limiter.
    fn enqueue_with(self: Box<Self>, slot: Option<Slot>) -> Step<T> {
        if matches!(self.call.queue, QueueKind::None) {
            return self.attempt();
        }
        let (now, left, is_retry) = (self.now, self.time_left(), self.attempts > 0);
        if left.is_zero() {
            return self.give_up(None);
        }
        match &self.call.queue {
            QueueKind::None => self.attempt(),
            QueueKind::Local(rate_limiter) => {
                let reservation = rate_limiter.reserve(now, left, is_retry);
                self.wait_or_give_up(reservation)
            }
            QueueKind::Shared(shared) => {
                let kind = if is_retry { SlotKind::Retry } else { SlotKind::FirstAttempt };
                match shared.request(kind, now, left) {
                    Some(request) => {
                        let request = SlotRequest { slot, ..request };
                        Step::Reserve(Reserve { run: self, request, failure: None })
                    }
                    None => self.enqueue_without_store(None),
                }
            }
        }
    }

    /// Queues the next attempt in the fallback of a shared rate limiter, if there is one.
    fn enqueue_without_store(mut self: Box<Self>, error: Option<&StoreError>) -> Step<T> {
        let fallback = match &self.call.queue {
            QueueKind::Shared(shared) => shared.fallback_limiter(),
            QueueKind::Local(_) | QueueKind::None => None,
        };
        let Some(fallback) = fallback else {
            let reason =
                error.map_or_else(|| "it failed shortly before".to_owned(), ToString::to_string);
            let reason = format!("the shared rate limiter is unavailable: {reason}");
            return self.fail_without_store(reason);
        };
        if self.time_left().is_zero() {
            return self.give_up(None);
        }
        let reservation = match self.fallback.take() {
            Some(reservation) => Ok(reservation),
            None => fallback.reserve(self.now, self.time_left(), self.attempts > 0),
        };
        self.wait_or_give_up(reservation)
    }

    fn wait_or_give_up(self: Box<Self>, reservation: Result<Reservation, QueueWait>) -> Step<T> {
        match reservation {
            Ok(reservation) => self.wait_for(reservation),
            Err(wait) => self.give_up(Some(wait)),
        }
    }

    /// Does what the store of a shared rate limiter decided.
    fn follow(mut self: Box<Self>, decision: SlotDecision) -> Step<T> {
        (self.fallback, self.queued_until) = (None, None);
        let lengths = QueueLengths::default();
        match decision.outcome {
            SlotOutcome::Start => self.attempt(),
            SlotOutcome::Wait { wait, slot, reason } if wait < self.time_left() => {
                self.wait(QueueWait { wait, reason, lengths }, Held::Shared(slot))
            }
            SlotOutcome::Wait { wait, reason, .. } | SlotOutcome::TooLong { wait, reason } => {
                self.give_up(Some(QueueWait { wait, reason, lengths }))
            }
            // A store that replies to what it was not asked.
            SlotOutcome::Stopped(_) => {
                self.enqueue_without_store(Some(&StoreError::new("it decided on no slot")))
            }
        }
    }

    /// Reports what a reply tells about the store.
    fn note_reply(&mut self, request: &SlotRequest, reply: SlotReply) -> SlotReply {
        let QueueKind::Shared(shared) = &self.call.queue else { return reply };
        let notices = match &reply {
            Ok(decision) => shared.note_reply(decision.limit),
            Err(error) => [shared.note_error(self.now, request, error), None],
        };
        let (call, operation) = (self.id, self.call.reader.label.name);
        for notice in notices.into_iter().flatten() {
            self.note(&CallEvent::SharedLimit { call, operation, notice });
        }
        reply
    }

    fn wait_for(self: Box<Self>, mut reservation: Reservation) -> Step<T> {
        match reservation.start(self.now) {
            Ok(()) => self.attempt(),
            // Meanwhile retries of other calls were queued first, or the queue was stopped.
            Err(wait) if wait.wait >= self.time_left() => self.give_up(Some(wait)),
            Err(wait) => {
                let held = match &self.call.queue {
                    QueueKind::Shared(_) => Held::Fallback(reservation),
                    QueueKind::Local(_) | QueueKind::None => Held::Local(reservation),
                };
                self.wait(wait, held)
            }
        }
    }

    fn wait(mut self: Box<Self>, wait: QueueWait, held: Held) -> Step<T> {
        let QueueWait { wait, reason, lengths } = wait;
        let until = self.now.checked_add(wait);
        if until.is_none() || until > self.queued_until {
            let (call, operation) = (self.id, self.call.reader.label.name);
            self.note(&CallEvent::Queued { call, operation, wait, reason, lengths });
            self.queued_until = until;
        }
        let duration = if let Held::Fallback(_) = held { wait.min(ASK_AGAIN) } else { wait };
        Step::Wait(Wait { run: self, held, duration })
    }

    fn attempt(mut self: Box<Self>) -> Step<T> {
        let (Deadline::WithQueue(limit) | Deadline::AfterQueue(limit)) = self.call.deadline;
        let ends = *self.ends.get_or_insert(self.now + limit);
        let left = ends.saturating_duration_since(self.now);
        if left.is_zero() {
            return self.give_up(None);
        }
        if let Some(cost) = self.retry_cost.take() {
            cost.spend();
            self.has_costly_retry = true;
        }
        let limits = self.call.reader.limits.within(left);
        self.trace.begin_attempt(&self.call.request, self.attempts, &self.call.reader.token);
        Step::Attempt(Attempt { run: self, limits })
    }

    /// The time until the deadline, as far as it runs.
    fn time_left(&self) -> Duration {
        self.ends.map_or(Duration::MAX, |ends| ends.saturating_duration_since(self.now))
    }

    /// Stops all calls of the rate limiter if there were too many requests.
    fn stop_others(self: Box<Self>, failure: Failure, elapsed: Duration, random: u32) -> Step<T> {
        let asked = failure.error.retry_after().unwrap_or(RATE_LIMIT_WAIT);
        let is_rate_limited = failure.error.is_rate_limited();
        let (stopped, request) = match &self.call.queue {
            _ if !is_rate_limited => (None, None),
            QueueKind::None => (None, None),
            QueueKind::Local(rate_limiter) => (Some(rate_limiter.stop(self.now, asked)), None),
            QueueKind::Shared(shared) => {
                let (now, left) = (self.now, self.time_left());
                let stopped = shared.stop(now, asked);
                // Without time left, the next request of this process passes it on.
                let request = (!left.is_zero()).then(|| shared.request(SlotKind::Stop, now, left));
                (Some(stopped), request.flatten())
            }
        };
        let failure = FailedAttempt { failure, elapsed, random, stopped };
        match request {
            Some(request) => Step::Reserve(Reserve { run: self, request, failure: Some(failure) }),
            None => self.retry_or_finish(failure),
        }
    }

    fn retry_or_finish(mut self: Box<Self>, attempt: FailedAttempt) -> Step<T> {
        let FailedAttempt { failure, elapsed, random, stopped } = attempt;
        let Failure { error, .. } = &failure;
        let (policy, safety) = (self.call.retry_policy, self.call.reader.label.safety);
        let wait = policy.wait_after(&failure, safety, self.attempts, random);
        // No slot is before the end of the stop.
        let wait = wait.map(|wait| wait.max(stopped.unwrap_or_default()));
        let left = self.time_left();
        let wait = wait.filter(|wait| *wait >= left || self.can_afford(error));
        self.note_attempt(elapsed, Err(error), wait.filter(|wait| *wait < left));
        let Some(wait) = wait else { return self.fail(failure.error) };
        if wait >= left {
            return self.fail(failure.error.with_retry_after(wait));
        }
        self.processed |= error.may_be_processed();
        let has_response = |error: &Error| error.status().is_some();
        if has_response(error) || !self.last_error.as_ref().is_some_and(has_response) {
            self.last_error = Some(failure.error);
        }
        if stopped.is_some_and(|stopped| wait <= stopped) {
            // Its slot is after the stop.
            return self.enqueue();
        }
        Step::Wait(Wait { run: self, held: Held::Nothing, duration: wait })
    }

    /// Takes what a retry costs of the retry budget, which is nothing if the server has not
    /// processed the request. False if too little is left.
    fn can_afford(&mut self, error: &Error) -> bool {
        let Some(budget) = self.call.retry_budget.as_ref().filter(|_| error.may_be_processed())
        else {
            return true;
        };
        self.retry_cost = budget.take();
        self.retry_cost.is_some()
    }

    /// Fails because no time is left, or not enough for the slot.
    fn give_up(mut self: Box<Self>, wait: Option<QueueWait>) -> Step<T> {
        let Reader { label, token, .. } = &self.call.reader;
        let error = self.last_error.take().unwrap_or_else(|| {
            let reason = match wait {
                None => "the deadline has passed".to_owned(),
                Some(QueueWait { wait, reason: QueueReason::Stop, .. }) => {
                    return Error::stopped(*label, wait);
                }
                Some(QueueWait { wait, reason: QueueReason::RateLimit, .. }) => {
                    format!("the rate limit has a slot in {wait:?}, which is after the deadline")
                }
            };
            let error = TransportError::not_sent(reason).timed_out();
            Error::transport(*label, &error, None, token)
        });
        self.fail(match wait {
            Some(QueueWait { wait, .. }) => error.with_retry_after(wait),
            None => error,
        })
    }

    /// Fails because the store of the shared rate limiter does not reply.
    fn fail_without_store(mut self: Box<Self>, reason: String) -> Step<T> {
        let Reader { label, token, .. } = &self.call.reader;
        let error = self.last_error.take().unwrap_or_else(|| {
            Error::transport(*label, &TransportError::not_sent(reason), None, token)
        });
        self.fail(error)
    }

    /// Finishes with the last error that has a response, or else with the last one.
    fn fail(mut self: Box<Self>, error: Error) -> Step<T> {
        let last_error = self.last_error.take().filter(|last_error| last_error.status().is_some());
        let error = match last_error {
            Some(last_error) if error.status().is_none() => {
                self.processed |= error.may_be_processed();
                // The wait that it asked for has passed.
                last_error.with_the_wait_of(&error)
            }
            _ => error,
        };
        self.note_finish(Some(&error));
        Step::Done(Err(error.with_attempts(self.attempts, self.processed)))
    }

    fn note_attempt(
        &mut self,
        elapsed: Duration,
        result: Result<StatusCode, &Error>,
        retry_in: Option<Duration>,
    ) {
        self.note(&CallEvent::Attempted {
            call: self.id,
            operation: self.call.reader.label.name,
            attempt: self.attempts,
            status: result.map_or_else(Error::status, Some),
            error: result.err().map(Error::kind),
            code: result.err().and_then(Error::code).cloned(),
            elapsed,
            retry_in,
        });
    }

    fn note_finish(&mut self, error: Option<&Error>) {
        self.note(&CallEvent::Finished {
            call: self.id,
            operation: self.call.reader.label.name,
            attempts: self.attempts,
            elapsed: self.now.saturating_duration_since(self.begun),
            succeeded: error.is_none(),
            error: error.map(Error::kind),
            code: error.and_then(Error::code).cloned(),
        });
    }

    fn note(&mut self, event: &CallEvent) {
        self.trace.note(event);
        if let Some(observer) = &self.call.observer {
            observer.note(event);
        }
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("label", &self.reader.label).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Step<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wait(wait) => f.debug_tuple("Wait").field(&wait.duration).finish(),
            Self::Reserve(reserve) => f.debug_tuple("Reserve").field(&reserve.request).finish(),
            Self::Attempt(attempt) => f.debug_tuple("Attempt").field(&attempt.limits).finish(),
            Self::Done(result) => {
                let result = result.as_ref().map(Response::status);
                f.debug_tuple("Done").field(&result).finish()
            }
        }
    }
}
