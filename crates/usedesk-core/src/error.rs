//! What can go wrong with a call, and whether it may have taken effect all the same.

use std::error::Error as StdError;
use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};

use crate::decode::{ApiError, ErrorCode, RawResponse, ResponseError};
use crate::limits::{MAX_ERROR_BODY, RATE_LIMIT_WAIT};
use crate::operation::{Label, Safety};
use crate::secret::ApiToken;
use crate::text::cap;
use crate::transport::TransportError;
use crate::violations::Violations;

use self::retry_after::retry_after;

mod display;
mod retry_after;

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
    /// An exchange before the one that this is about may have been processed.
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
    /// The server rejected the request.
    Rejected,
    /// Too many requests: HTTP 429, or [code 121](ErrorCode::TooManyRequests) or 429 in the body
    /// whatever the status. Also a call that was not sent, because such a response to another call
    /// of the same [`RateLimiter`](crate::RateLimiter) held it back past its deadline; it has no status.
    RateLimited,
    /// The server reported success, but its answer is not one of this method.
    Decode,
    /// A file is missing or cannot be read; nothing was sent.
    File,
}

enum Cause {
    Invalid(Violations),
    Transport {
        sent: bool,
        timed_out: bool,
        is_permanent: bool,
        text: String,
    },
    Rejected(ApiError),
    NotFound(ApiError),
    RateLimited(ApiError),
    /// Never sent: its slot, which would come in so long, is behind a stop of the rate limit.
    Stopped(Duration),
    WithoutId(String),
    Decode(String),
    File {
        path: String,
        reason: String,
    },
}

impl Error {
    /// Which kind it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self.inner.cause {
            Cause::Invalid(_) => ErrorKind::Invalid,
            Cause::Transport { .. } => ErrorKind::Transport,
            Cause::Rejected(_) | Cause::NotFound(_) => ErrorKind::Rejected,
            Cause::RateLimited(_) | Cause::Stopped(_) => ErrorKind::RateLimited,
            Cause::WithoutId(_) | Cause::Decode(_) => ErrorKind::Decode,
            Cause::File { .. } => ErrorKind::File,
        }
    }

    /// Whether the server may have made the change although the call failed.
    ///
    /// False when
    ///
    /// - the operation changes nothing ([`Safety::Read`]), whatever happened,
    /// - nothing was sent: it was invalid, there was no connection, or no time for its slot,
    /// - the server rejected the request for too many requests: HTTP 429, or code 121 or 429 in the
    ///   body.
    ///
    /// True in every other case. That includes
    ///
    /// - HTTP 503, whatever its headers: gateways and caches put `Retry-After` on a 503 of their own
    ///   when the server behind them was only slow,
    /// - every other rejection, since what the server did before it is not documented.
    ///
    /// It is about all attempts of a call that was retried.
    #[must_use]
    pub fn may_have_acted(&self) -> bool {
        let is_read = self.inner.label.is_some_and(|label| label.safety == Safety::Read);
        !is_read && self.may_be_processed()
    }

    /// Whether the server may have processed a request of this call, if only to read something.
    pub(crate) fn may_be_processed(&self) -> bool {
        if self.inner.acted_before {
            return true;
        }
        match self.inner.cause {
            Cause::Transport { sent, .. } => sent,
            Cause::Invalid(_) | Cause::RateLimited(_) | Cause::Stopped(_) | Cause::File { .. } => {
                false
            }
            Cause::Rejected(_) | Cause::NotFound(_) | Cause::WithoutId(_) | Cause::Decode(_) => {
                true
            }
        }
    }

    /// Whether a time limit ended the call.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.inner.cause, Cause::Transport { timed_out: true, .. } | Cause::Stopped(_))
    }

    /// Whether there were too many requests: the kind is
    /// [`RateLimited`](ErrorKind::RateLimited).
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// Whether the server does not accept the token: HTTP 401, or code
    /// [112](ErrorCode::InvalidToken), [115](ErrorCode::AccessDenied) or 401 in the body.
    ///
    /// Not HTTP 403: nothing shows that Usedesk answers a wrong token with it, and firewalls and
    /// proxies use it for reasons of their own. [`status`](Self::status) tells.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.is_rejected_with(StatusCode::UNAUTHORIZED, ErrorCode::is_unauthorized)
    }

    /// Whether the server says that something does not exist: HTTP 404; code
    /// [113](ErrorCode::TicketNotFound), [117](ErrorCode::AgentNotFound),
    /// [118](ErrorCode::GroupNotFound), [119](ErrorCode::ClientNotFound) or 404 in the body; or an
    /// empty answer where the thing would be ([`ResponseError::NotFound`]).
    ///
    /// How Usedesk answers for an unknown ticket is not documented, so false does not mean that
    /// it exists. Code 113 can also mean that the token gives no access to the ticket.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.inner.cause, Cause::NotFound(_))
            || self.is_rejected_with(StatusCode::NOT_FOUND, ErrorCode::is_not_found)
    }

    /// Whether the server reported success, but without a readable id of what it created or
    /// changed. The kind is [`Decode`](ErrorKind::Decode), and
    /// [`may_have_acted`](Self::may_have_acted) is true: look for what you created before you
    /// create it again.
    #[must_use]
    pub fn is_success_without_id(&self) -> bool {
        matches!(self.inner.cause, Cause::WithoutId(_))
    }

    /// Whether a rejection may be another one the next time: HTTP 5xx or 408, or code 111.
    pub(crate) fn is_temporary(&self) -> bool {
        let is_temporary =
            |status: StatusCode| status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT;
        matches!(self.inner.cause, Cause::Rejected(_))
            && (self.status().is_some_and(is_temporary)
                || self.code() == Some(&ErrorCode::ServerError))
    }

    fn is_rejected_with(&self, status: StatusCode, is_code: fn(&ErrorCode) -> bool) -> bool {
        matches!(self.inner.cause, Cause::Rejected(_))
            && (self.status() == Some(status) || self.code().is_some_and(is_code))
    }

    /// How long to wait before the next request: what the server asks for in `Retry-After`, at most
    /// [`MAX_RETRY_AFTER`]; or the wait before a retry or for a slot, where there was no time for it
    /// and it is longer.
    ///
    /// `Retry-After` is read in seconds, rounded up, or as a date; of several values the longest
    /// counts. None where nothing in it can be read and no wait was planned: after too many requests
    /// take [`RATE_LIMIT_WAIT`], a minute, then.
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

    /// The reason the server gives for a refusal, and the reasons under `errors`; at most 4,096
    /// characters.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.api_error()?.message.as_deref()
    }

    /// The code the server gives for a refusal. A code that is not known is kept.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.api_error()?.code.as_ref()
    }

    /// Every rule that is broken, when the kind is [`Invalid`](ErrorKind::Invalid).
    #[must_use]
    pub fn violations(&self) -> Option<&Violations> {
        match &self.inner.cause {
            Cause::Invalid(violations) => Some(violations),
            _ => None,
        }
    }

    fn api_error(&self) -> Option<&ApiError> {
        match &self.inner.cause {
            Cause::Rejected(error) | Cause::NotFound(error) | Cause::RateLimited(error) => {
                Some(error)
            }
            _ => None,
        }
    }
}

