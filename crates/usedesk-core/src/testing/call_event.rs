//! Events made by hand.

use std::time::Duration;

use http::StatusCode;

use crate::call::{CallEvent, CallId, QueueLengths, QueueReason, SharedLimitNotice};
use crate::decode::ErrorCode;
use crate::error::ErrorKind;

/// Makes the [`CallEvent`]s of one call, for the tests of an observer. What is not set is none or 0.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use usedesk_core::testing::CallEventBuilder;
/// use usedesk_core::{CallEvent, ErrorKind, StatusCode};
///
/// fn is_slow(event: &CallEvent) -> bool {
///     matches!(event, CallEvent::Attempted { elapsed, .. } if *elapsed > Duration::from_secs(5))
/// }
///
/// let call = CallEventBuilder::new("update_ticket").elapsed(Duration::from_secs(7));
/// assert!(is_slow(&call.clone().status(StatusCode::OK).attempted()));
/// assert!(!is_slow(&call.error(ErrorKind::Transport).finished()));
/// ```
#[derive(Clone, Debug)]
#[must_use = "it makes events by its methods `queued`, `shared_limit`, `attempted` and `finished`"]
pub struct CallEventBuilder {
    call: CallId,
    operation: &'static str,
    attempt: u32,
    status: Option<StatusCode>,
    error: Option<ErrorKind>,
    code: Option<ErrorCode>,
    elapsed: Duration,
    retry_in: Option<Duration>,
    lengths: QueueLengths,
}

impl CallEventBuilder {
    /// Begins a call of this operation, with a [`CallId`] of its own.
    pub fn new(operation: &'static str) -> Self {
        Self {
            call: CallId::next(),
            operation,
            attempt: 1,
            status: None,
            error: None,
            code: None,
            elapsed: Duration::ZERO,
            retry_in: None,
            lengths: QueueLengths::default(),
        }
    }

    /// Sets which attempt it is, and how many there were in [`finished`](Self::finished); 1 by
    /// default.
    pub fn attempt(mut self, attempt: u32) -> Self {
        self.attempt = attempt;
        self
    }

    /// Sets the status of the response.
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// Sets the kind of error.
    pub fn error(mut self, error: ErrorKind) -> Self {
        self.error = Some(error);
        self
    }

    /// Sets the code of the API error.
    pub fn code(mut self, code: ErrorCode) -> Self {
        self.code = Some(code);
        self
    }

    /// Sets how long the attempt or the call took.
    pub fn elapsed(mut self, elapsed: Duration) -> Self {
        self.elapsed = elapsed;
        self
    }

    /// Sets how long the call waits before it retries.
    pub fn retry_in(mut self, wait: Duration) -> Self {
        self.retry_in = Some(wait);
        self
    }

    /// Sets how many calls wait for their first attempt and for a retry.
    pub fn lengths(mut self, first_attempts: usize, retries: usize) -> Self {
        self.lengths = QueueLengths { first_attempts, retries };
        self
    }

    /// Makes a [`CallEvent::Queued`].
    #[must_use]
    pub fn queued(self, wait: Duration, reason: QueueReason) -> CallEvent {
        let Self { call, operation, lengths, .. } = self;
        CallEvent::Queued { call, operation, wait, reason, lengths }
    }

    /// Makes a [`CallEvent::SharedLimit`].
    #[must_use]
    pub fn shared_limit(self, notice: SharedLimitNotice) -> CallEvent {
        let Self { call, operation, .. } = self;
        CallEvent::SharedLimit { call, operation, notice }
    }

    /// Makes a [`CallEvent::Attempted`].
    #[must_use]
    pub fn attempted(self) -> CallEvent {
        let Self { call, operation, attempt, status, error, code, elapsed, retry_in, .. } = self;
        CallEvent::Attempted { call, operation, attempt, status, error, code, elapsed, retry_in }
    }

    /// Makes a [`CallEvent::Finished`], of a success if there is no [`error`](Self::error).
    #[must_use]
    pub fn finished(self) -> CallEvent {
        let Self { call, operation, attempt: attempts, error, code, elapsed, .. } = self;
        let succeeded = error.is_none();
        CallEvent::Finished { call, operation, attempts, elapsed, succeeded, error, code }
    }
}
