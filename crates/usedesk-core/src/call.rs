//! The engine: a call as a state machine that touches no socket and reads no clock.

use std::fmt;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::header::TRANSFER_ENCODING;
use http::{HeaderMap, Request, Response, StatusCode, Version};

use crate::answer::{Answer, AnswerError};
use crate::body::Body;
use crate::content_coding;
use crate::error::{Error, ErrorKind};
use crate::observer::{CallEvent, Observer};
use crate::operation::Label;
use crate::outline::Outline;
use crate::pace::{Pacer, Place, Queued};
use crate::retry::{RATE_LIMIT_WAIT, Retry};
use crate::token::ApiToken;
use crate::trace::Trace;
use crate::transport::{Fault, Limits, Outcome};

/// The most bytes that the headers of an answer may have together.
pub const MAX_HEADER_BYTES: usize = 64 * 1024;

/// The most headers that an answer may have.
pub const MAX_HEADERS: usize = 100;

/// An operation validated, encoded, and erased down to how its answer is read, so that the request
/// model need not live as long as the call.
///
/// A handle begins it and does what each [`Step`] says, until one says that it is done.
pub struct Call<T> {
    pub(crate) label: Label,
    pub(crate) outline: Outline,
    pub(crate) limits: Limits,
    pub(crate) token: ApiToken,
    pub(crate) decode: fn(&Answer<'_>) -> Result<T, AnswerError>,
    pub(crate) retry: Retry,
    pub(crate) pacer: Option<Pacer>,
    pub(crate) deadline: Deadline,
    pub(crate) observer: Option<Observer>,
}

/// How long a call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deadline {
    /// So long, the wait for its turn included.
    FromItsBeginning(Duration),
    /// So long from when its turn has come.
    FromItsTurn(Duration),
}

impl Deadline {
    /// The same with time for a large body, unless all of the call is bounded.
    pub(crate) fn with_upload_time(self, time: Duration) -> Self {
        match self {
            Self::FromItsTurn(limit) => Self::FromItsTurn(limit + time),
            Self::FromItsBeginning(_) => self,
        }
    }
}

/// What a handle does next. Exhaustive, since the loops that match it live in other crates.
pub enum Step<T> {
    /// Wait, then resume.
    Wait(Waiting<T>),
    /// Exchange the request within the limits, then have the outcome judged.
    Exchange(Exchange<T>),
    /// The call is over.
    Done(Result<Response<T>, Error>),
}

/// What a judgement needs from the world.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The time on a clock that only goes forward.
    pub now: Instant,
    /// The time of day, for a `Retry-After` that is a date.
    pub wall: SystemTime,
    /// Any number, each as likely as the others.
    pub random: u32,
}

impl<T> Call<T> {
    /// The request that is sent each time. The body is shared.
    #[must_use]
    pub fn request(&self) -> Request<Body> {
        self.outline.request()
    }

    /// Begins the call.
    #[must_use]
    pub fn begin(self, now: Instant) -> Step<T> {
        let ends = match self.deadline {
            Deadline::FromItsBeginning(limit) => Some(now + limit),
            Deadline::FromItsTurn(_) => None,
        };
        let trace = Trace::begin(self.label, self.outline.uri.path(), &self.token);
        let (made, processed, answered) = (0, false, None);
        Box::new(Run { call: self, trace, now, begun: now, ends, made, processed, answered })
            .line_up()
    }
}

/// A call that has begun.
struct Run<T> {
    call: Call<T>,
    trace: Trace,
    /// The time. Waiting moves it on by as much as was waited for, whatever the clock says, so that
    /// a transport which only notes its pauses makes the same of a call.
    now: Instant,
    begun: Instant,
    /// None while it waits for its turn, when its time counts from then.
    ends: Option<Instant>,
    /// How many exchanges were made.
    made: u32,
    /// Whether one of them may have been processed.
    processed: bool,
    /// The last failure with an answer, or the last where none has one.
    answered: Option<Error>,
}