// How the engine and the handles make one.
impl Error {
    /// BuilderSettings of a handle that break rules.
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
    pub(crate) fn decode(label: Label, reason: String) -> Self {
        Self::new(Some(label), Cause::Decode(reason), None)
    }

    pub(crate) fn invalid(label: Label, violations: Violations) -> Self {
        Self::new(Some(label), Cause::Invalid(violations), None)
    }

    pub(crate) fn transport(
        label: Label,
        error: &TransportError,
        partial: Option<Response<Bytes>>,
        token: &ApiToken,
    ) -> Self {
        // The whole chain in one text: its links are not ours, and might print the token.
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        let text = cap(token.redact(&text));
        let (sent, timed_out) = (error.may_be_sent(), error.is_timeout());
        let is_permanent = error.is_permanent();
        let cause = Cause::Transport { sent, timed_out, is_permanent, text };
        Self::new(Some(label), cause, partial)
    }

    /// A call whose slot is behind a stop of the rate limit, too late for its deadline.
    pub(crate) fn stopped(label: Label, wait: Duration) -> Self {
        Self::new(Some(label), Cause::Stopped(wait), None)
    }

    /// An answer whose status is not 2xx.
    pub(crate) fn rejected(label: Label, response: Response<Bytes>, token: &ApiToken) -> Self {
        let error = RawResponse::new(&response).reported();
        Self::response(label, ResponseError::Api(error), response, token)
    }

    /// An answer that is not a success.
    pub(crate) fn response(
        label: Label,
        error: ResponseError,
        response: Response<Bytes>,
        token: &ApiToken,
    ) -> Self {
        let redact = |text: String| cap(token.redact(&text));
        let cause = match error {
            ResponseError::Api(ApiError { message, code }) => {
                let is_rate_limit = response.status() == StatusCode::TOO_MANY_REQUESTS
                    || code.as_ref().is_some_and(ErrorCode::is_rate_limit);
                let code = code.map(|code| redact(code.as_str().to_owned()).into());
                let error = ApiError { message: message.map(redact), code };
                let cause = if is_rate_limit { Cause::RateLimited } else { Cause::Rejected };
                cause(error)
            }
            ResponseError::NotFound(_) => Cause::NotFound(ApiError::new(error.to_string())),
            ResponseError::WithoutId(reason) => {
                Cause::WithoutId(cap(token.redact_message(&reason)))
            }
            ResponseError::Decode(reason) => Cause::Decode(cap(token.redact_message(&reason))),
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
        let without = if self.is_rate_limited() { RATE_LIMIT_WAIT } else { Duration::ZERO };
        self.inner.retry_after =
            self.headers().and_then(|headers| retry_after(headers, wall, without));
        self
    }

    /// With the wait of another error, in the place of its own.
    pub(crate) fn with_the_wait_of(mut self, other: &Self) -> Self {
        self.inner.retry_after = other.inner.retry_after;
        self
    }

    /// With when to come back, unless the server asks for more.
    pub(crate) fn with_retry_after(mut self, wait: Duration) -> Self {
        self.inner.retry_after = self.inner.retry_after.max(Some(wait));
        self
    }

    /// Whether an exchange of the same call may have been processed.
    pub(crate) fn with_earlier_attempts(mut self, acted: bool) -> Self {
        self.inner.acted_before = acted;
        self
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

/// Copied when it is cut, so that the error does not keep the rest alive.
fn cap_body(body: Bytes) -> Bytes {
    if body.len() > MAX_ERROR_BODY { Bytes::copy_from_slice(&body[..MAX_ERROR_BODY]) } else { body }
}
