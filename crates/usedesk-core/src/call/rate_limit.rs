//! How many calls may start per minute.

use std::time::Duration;

use crate::limits::{
    DEFAULT_BURST, DEFAULT_PER_MINUTE, MAX_PER_MINUTE, MAX_RATE_LIMIT_STOP, MAX_TIMEOUT,
    STEADY_PER_MINUTE,
};
use crate::violations::{Rule, Violations};

/// How many calls may start per minute, and how many of them without a pause.
///
/// An older page of the documentation allows 150 requests per minute for one IP address. A client
/// that sends exactly that many exceeds it as soon as one request is delayed by the network and the
/// next is not. The default and [`steady`](Self::steady) stay below by a margin for such delays.
///
/// # Examples
///
/// ```
/// use usedesk_core::RateLimit;
///
/// let limit = RateLimit::per_minute(60).burst(5);
/// # let _ = limit;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a setting does nothing until a handle has it"]
pub struct RateLimit {
    per_minute: u32,
    burst: u32,
    max_stop: Duration,
}

impl Default for RateLimit {
    /// 135 calls per minute with a burst of 10, so that a short script never waits.
    fn default() -> Self {
        Self::per_minute(DEFAULT_PER_MINUTE).burst(DEFAULT_BURST)
    }
}

impl RateLimit {
    /// 145 calls per minute without bursts, for jobs of thousands of calls. A program that is
    /// restarted forgets its earlier calls; this limit still keeps below the server's.
    pub fn steady() -> Self {
        Self::per_minute(STEADY_PER_MINUTE)
    }

    /// This many calls per minute, evenly spaced: from 1 to [`MAX_PER_MINUTE`].
    pub fn per_minute(calls: u32) -> Self {
        Self { per_minute: calls, burst: 1, max_stop: MAX_RATE_LIMIT_STOP }
    }

    /// Lets this many calls start without a pause when none has started for a while: from 1 (the
    /// default) to [`MAX_PER_MINUTE`].
    pub fn burst(mut self, calls: u32) -> Self {
        self.burst = calls;
        self
    }

    /// Sets how long the `Retry-After` of one 429 may hold back the other calls of the
    /// [`RateLimiter`](crate::RateLimiter): [`MAX_RATE_LIMIT_STOP`] by default, at most a day. The
    /// call that got the 429 waits for its own `Retry-After` in any case.
    pub fn max_stop(mut self, max_stop: Duration) -> Self {
        self.max_stop = max_stop;
        self
    }

    /// The time from the start of one call to that of the next.
    pub(super) fn interval(self) -> Duration {
        Duration::from_secs(60) / self.per_minute.clamp(1, MAX_PER_MINUTE)
    }

    /// How many calls may start without a pause.
    pub(super) fn calls_of_a_burst(self) -> u32 {
        self.burst
    }

    /// A tenth of the calls per minute, at least one, without bursts.
    pub(super) fn tenth(self) -> Self {
        Self { per_minute: (self.per_minute / 10).max(1), burst: 1, ..self }
    }

    /// How much earlier than evenly spaced a call may start.
    pub(super) fn tolerance(self) -> Duration {
        self.interval().saturating_mul(self.burst.saturating_sub(1))
    }

    /// How long the calls are stopped when the server asks for `wait`.
    pub(super) fn stop(self, wait: Duration) -> Duration {
        wait.min(self.max_stop).max(self.interval())
    }

    /// Checks the limit. `setting` is the one that has it.
    pub(crate) fn check(self, setting: &str, violations: &mut Violations) {
        let range = 1..=u64::from(MAX_PER_MINUTE);
        let name = |member| format!("{setting}.{member}");
        violations.check_range(name("per_minute"), u64::from(self.per_minute), range.clone());
        violations.check_range(name("burst"), u64::from(self.burst), range);
        if self.max_stop > MAX_TIMEOUT {
            let rule = Rule::Custom("be at most a day".into());
            violations.push(name("max_stop"), rule, format!("{:?}", self.max_stop));
        }
    }
}
