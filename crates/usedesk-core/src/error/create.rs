//! Creating errors, for the engine and the handles.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Response, StatusCode};

use crate::decode::{ApiError, ErrorCode, RawResponse, ResponseError};
use crate::limits::{MAX_ERROR_BODY, RATE_LIMIT_WAIT};
use crate::operation::Label;
use crate::secret::ApiToken;
use crate::text::cap;
use crate::transport::TransportError;
use crate::violations::Violations;

use super::retry_after::retry_after;
use super::source::Source;
use super::{Cause, Error, Inner};

impl Error {
    /// Creates the error of a handle with invalid settings.
    pub(crate) fn invalid_settings(violations: Violations) -> Self {
        Self::new(None, Cause::Invalid(violations), None)
    }

    /// Creates the error of a file that cannot be read.
    pub(crate) fn file(path: impl fmt::Display, reason: impl fmt::Display) -> Self {
        let cause = Cause::File { path: path.to_string(), reason: reason.to_string() };
        Self::new(None, cause, None)
    }

    /// Creates the error of a response that decodes, but is not a valid result.
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
        let text = cap(token.redact(&error.to_string()));
        let (sent, timed_out) = (error.may_be_sent(), error.is_timeout());
        let is_permanent = error.is_permanent();
        let cause = Cause::Transport { sent, timed_out, is_permanent, text };
        Self::new(Some(label), cause, partial).with_source(error, token)
    }

    /// Creates the error of a call whose slot, after a stop of the rate limit, is past its
    /// deadline.
    pub(crate) fn stopped(label: Label, wait: Duration) -> Self {
        Self::new(Some(label), Cause::Stopped(wait), None)
    }

    /// Creates the error of a response whose status is not 2xx.
    pub(crate) fn rejected(label: Label, response: Response<Bytes>, token: &ApiToken) -> Self {
        let error = RawResponse::new(&response).reported();
        Self::response(label, ResponseError::Api(error), response, token)
    }

    /// Creates the error of a response that is not a success.
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
        let (retry_after, acted_before, attempts, source) = (None, false, 0, None);
        let inner = Inner { label, cause, response, retry_after, acted_before, attempts, source };
        Self { inner: Box::new(inner) }
    }

    /// Sets the source to those of a transport error.
    pub(crate) fn with_source(mut self, error: &TransportError, token: &ApiToken) -> Self {
        self.inner.source = Source::of(error, token);
        self
    }

    /// Sets `retry_after` from the headers, at this wall-clock time.
    pub(crate) fn with_wall_time(mut self, wall: SystemTime) -> Self {
        let without = if self.is_rate_limited() { RATE_LIMIT_WAIT } else { Duration::ZERO };
        self.inner.retry_after =
            self.headers().and_then(|headers| retry_after(headers, wall, without));
        self
    }

    /// Sets `retry_after` to that of another error.
    pub(crate) fn with_the_wait_of(mut self, other: &Self) -> Self {
        self.inner.retry_after = other.inner.retry_after;
        self
    }

    /// Sets `retry_after`, unless it is already longer.
    pub(crate) fn with_retry_after(mut self, wait: Duration) -> Self {
        self.inner.retry_after = self.inner.retry_after.max(Some(wait));
        self
    }

    /// Sets how many attempts there were, and whether an earlier one may have been processed.
    pub(crate) fn with_attempts(mut self, attempts: u32, acted: bool) -> Self {
        (self.inner.attempts, self.inner.acted_before) = (attempts, acted);
        self
    }
}

/// Cuts the body. Copies what is left, so that the error does not keep the rest in memory.
fn cap_body(body: Bytes) -> Bytes {
    if body.len() > MAX_ERROR_BODY { Bytes::copy_from_slice(&body[..MAX_ERROR_BODY]) } else { body }
}