/// A call that waits.
pub struct Waiting<T> {
    run: Box<Run<T>>,
    /// None when nobody but this call is waited for.
    place: Option<Place>,
    duration: Duration,
}

impl<T> Waiting<T> {
    /// How long.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Goes on after the wait.
    #[must_use]
    pub fn resume(self, now: Instant) -> Step<T> {
        let Self { mut run, place, duration } = self;
        run.now = now.max(run.now + duration);
        match place {
            Some(place) => run.wait_for(place),
            None => run.line_up(),
        }
    }
}

/// A call whose request is to be exchanged.
pub struct Exchange<T> {
    run: Box<Run<T>>,
    limits: Limits,
}

impl<T> Exchange<T> {
    /// The request to send.
    #[must_use]
    pub fn request(&self) -> Request<Body> {
        self.run.call.request()
    }

    /// What the exchange may take.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Judges how the exchange ended.
    #[must_use]
    pub fn judge(self, outcome: Outcome, moment: Moment) -> Step<T> {
        let Self { mut run, .. } = self;
        let started = run.now;
        run.now = run.now.max(moment.now);
        run.made += 1;
        match run.call.conclude(outcome, moment.wall) {
            Ok(response) => {
                run.note_exchange(started, Ok(response.status()), None);
                run.note_end(true);
                Step::Done(Ok(response))
            }
            Err(failure) => run.go_on_after(failure, started, moment.random),
        }
    }
}

/// An exchange that brought no success.
struct Failure {
    error: Error,
    /// There is no whole answer, and there might be one the next time.
    broke_off: bool,
}

impl<T> Run<T> {
    /// Lines up for a place; at its turn the request is exchanged.
    fn line_up(self: Box<Self>) -> Step<T> {
        let Some(pacer) = &self.call.pacer else { return self.start() };
        if self.patience().is_zero() {
            return self.give_up(None);
        }
        match pacer.reserve(self.now, self.patience(), self.made > 0) {
            Ok(place) => self.wait_for(place),
            Err(queued) => self.give_up(Some(queued)),
        }
    }

    fn wait_for(self: Box<Self>, mut place: Place) -> Step<T> {
        match place.start(self.now) {
            Ok(()) => self.start(),
            // Others came before it meanwhile, or the pacer was stopped.
            Err(queued) if queued.wait >= self.patience() => self.give_up(Some(queued)),
            Err(Queued { wait, is_stopped }) => {
                let operation = self.call.label.name;
                self.note(&CallEvent::Paced { operation, wait, is_stopped });
                Step::Wait(Waiting { run: self, place: Some(place), duration: wait })
            }
        }
    }

    fn start(mut self: Box<Self>) -> Step<T> {
        let (Deadline::FromItsBeginning(limit) | Deadline::FromItsTurn(limit)) = self.call.deadline;
        let ends = *self.ends.get_or_insert(self.now + limit);
        let left = ends.saturating_duration_since(self.now);
        if left.is_zero() {
            return self.give_up(None);
        }
        let limits = self.call.limits.within(left);
        Step::Exchange(Exchange { run: self, limits })
    }

    /// How long it can wait for its turn.
    fn patience(&self) -> Duration {
        self.ends.map_or(Duration::MAX, |ends| ends.saturating_duration_since(self.now))
    }

    fn go_on_after(
        mut self: Box<Self>,
        failure: Failure,
        started: Instant,
        random: u32,
    ) -> Step<T> {
        let Failure { error, .. } = &failure;
        let pacer = self.call.pacer.as_ref().filter(|_| error.is_rate_limited());
        let asked = error.retry_after().unwrap_or(RATE_LIMIT_WAIT);
        let stopped = pacer.map(|pacer| pacer.stop(self.now, asked));
        let wait =
            self.wait_after(&failure, random).filter(|_| self.call.retry.has_more(self.made));
        // No slot is before the end of the stop.
        let wait = wait.map(|wait| wait.max(stopped.unwrap_or_default()));
        let patience = self.patience();
        self.note_exchange(started, Err(error), wait.filter(|wait| *wait < patience));
        let Some(wait) = wait else { return self.end(failure.error) };
        if wait >= patience {
            return self.end(failure.error.with_retry_after(wait));
        }
        self.processed |= error.may_be_processed();
        let has_answer = |error: &Error| error.status().is_some();
        if has_answer(error) || !self.answered.as_ref().is_some_and(has_answer) {
            self.answered = Some(failure.error);
        }
        if stopped.is_some_and(|stopped| wait <= stopped) {
            // Its place in the line comes after the stop.
            return self.line_up();
        }
        Step::Wait(Waiting { run: self, place: None, duration: wait })
    }

