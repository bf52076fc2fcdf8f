//! What can go wrong with a call, and whether it may have taken effect all the same.

use std::error::Error as StdError;
use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode, header};
use httpdate::parse_http_date;

use crate::answer::{Answer, AnswerError, Refusal};
use crate::operation::{Label, Safety};
use crate::text::{cap, one_line};
use crate::token::ApiToken;
use crate::transport::Fault;
use crate::violations::Violations;

/// The most of a body that an error keeps, in bytes.
pub const MAX_ERROR_BODY: usize = 64 * 1024;

/// The longest wait that is believed of a server.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// A call that did not succeed, or a handle that could not be built.
///
/// `Display` is one line: what happened, and what to do about it. The token is in neither `Display` nor `Debug`, even where the server repeats it. Only [`body`](Self::body)
/// and [`headers`](Self::headers) give what the server sent as it sent it.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    /// The operation; none when a handle could not be built.
    label: Option<Label>,
    cause: Cause,
    response: Option<Response<Bytes>>,
    /// When to come back.
    retry_after: Option<Duration>,
    /// An exchange before the one that this is about may have changed something.
    acted_before: bool,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request breaks rules, or the handle's settings do; nothing was sent.
    Invalid,
    /// There was no whole exchange: no connection, a broken one, or no time left.
    Transport,
    /// The server refused the request.
    Refused,
    /// The server refused the request because there were too many (HTTP 429).
    RateLimited,
    /// The server reported success, but its answer is not one of this method.
    Unreadable,
    /// A file is missing or cannot be read; nothing was sent.
    File,
}

enum Cause {
    Invalid(Violations),
    Transport { sent: bool, timed_out: bool, text: String },
    Refused(Refusal),
    NotFound(Refusal),
    RateLimited(Refusal),
    Unreadable(String),
    File { path: String, reason: String },
}

impl Error {
    /// Which kind it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self.inner.cause {
            Cause::Invalid(_) => ErrorKind::Invalid,
            Cause::Transport { .. } => ErrorKind::Transport,
            Cause::Refused(_) | Cause::NotFound(_) => ErrorKind::Refused,
            Cause::RateLimited(_) => ErrorKind::RateLimited,
            Cause::Unreadable(_) => ErrorKind::Unreadable,
            Cause::File { .. } => ErrorKind::File,
        }
    }

    /// Whether the change may have been made although the call failed.
    ///
    /// Of an operation that only reads it says whether the server may have seen the request.
    ///
    /// False when nothing was sent, and when the server said that it did not look at the request:
    /// HTTP 429, or 503 with `Retry-After`. True otherwise, a refusal included, since what the
    /// server did before it refused is not documented. It is about all exchanges of a call that
    /// was repeated.
    #[must_use]
    pub fn may_have_acted(&self) -> bool {
        if self.inner.acted_before {
            return true;
        }
        match &self.inner.cause {
            Cause::Invalid(_) | Cause::RateLimited(_) | Cause::File { .. } => false,
            Cause::Transport { sent, .. } => *sent,
            Cause::Refused(_) => {
                let unavailable = self.status() == Some(StatusCode::SERVICE_UNAVAILABLE);
                !(unavailable
                    && self.headers().is_some_and(|h| h.contains_key(header::RETRY_AFTER)))
            }
            Cause::NotFound(_) | Cause::Unreadable(_) => true,
        }
    }

    /// Whether a time limit ended the call.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.inner.cause, Cause::Transport { timed_out: true, .. })
    }

    /// Whether there were too many requests (HTTP 429).
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// Whether the server says that there is no such thing: HTTP 404, code 404 in the body, or an
    /// empty answer where the thing would be ([`AnswerError::NotFound`]).
    ///
    /// How Usedesk answers for an unknown ticket is not documented, so false does not mean that
    /// it exists.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        match &self.inner.cause {
            Cause::NotFound(_) => true,
            Cause::Refused(refusal) => {
                self.status() == Some(StatusCode::NOT_FOUND)
                    || refusal.code.as_deref() == Some("404")
            }
            _ => false,
        }
    }

    /// How long to wait before calling again: what the server asks for in `Retry-After`, in seconds
    /// or as a date, at most [`MAX_RETRY_AFTER`]; or what a repetition would have waited, where
    /// there was no time for it and that is longer.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// The HTTP status, where an answer arrived.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.inner.response.as_ref().map(Response::status)
    }

    /// The headers, where an answer arrived.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.inner.response.as_ref().map(Response::headers)
    }

    /// The body as far as it arrived, at most [`MAX_ERROR_BODY`] bytes, as the server sent it:
    /// nothing is redacted here.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.inner.response.as_ref().map(|response| &**response.body())
    }

    /// The reason the server gives for a refusal.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.refusal()?.message.as_deref()
    }

    /// The code the server gives for a refusal; a number is written as text. There is no public
    /// list of codes.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.refusal()?.code.as_deref()
    }

    /// Every rule that is broken, when the kind is [`Invalid`](ErrorKind::Invalid).
    #[must_use]
    pub fn violations(&self) -> Option<&Violations> {
        match &self.inner.cause {
            Cause::Invalid(violations) => Some(violations),
            _ => None,
        }
    }

    fn refusal(&self) -> Option<&Refusal> {
        match &self.inner.cause {
            Cause::Refused(refusal) | Cause::NotFound(refusal) | Cause::RateLimited(refusal) => {
                Some(refusal)
            }
            _ => None,
        }
    }
}

