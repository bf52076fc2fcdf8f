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

/// The wait after a refusal for too many requests (HTTP 429) that does not say how long.
///
/// The documentation names a limit per minute and no wait; so it is the minute.
pub const RATE_LIMIT_WAIT: Duration = Duration::from_secs(60);

/// When a call that failed is repeated by itself. The same bytes are sent again, files included.
///
/// | what happened | repeated |
/// | --- | --- |
/// | nothing was sent: no connection | any operation |
/// | refused unseen: HTTP 429, or 503 with `Retry-After` | any operation, after the wait that the server asks for, or [`RATE_LIMIT_WAIT`] after a 429 without one |
/// | any other 5xx; an exchange that broke off or took too long | operations that may be made twice: [`Read`](Safety::Read) and [`Idempotent`](Safety::Idempotent) |
/// | anything else | nothing |
///
/// Waits that nobody asked for are random, from nothing to a limit that doubles each time. A wait
/// that would end after the call's time is over is not begun: the error comes at once.
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

    /// Repeats only what the server cannot have acted on. Making an update twice leaves the ticket
    /// as making it once does, but the desk's own rules may act on each.
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

    /// Whether an operation may be repeated that the server may have acted on.
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
