//! Whether a call is retried, and after which wait.

use std::time::Duration;

use super::retry_budget::RetryBudget;
use crate::error::{Error, ErrorKind};
use crate::limits::{
    DEFAULT_INITIAL_BACKOFF, DEFAULT_MAX_ATTEMPTS, DEFAULT_MAX_BACKOFF, DEFAULT_RETRY_BUDGET,
    MAX_TIMEOUT, RATE_LIMIT_WAIT,
};
use crate::operation::Safety;
use crate::violations::Violations;

/// When a failed call is retried. A retry sends the same bytes again, files included.
///
/// | what happened | retried |
/// | --- | --- |
/// | nothing was sent: no connection | any operation |
/// | too many requests: HTTP 429, or code 121 or 429 in the body whatever the status | any operation; after [`RATE_LIMIT_WAIT`] where there is no readable `Retry-After` |
/// | HTTP 5xx or 408, code 111 in the body, a broken connection, a timeout | operations that may be sent twice: [`Read`](Safety::Read) and [`Idempotent`](Safety::Idempotent) |
/// | a proxy rejected the credentials (HTTP 407 to `CONNECT`) | nothing, although nothing was sent: wrong passwords lock accounts |
/// | anything else | nothing |
///
/// HTTP 503 is in the third row whatever its headers: a `Retry-After` does not prove that the
/// request was not processed, so a [`Once`](Safety::Once) operation is never retried after it.
///
/// The wait is exponential backoff with full jitter: a random time between zero and an upper bound
/// that doubles with each retry. The server's `Retry-After` is a lower bound and never shortens the
/// wait. When the wait would end after the call's deadline, the call fails immediately, and
/// [`Error::retry_after`](crate::Error::retry_after) is the full wait.
///
/// Retries of the third row are limited by a budget of the handle and its clones, as in the AWS SDK,
/// so that a server that fails does not get every call four times. The budget has
/// [`DEFAULT_RETRY_BUDGET`] tokens. Such a retry costs [`RETRY_COST`](crate::RETRY_COST) of them,
/// and a successful call gives back as much if it had such a retry, or else one. When too few are
/// left, such a failure is not retried: the call returns the error of that attempt. Retries of the
/// first two rows cost nothing.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use usedesk_core::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(8).max_backoff(Duration::from_secs(120));
/// let careful = RetryPolicy::default().unprocessed_only();
/// # let _ = (patient, careful);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a setting does nothing until a handle has it"]
pub struct RetryPolicy {
    max_attempts: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
    unprocessed_only: bool,
    budget: Option<u32>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: DEFAULT_MAX_ATTEMPTS,
            initial_backoff: DEFAULT_INITIAL_BACKOFF,
            max_backoff: DEFAULT_MAX_BACKOFF,
            unprocessed_only: false,
            budget: Some(DEFAULT_RETRY_BUDGET),
        }
    }
}

/// A failed attempt.
pub(crate) struct Failure {
    pub(crate) error: Error,
    /// The response is missing or incomplete, and another attempt may bring a whole one.
    pub(super) broke_off: bool,
}

impl RetryPolicy {
    /// Never retries.
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// Limits the attempts per call, the first included; [`DEFAULT_MAX_ATTEMPTS`] by default.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Sets the upper bound of the wait before the first retry; [`DEFAULT_INITIAL_BACKOFF`] by
    /// default.
    pub fn initial_backoff(mut self, backoff: Duration) -> Self {
        self.initial_backoff = backoff;
        self
    }

    /// Sets the upper bound at which the backoff stops doubling; [`DEFAULT_MAX_BACKOFF`] by
    /// default.
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// Retries only what the server has not processed: the first two rows of the table. To send an
    /// update twice leaves the ticket as sending it once does, but the help desk's automation rules
    /// may run for each.
    pub fn unprocessed_only(mut self) -> Self {
        self.unprocessed_only = true;
        self
    }

    /// Sets the tokens of the retry budget; [`DEFAULT_RETRY_BUDGET`] by default. With fewer than
    /// [`RETRY_COST`](crate::RETRY_COST), no retry that costs any is sent.
    pub fn budget(mut self, tokens: u32) -> Self {
        self.budget = Some(tokens);
        self
    }

    /// Removes the retry budget: retries are limited only by [`max_attempts`](Self::max_attempts), the
    /// deadline and the rate limit.
    pub fn without_budget(mut self) -> Self {
        self.budget = None;
        self
    }

    pub(crate) fn new_budget(self) -> Option<RetryBudget> {
        self.budget.map(RetryBudget::new)
    }

    pub(crate) fn check(self, violations: &mut Violations) {
        violations.check_range(
            "retry_policy.max_attempts",
            u64::from(self.max_attempts),
            1..=u64::MAX,
        );
    }

    /// The wait before the next attempt; none when there must not be one.
    pub(super) fn wait_after(
        self,
        failure: &Failure,
        safety: Safety,
        attempts: u32,
        random: u32,
    ) -> Option<Duration> {
        let Failure { error, broke_off } = failure;
        let may_pass = match error.kind() {
            ErrorKind::RateLimited => true,
            // Also what was not sent, unless it never would be.
            ErrorKind::Transport | ErrorKind::Decode => *broke_off,
            _ => error.is_temporary(),
        };
        let may_be_sent_twice =
            !self.unprocessed_only && matches!(safety, Safety::Read | Safety::Idempotent);
        let is_safe = !error.may_be_processed() || may_be_sent_twice;
        let default = if error.is_rate_limited() { RATE_LIMIT_WAIT } else { Duration::ZERO };
        let least = error.retry_after().unwrap_or(default);
        let is_retried = may_pass && is_safe && attempts < self.max_attempts;
        is_retried.then(|| self.backoff(attempts, random).max(least))
    }

    /// The backoff after this many attempts: the fraction `random / u32::MAX` of its upper bound.
    fn backoff(self, attempts: u32, random: u32) -> Duration {
        let factor = 2_u32.checked_pow(attempts.saturating_sub(1));
        let doubled = factor.and_then(|factor| self.initial_backoff.checked_mul(factor));
        let bound = doubled.unwrap_or(MAX_TIMEOUT).min(self.max_backoff).min(MAX_TIMEOUT);
        bound.mul_f64(f64::from(random) / f64::from(u32::MAX))
    }
}