// How the engine and the handles make one.
impl Error {
    /// Settings of a handle that break rules.
    #[doc(hidden)]
    #[must_use]
    pub fn invalid_settings(violations: Violations) -> Self {
        Self::new(None, Cause::Invalid(violations), None)
    }

    /// A file that cannot be read.
    #[doc(hidden)]
    #[must_use]
    pub fn file(path: impl fmt::Display, reason: impl fmt::Display) -> Self {
        let cause = Cause::File { path: path.to_string(), reason: reason.to_string() };
        Self::new(None, cause, None)
    }

    /// An answer that reads, but cannot be what was asked for.
    pub(crate) fn unreadable(label: Label, reason: String) -> Self {
        Self::new(Some(label), Cause::Unreadable(reason), None)
    }

    pub(crate) fn invalid(label: Label, violations: Violations) -> Self {
        Self::new(Some(label), Cause::Invalid(violations), None)
    }

    pub(crate) fn transport(
        label: Label,
        fault: &Fault,
        partial: Option<Response<Bytes>>,
        token: &ApiToken,
    ) -> Self {
        // The whole chain in one text: its links are not ours, and might print the token.
        let mut text = fault.to_string();
        let mut source = fault.source();
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        let text = cap(token.redact(&text));
        let (sent, timed_out) = (fault.may_be_sent(), fault.is_timeout());
        Self::new(Some(label), Cause::Transport { sent, timed_out, text }, partial)
    }

    /// An answer whose status is not 2xx.
    pub(crate) fn refused(label: Label, response: Response<Bytes>, token: &ApiToken) -> Self {
        let refusal = redact(Answer::new(&response).said(), token);
        let cause = if response.status() == StatusCode::TOO_MANY_REQUESTS {
            Cause::RateLimited(refusal)
        } else {
            Cause::Refused(refusal)
        };
        Self::new(Some(label), cause, Some(response))
    }

    /// An answer with a 2xx status that is not a success.
    pub(crate) fn answer(
        label: Label,
        error: AnswerError,
        response: Response<Bytes>,
        token: &ApiToken,
    ) -> Self {
        let cause = match error {
            AnswerError::Refused(refusal) => Cause::Refused(redact(refusal, token)),
            AnswerError::NotFound(_) => Cause::NotFound(Refusal::new(error.to_string())),
            AnswerError::Unreadable(reason) => {
                Cause::Unreadable(cap(token.redact_message(&reason)))
            }
        };
        Self::new(Some(label), cause, Some(response))
    }

    fn new(label: Option<Label>, cause: Cause, response: Option<Response<Bytes>>) -> Self {
        let response = response.map(|response| response.map(cap_body));
        let inner = Inner { label, cause, response, retry_after: None, acted_before: false };
        Self { inner: Box::new(inner) }
    }

    /// With what `Retry-After` means at this time of day.
    pub(crate) fn with_wall_time(mut self, wall: SystemTime) -> Self {
        self.inner.retry_after = self.headers().and_then(|headers| retry_after(headers, wall));
        self
    }

    /// With when to come back, unless the server asks for more.
    pub(crate) fn with_retry_after(mut self, wait: Duration) -> Self {
        self.inner.retry_after = self.inner.retry_after.max(Some(wait));
        self
    }

