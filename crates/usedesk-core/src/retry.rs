//! When a call is repeated, and after which wait.

use std::time::Duration;

use crate::operation::Safety;
use crate::settings::MAX_TIMEOUT;
use crate::violations::Violations;

/// How many exchanges a call has by default, the first included.
pub const DEFAULT_ATTEMPTS: u32 = 4;

/// The longest wait before the first repetition by default; it doubles with each.
pub const DEFAULT_BACKOFF: Duration = Duration::from_millis(500);

/// The longest that the wait grows to by default.
pub const DEFAULT_MAX_BACKOFF: Duration = Duration::from_secs(30);

/// The shortest wait after too many requests (HTTP 429) where the server does not say how long.
///
/// The documentation names a limit per minute and no wait; so it is the minute.
pub const RATE_LIMIT_WAIT: Duration = Duration::from_secs(60);

/// When a call that failed is repeated by itself. The same bytes are sent again, files included.
///
/// | what happened | repeated |
/// | --- | --- |
/// | nothing was sent: no connection | any operation |
/// | too many requests: HTTP 429, or code 121 or 429 in the body whatever the status | any operation; without a readable `Retry-After` after [`RATE_LIMIT_WAIT`] |
/// | HTTP 5xx or 408, or code 111 in the body; an exchange that broke off or took too long | operations that may be made twice: [`Read`](Safety::Read) and [`Idempotent`](Safety::Idempotent) |
/// | a proxy rejected its credentials (HTTP 407 to `CONNECT`) | nothing, though nothing was sent: wrong passwords lock accounts |
/// | anything else | nothing |
///
/// HTTP 503 is in the third row whatever its headers: a `Retry-After` does not prove that the
/// request was not processed, so an operation that is made [`Once`](Safety::Once) is never repeated
/// after it.
///
/// The wait is exponential backoff with full jitter: random, from nothing to a limit that doubles
/// each time. The server's `Retry-After` is a lower bound beside it and never shortens it. A wait
/// that would end after the call's deadline is not begun: the call fails immediately, and
/// [`Error::retry_after`](crate::Error::retry_after) has the full wait.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use usedesk_core::Retry;
///
/// let patient = Retry::default().attempts(8).max_backoff(Duration::from_secs(120));
/// let careful = Retry::default().only_unseen();
/// # let _ = (patient, careful);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a setting does nothing until a handle has it"]
pub struct Retry {
    attempts: u32,
    backoff: Duration,
    max_backoff: Duration,
    only_unseen: bool,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: DEFAULT_ATTEMPTS,
            backoff: DEFAULT_BACKOFF,
            max_backoff: DEFAULT_MAX_BACKOFF,
            only_unseen: false,
        }
    }
}

impl Retry {
    /// Repeats nothing.
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// Exchanges at most this often, the first included; [`DEFAULT_ATTEMPTS`] by default.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The longest wait before the first repetition; [`DEFAULT_BACKOFF`] by default.
    pub fn backoff(mut self, longest: Duration) -> Self {
        self.backoff = longest;
        self
    }

    /// Where the longest wait stops doubling; [`DEFAULT_MAX_BACKOFF`] by default.
    pub fn max_backoff(mut self, longest: Duration) -> Self {
        self.max_backoff = longest;
        self
    }

    /// Repeats only what the server has not processed: the first two rows of the table. Making an
    /// update twice leaves the ticket as making it once does, but the desk's own rules may act on
    /// each.
    pub fn only_unseen(mut self) -> Self {
        self.only_unseen = true;
        self
    }

    pub(crate) fn check(self, violations: &mut Violations) {
        violations.check_range("retry.attempts", self.attempts.into(), 1..=u64::from(u32::MAX));
    }

    /// Whether there may be another exchange after this many.
    pub(crate) fn has_more(self, made: u32) -> bool {
        made < self.attempts
    }

    /// Whether an operation may be repeated that the server may have processed.
    pub(crate) fn may_repeat_seen(self, safety: Safety) -> bool {
        !self.only_unseen && matches!(safety, Safety::Read | Safety::Idempotent)
    }

    /// The wait after so many exchanges: the part `random` of the longest, where all of it is
    /// `u32::MAX`.
    pub(crate) fn wait(self, made: u32, random: u32) -> Duration {
        let doubled = 2_u32.checked_pow(made.saturating_sub(1));
        let longest = doubled.and_then(|factor| self.backoff.checked_mul(factor));
        let longest = longest.unwrap_or(MAX_TIMEOUT).min(self.max_backoff).min(MAX_TIMEOUT);
        longest.mul_f64(f64::from(random) / f64::from(u32::MAX))
    }
}
