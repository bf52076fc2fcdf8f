//! The error of a call: its kind, and whether the server may have acted.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};

use crate::decode::{ApiError, ErrorCode};
use crate::operation::{Label, Safety};
use crate::violations::Violations;

use self::source::Source;

mod create;
mod display;
mod retry_after;
mod source;

/// The error of a call, or of a handle that could not be built.
///
/// `Display` is one line: what happened, and what to do about it. Neither `Display` nor `Debug`
/// contains the token, even if the response does. Only [`body`](Self::body) and
/// [`headers`](Self::headers) return what the server sent, unredacted.
pub struct Error {
    inner: Box<Inner>,
}

struct Inner {
    /// The operation; `None` for the error of a builder or of a file.
    label: Option<Label>,
    cause: Cause,
    response: Option<Response<Bytes>>,
    /// How long to wait before the next request.
    retry_after: Option<Duration>,
    /// Whether an earlier attempt of the call may have been processed.
    acted_before: bool,
    /// How many attempts the call has made.
    attempts: u32,
    /// What the transport reported.
    source: Option<Source>,
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request or the settings of the handle are invalid. Nothing was sent.
    Invalid,
    /// No complete response was received: no connection, a broken connection, or a timeout.
    Transport,
    /// The server rejected the request: an API error in the body whatever the status, or a status
    /// that is not 2xx.
    Rejected,
    /// Too many requests: HTTP 429, or [code 121](ErrorCode::TooManyRequests) or 429 in the body
    /// whatever the status. Also a call that was not sent, because such a response to another call
    /// of the same [`RateLimiter`](crate::RateLimiter) stopped it until after its deadline; the
    /// error then has no status.
    RateLimited,
    /// The status is 2xx, but the response is incomplete or cannot be decoded.
    Decode,
    /// A file is missing or cannot be read. Nothing was sent.
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
    /// Not sent: because of a stop of the rate limit, its slot is this far away.
    Stopped(Duration),
    WithoutId(String),
    Decode(String),
    File {
        path: String,
        reason: String,
    },
}

impl Error {
    /// The kind of the error.
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

    /// Whether the server may have made the change although the call failed. Covers all attempts of
    /// the call.
    ///
    /// False if
    ///
    /// - the operation only reads ([`Safety::Read`]),
    /// - nothing was sent: the request was invalid, there was no connection, or its slot of the
    ///   rate limit was after the deadline,
    /// - the server rejected the request because of too many requests: HTTP 429, or code 121 or 429
    ///   in the body.
    ///
    /// True in all other cases, including
    ///
    /// - HTTP 503, whatever its headers: gateways and caches respond with a 503 and `Retry-After`
    ///   of their own when the server behind them was only slow,
    /// - all other rejections: what the server does before rejecting a request is not documented.
    #[must_use]
    pub fn may_have_acted(&self) -> bool {
        let is_read = self.inner.label.is_some_and(|label| label.safety == Safety::Read);
        !is_read && self.may_be_processed()
    }

    /// Whether the server may have processed a request of this call, even one that only reads.
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

    /// The name of the operation, such as `update_ticket`. `None` for the error of a builder or of
    /// a file.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.inner.label.map(|label| label.name)
    }

    /// How many attempts the call has made; 0 if nothing was sent because the request was invalid,
    /// or because its slot of the rate limit was after the deadline.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.inner.attempts
    }

    /// Whether there was no connection to the server: the name was not found, or connecting, TLS or
    /// the proxy failed or timed out. The last attempt sent nothing; whether an earlier one did,
    /// [`may_have_acted`](Self::may_have_acted) tells. Always false if the server has responded to
    /// any attempt, since the error then describes that response.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.attempts() > 0 && matches!(self.inner.cause, Cause::Transport { sent: false, .. })
    }

    /// Whether a timeout or the deadline ended the call.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.inner.cause, Cause::Transport { timed_out: true, .. } | Cause::Stopped(_))
    }

    /// Whether there were too many requests: the kind is [`RateLimited`](ErrorKind::RateLimited).
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// Whether the server does not accept the token: HTTP 401, or code
    /// [112](ErrorCode::InvalidToken), [115](ErrorCode::AccessDenied) or 401 in the body.
    ///
    /// False for HTTP 403: nothing shows that Usedesk responds to a wrong token with it, and
    /// firewalls and proxies use it for other reasons. Check [`status`](Self::status) for it.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.is_rejected_with(StatusCode::UNAUTHORIZED, ErrorCode::is_unauthorized)
    }

    /// Whether the server reports that something does not exist: HTTP 404; code
    /// [113](ErrorCode::TicketNotFound), [117](ErrorCode::AgentNotFound),
    /// [118](ErrorCode::GroupNotFound), [119](ErrorCode::ClientNotFound) or 404 in the body; or an
    /// empty response where the thing should be
    /// ([`ResponseError::NotFound`](crate::ResponseError::NotFound)).
    ///
    /// How Usedesk responds for an unknown ticket is not documented, so false does not mean that
    /// the ticket exists. Code 113 can also mean that the token has no access to the ticket.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.inner.cause, Cause::NotFound(_))
            || self.is_rejected_with(StatusCode::NOT_FOUND, ErrorCode::is_not_found)
    }

    /// Whether the server reported success, but without a valid id of what it created or changed.
    /// The kind is [`Decode`](ErrorKind::Decode), and [`may_have_acted`](Self::may_have_acted) is
    /// true: check whether the thing exists before you create it again.
    #[must_use]
    pub fn is_success_without_id(&self) -> bool {
        matches!(self.inner.cause, Cause::WithoutId(_))
    }

    /// Whether a rejection may be temporary: HTTP 5xx or 408, or code 111.
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

    /// How long to wait before the next request: the `Retry-After` of the response, at most
    /// [`MAX_RETRY_AFTER`](crate::MAX_RETRY_AFTER); or the wait before a retry or for a slot of the
    /// rate limit, if that wait is longer and would have exceeded the deadline.
    ///
    /// `Retry-After` is a number of seconds, rounded up, or a date; the longest of several values
    /// counts. `None` if there is neither a valid `Retry-After` nor a wait. After too many requests
    /// wait [`RATE_LIMIT_WAIT`](crate::RATE_LIMIT_WAIT), a minute, in that case.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.inner.retry_after
    }

    /// The HTTP status, if there was a response.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.inner.response.as_ref().map(Response::status)
    }

    /// The headers, if there was a response.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.inner.response.as_ref().map(Response::headers)
    }

    /// The body as far as it was received, at most
    /// [`MAX_ERROR_BODY`](crate::MAX_ERROR_BODY) bytes. Not redacted.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.inner.response.as_ref().map(|response| &**response.body())
    }

    /// The message of the API error, followed by the reasons in `errors`. Cut after 4,096
    /// characters.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.api_error()?.message.as_deref()
    }

    /// The code of the API error. An unknown code is kept.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.api_error()?.code.as_ref()
    }

    /// All violations, if the kind is [`Invalid`](ErrorKind::Invalid).
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

// By hand, since the fields may contain the token: `Display` redacts it.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("text", &self.to_string())
            .field("body_bytes", &self.body().map(<[u8]>::len))
            .finish()
    }
}

/// The source is what the HTTP library, or a [`Transport`](crate::Transport) of your own, reported:
/// texts, without the token and without the URL. The error's own text ends with the innermost one.
impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.inner.source.as_ref().map(|source| source as _)
    }
}