    /// Whether an exchange of the same call may have changed something.
    pub(crate) fn with_earlier_exchanges(mut self, acted: bool) -> Self {
        self.inner.acted_before = acted;
        self
    }

    /// Whether more may have happened than this refusal, so that to wait is not enough.
    fn hides_another(&self) -> bool {
        self.inner.acted_before
            && self.inner.label.is_some_and(|label| label.safety != Safety::Read)
    }

    /// What to do next, as the end of a sentence.
    fn advice(&self) -> &'static str {
        match self.inner.label.map(|label| label.safety) {
            _ if !self.may_have_acted() => "; sending it again is safe",
            Some(Safety::Read) => "; it changes nothing, so sending it again is safe",
            _ => "; it may have taken effect, so look before sending it again",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.inner.label.map_or("the handle", |label| label.name);
        let (http, advice) = (Http(self.status()), self.advice());
        match &self.inner.cause {
            Cause::Invalid(violations) => {
                let not_done = self.inner.label.map_or("not built", |_| "not sent");
                write!(f, "{name} was {not_done}: {violations}")
            }
            Cause::Transport { sent, text, .. } => {
                let happened = if *sent { "got no answer" } else { "was not sent" };
                write!(f, "{name} {happened}: {}{advice}", one_line(text))
            }
            Cause::Refused(refusal) | Cause::NotFound(refusal) => {
                write!(f, "{name} was refused{}{http}", Reason(refusal))?;
                match (self.status(), self.retry_after()) {
                    (Some(status), _) if status.is_redirection() => {
                        f.write_str("; redirects are not followed, so look at the base URL")
                    }
                    (_, Some(_)) if self.hides_another() => f.write_str(advice),
                    (_, Some(wait)) => Wait(wait).fmt(f),
                    _ => Ok(()),
                }
            }
            Cause::RateLimited(refusal) => {
                write!(f, "{name} was refused for too many requests{}{http}", Reason(refusal))?;
                match self.retry_after() {
                    _ if self.hides_another() => f.write_str(advice),
                    Some(wait) => Wait(wait).fmt(f),
                    None => f.write_str("; wait a minute or more before sending it again"),
                }
            }
            Cause::Unreadable(reason) => {
                write!(f, "{name} got an unreadable answer{http}: {}{advice}", one_line(reason))
            }
            Cause::File { path, reason } => {
                let (path, reason) = (one_line(path), one_line(reason));
                write!(f, "the file {path} cannot be read: {reason}")
            }
        }
    }
}

/// What the server says, as the end of a sentence.
struct Reason<'a>(&'a Refusal);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(code) = &self.0.code {
            write!(f, " with code {}", one_line(code))?;
        }
        match &self.0.message {
            Some(message) => write!(f, ": {}", one_line(message)),
            None => Ok(()),
        }
    }
}

struct Wait(Duration);

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "; wait {} s before sending it again", self.0.as_secs())
    }
}

struct Http(Option<StatusCode>);

impl fmt::Display for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |status| write!(f, " (HTTP {})", status.as_u16()))
    }
}

// By hand, since what a transport's errors and the server's answer hold is not ours to print.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("text", &self.to_string())
            .field("body_bytes", &self.body().map(<[u8]>::len))
            .finish()
    }
}

// No source: the texts of a fault's chain are part of this error's, with the token replaced.
impl StdError for Error {}

fn redact(refusal: Refusal, token: &ApiToken) -> Refusal {
    let redact = |text: String| cap(token.redact(&text));
    Refusal { message: refusal.message.map(redact), code: refusal.code.map(redact) }
}

/// Seconds, or a date, which counts from the answer's own date where it has one.
fn retry_after(headers: &HeaderMap, wall: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number has are a long time too.
        Duration::from_secs(text.parse().unwrap_or(u64::MAX))
    } else {
        // The one other time zone that PHP writes.
        let date = |text: &str| parse_http_date(&text.replace("+0000", "GMT")).ok();
        let sent = headers.get(header::DATE).and_then(|sent| date(sent.to_str().ok()?));
        date(text)?.duration_since(sent.unwrap_or(wall)).unwrap_or_default()
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

/// Copied when it is cut, so that the error does not keep the rest alive.
fn cap_body(body: Bytes) -> Bytes {
    if body.len() > MAX_ERROR_BODY { Bytes::copy_from_slice(&body[..MAX_ERROR_BODY]) } else { body }
}
