//! Events about calls, for the user's metrics and logs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use super::attempt_info::CallId;
use crate::decode::ErrorCode;
use crate::error::ErrorKind;

/// An event in the life of a call. No event holds the token, a path, a parameter or a body.
/// `testing::CallEventBuilder` makes one by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallEvent {
    /// The call is queued before its next attempt.
    #[non_exhaustive]
    Queued {
        /// The call.
        call: CallId,
        /// The name of the operation, such as `update_ticket`.
        operation: &'static str,
        /// How long the call waits for its slot.
        wait: Duration,
        /// Why it waits.
        reason: QueueReason,
        /// How many calls wait, this one included; 0 with a shared rate limiter, which does not
        /// count them.
        lengths: QueueLengths,
    },
    /// Something changed about the store of a shared rate limiter. The call that learned of it
    /// reports it, once for all handles of the limiter.
    #[non_exhaustive]
    SharedLimit {
        /// The call.
        call: CallId,
        /// The name of the operation, such as `update_ticket`.
        operation: &'static str,
        /// What changed.
        notice: SharedLimitNotice,
    },
    /// An attempt ended.
    #[non_exhaustive]
    Attempted {
        /// The call.
        call: CallId,
        /// The name of the operation, such as `update_ticket`.
        operation: &'static str,
        /// Which attempt of the call it was, from 1.
        attempt: u32,
        /// The status of the response; none without a whole response.
        status: Option<StatusCode>,
        /// The kind of error; none when the attempt succeeded.
        error: Option<ErrorKind>,
        /// The code of the API error, if it has one.
        code: Option<ErrorCode>,
        /// How long the attempt took.
        elapsed: Duration,
        /// How long the call waits before it retries; none when it does not retry.
        retry_in: Option<Duration>,
    },
    /// The call finished. A future of the async crate that is dropped finishes without this event,
    /// and a request that breaks a rule without any.
    #[non_exhaustive]
    Finished {
        /// The call.
        call: CallId,
        /// The name of the operation, such as `update_ticket`.
        operation: &'static str,
        /// How many attempts there were.
        attempts: u32,
        /// How long the call took, all waits included.
        elapsed: Duration,
        /// Whether it succeeded.
        succeeded: bool,
        /// The kind of the call's error; none when it succeeded.
        error: Option<ErrorKind>,
        /// The code of the API error, if it has one.
        code: Option<ErrorCode>,
    },
}

/// What changed about the store of a [shared rate limiter](crate::shared_limit).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SharedLimitNotice {
    /// The store failed. It is asked again after a second, and then every second.
    Unavailable {
        /// Why.
        reason: String,
        /// Whether calls continue at the rate of the fallback. Otherwise they fail.
        has_fallback: bool,
    },
    /// The store replies again.
    Available,
    /// Another limiter with the same key has a stricter limit, which holds for all.
    Stricter {
        /// The time from one slot to the next.
        interval: Duration,
        /// How many calls may start without a pause.
        burst: u64,
    },
}

/// How many calls wait in the queue of a [`RateLimiter`](crate::RateLimiter).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct QueueLengths {
    /// Calls that wait for their first attempt.
    pub first_attempts: usize,
    /// Calls that wait for a retry; they are served first.
    pub retries: usize,
}

/// Why a call is queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum QueueReason {
    /// The [`RateLimit`](crate::RateLimit) alone.
    RateLimit,
    /// A response with too many requests (HTTP 429), to this call or another, has stopped the
    /// [`RateLimiter`](crate::RateLimiter).
    Stop,
}

/// A callback that receives every event.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(&CallEvent) + Send + Sync>);

impl Observer {
    /// Calls `observe` with each event, on the thread or in the task of the call.
    #[must_use]
    pub fn new(observe: impl Fn(&CallEvent) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }

    pub(crate) fn note(&self, event: &CallEvent) {
        (self.0)(event);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}