    /// The wait before another exchange; none when it would be of no use or not safe.
    fn wait_after(&self, failure: &Failure, random: u32) -> Option<Duration> {
        let Failure { error, broke_off } = failure;
        let (call, retry) = (&self.call, self.call.retry);
        let may_pass = match error.kind() {
            ErrorKind::RateLimited => true,
            // Also what was not sent, unless it never would be.
            ErrorKind::Transport | ErrorKind::Unreadable => *broke_off,
            _ => error.is_temporary(),
        };
        let is_harmless = !error.may_be_processed() || retry.may_repeat_seen(call.label.safety);
        let unasked = if error.is_rate_limited() { RATE_LIMIT_WAIT } else { Duration::ZERO };
        let least = error.retry_after().unwrap_or(unasked);
        (may_pass && is_harmless).then(|| retry.wait(self.made, random).max(least))
    }

    /// There is no time left, or not enough for its turn.
    fn give_up(mut self: Box<Self>, queued: Option<Queued>) -> Step<T> {
        let (label, token) = (self.call.label, &self.call.token);
        let error = self.answered.take().unwrap_or_else(|| {
            let reason = match queued {
                None => "its time is over".to_owned(),
                Some(Queued { wait, is_stopped: true }) => return Error::stopped(label, wait),
                Some(Queued { wait, .. }) => {
                    format!("its turn would come in {wait:?}, when its time is over")
                }
            };
            Error::transport(label, &Fault::not_sent(reason).timed_out(), None, token)
        });
        self.end(match queued {
            Some(Queued { wait, .. }) => error.with_retry_after(wait),
            None => error,
        })
    }

    /// The user gets the last answer, and of failures without one the last.
    fn end(mut self: Box<Self>, error: Error) -> Step<T> {
        self.note_end(false);
        let answered = self.answered.take().filter(|answered| answered.status().is_some());
        let error = match answered {
            Some(answered) if error.status().is_none() => {
                self.processed |= error.may_be_processed();
                // What it asked for then is over.
                answered.with_the_wait_of(&error)
            }
            _ => error,
        };
        Step::Done(Err(error.with_earlier_exchanges(self.processed)))
    }

    fn note_exchange(
        &self,
        started: Instant,
        outcome: Result<StatusCode, &Error>,
        repeated_after: Option<Duration>,
    ) {
        self.note(&CallEvent::Exchanged {
            operation: self.call.label.name,
            number: self.made,
            status: outcome.map_or_else(Error::status, Some),
            failure: outcome.err().map(Error::kind),
            elapsed: self.now.saturating_duration_since(started),
            repeated_after,
        });
    }

    fn note_end(&self, succeeded: bool) {
        let elapsed = self.now.saturating_duration_since(self.begun);
        let (operation, exchanges) = (self.call.label.name, self.made);
        self.note(&CallEvent::Ended { operation, exchanges, elapsed, succeeded });
    }

    fn note(&self, event: &CallEvent) {
        self.trace.note(event);
        if let Some(observer) = &self.call.observer {
            observer.note(event);
        }
    }
}

