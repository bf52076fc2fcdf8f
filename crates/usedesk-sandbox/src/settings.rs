//! The settings of a running sandbox.

#[cfg(feature = "program")]
mod json;

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::ops::RangeInclusive;
use std::time::Duration;

#[cfg(feature = "program")]
pub(crate) use self::json::Change;
use crate::quirks::Quirks;
use crate::webhook::Webhook;

/// Default `api_token`, unless [`Builder::token`](crate::Builder::token) sets another.
pub const DEFAULT_TOKEN: &str = "sandbox-token";

/// Limit on the latency, and on how long reads do not see a change: 60 seconds.
pub const MAX_LATENCY: Duration = Duration::from_secs(60);

/// Limit on the number of webhooks.
pub const MAX_WEBHOOKS: usize = 10;

/// Settings of the API, which can change while the server runs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Settings {
    pub(crate) token: String,
    pub(crate) quirks: Quirks,
    /// How long each response is delayed, at random.
    pub(crate) latency: RangeInclusive<Duration>,
    pub(crate) rate_limit: Option<RateLimit>,
    /// How long reads do not see a change.
    pub(crate) read_lag: Duration,
    pub(crate) webhooks: Vec<Webhook>,
    /// Whether links in responses start with the host that the request names.
    pub(crate) follows_host: bool,
}

/// How many requests are accepted in any minute, and the response beyond them. Each token has a count
/// of its own, and so has each address without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a rate limit does nothing until Builder::rate_limit sets it"]
pub struct RateLimit {
    pub(crate) per_minute: u32,
    pub(crate) response: LimitResponse,
    /// Whether the response has a `Retry-After`.
    pub(crate) retry_after: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitResponse {
    /// HTTP status 429.
    Status,
    /// Code 121 with HTTP status 200.
    Code,
}

impl Settings {
    pub(crate) fn new(token: String, quirks: Quirks) -> Self {
        Self {
            token,
            quirks,
            latency: Duration::ZERO..=Duration::ZERO,
            rate_limit: None,
            read_lag: Duration::ZERO,
            webhooks: Vec::new(),
            follows_host: true,
        }
    }

    /// Checks the limits of settings that come from Rust. Those in JSON are checked while they are read,
    /// so that an error names the member.
    pub(crate) fn check(&self) -> io::Result<()> {
        let (start, end) = (*self.latency.start(), *self.latency.end());
        let count = self.webhooks.len();
        let message = if start > end || end > MAX_LATENCY {
            format!("latency must be a range up to {MAX_LATENCY:?}, not {start:?} to {end:?}")
        } else if self.read_lag > MAX_LATENCY {
            format!("read_lag must be at most {MAX_LATENCY:?}, not {:?}", self.read_lag)
        } else if count > MAX_WEBHOOKS {
            format!("there must be at most {MAX_WEBHOOKS} webhooks, not {count}")
        } else {
            return Ok(());
        };
        Err(io::Error::new(io::ErrorKind::InvalidInput, message))
    }

    /// Returns a random delay.
    pub(crate) fn delay(&self) -> Duration {
        let (start, end) = (*self.latency.start(), *self.latency.end());
        // A hasher has a random seed.
        let random = u32::try_from(RandomState::new().hash_one(0) >> 32).unwrap_or_default();
        let part = f64::from(random) / f64::from(u32::MAX);
        let extra = Duration::try_from_secs_f64(end.saturating_sub(start).as_secs_f64() * part);
        start.saturating_add(extra.unwrap_or_default())
    }
}

impl RateLimit {
    /// Accepts this many requests in any minute. 0 means 1. Beyond it the response has HTTP status
    /// 429, code 121 and a `Retry-After`.
    pub fn per_minute(requests: u32) -> Self {
        let per_minute = requests.max(1);
        Self { per_minute, response: LimitResponse::Status, retry_after: true }
    }

    /// Responds with HTTP status 200 instead of 429.
    pub fn as_api_error(mut self) -> Self {
        self.response = LimitResponse::Code;
        self
    }

    /// Responds without `Retry-After`.
    pub fn without_retry_after(mut self) -> Self {
        self.retry_after = false;
        self
    }
}