impl<T> Call<T> {
    fn conclude(&self, outcome: Outcome, wall: SystemTime) -> Result<Response<T>, Failure> {
        let response = match with_plain_framing(outcome)
            .and_then(with_bounded_headers)
            .and_then(|whole| content_coding::decode(whole, self.limits))
        {
            Ok(response) => response,
            Err(mut fault) => {
                let error = match fault.take_partial() {
                    None => Error::transport(self.label, &fault, None, &self.token),
                    Some(partial) => self.cut_short(&fault, self.decoded_in_part(partial)),
                };
                let broke_off = !fault.is_permanent();
                return Err(Failure { error: error.with_wall_time(wall), broke_off });
            }
        };
        let whole = |error: Error| Failure { error: error.with_wall_time(wall), broke_off: false };
        if !response.status().is_success() {
            return Err(whole(Error::refused(self.label, response, &self.token)));
        }
        match (self.decode)(&Answer::new(&response).with_token(&self.token)) {
            Ok(output) => Ok(response.map(|_| output)),
            Err(error) => {
                let error = with_codings(error, response.headers());
                Err(whole(Error::answer(self.label, error, response, &self.token)))
            }
        }
    }

    /// What can be read of a response that broke off.
    fn decoded_in_part(&self, partial: Response<Bytes>) -> Response<Bytes> {
        match content_coding::decode(partial, self.limits) {
            Ok(response) => response,
            Err(mut fault) => fault.take_partial().unwrap_or_default(),
        }
    }

    /// The answer began and broke off: what came of it still tells most.
    fn cut_short(&self, fault: &Fault, partial: Response<Bytes>) -> Error {
        if !partial.status().is_success() {
            return Error::refused(self.label, partial, &self.token);
        }
        let error = match Answer::new(&partial).refusal() {
            Some(refusal) => AnswerError::Refused(refusal),
            None if fault.is_timeout() => {
                return Error::transport(self.label, fault, Some(partial), &self.token);
            }
            None => AnswerError::Unreadable(format!("the answer is cut short: {fault}")),
        };
        Error::answer(self.label, error, partial, &self.token)
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("label", &self.label).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Step<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wait(waiting) => f.debug_tuple("Wait").field(&waiting.duration).finish(),
            Self::Exchange(exchange) => f.debug_tuple("Exchange").field(&exchange.limits).finish(),
            Self::Done(result) => {
                let result = result.as_ref().map(Response::status);
                f.debug_tuple("Done").field(&result).finish()
            }
        }
    }
}

/// Names the codings that are still there when a body cannot be read.
fn with_codings(error: AnswerError, headers: &HeaderMap) -> AnswerError {
    let codings = content_coding::codings(headers);
    match error {
        AnswerError::Unreadable(reason) if !codings.is_empty() => AnswerError::Unreadable(format!(
            "{reason}; it has the content coding {}, which is not supported",
            codings.join(", ")
        )),
        error => error,
    }
}

/// HTTP libraries differ in where a response ends that has a transfer coding after the chunked one,
/// or any in HTTP/1.0 (RFC 9112, sections 6.1 and 6.3).
fn with_plain_framing(outcome: Outcome) -> Outcome {
    let response = match &outcome {
        Ok(response) => Some(response),
        Err(fault) => fault.partial(),
    };
    let is_odd = response.is_some_and(|response| {
        let lines = response.headers().get_all(TRANSFER_ENCODING).into_iter();
        let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
        let codings = lines.iter().flat_map(|line| line.split(',')).map(str::trim);
        let mut behind = codings.skip_while(|coding| !coding.eq_ignore_ascii_case("chunked"));
        behind.any(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case("chunked"))
            || !lines.is_empty() && response.version() < Version::HTTP_11
    });
    if is_odd { Err(Fault::unknown("it is not clear where the answer ends")) } else { outcome }
}

/// The same limits whatever the transport's own are.
fn with_bounded_headers(response: Response<Bytes>) -> Outcome {
    let headers = response.headers();
    // A colon, a space and a line end to each.
    let bytes: usize =
        headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if bytes <= MAX_HEADER_BYTES && headers.len() <= MAX_HEADERS {
        return Ok(response);
    }
    Err(Fault::headers_too_long())
}
