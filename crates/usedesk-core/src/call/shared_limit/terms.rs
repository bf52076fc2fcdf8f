//! The limit that is shared, and what happens while the store is unavailable.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::super::observer::SharedLimitNotice;
use super::super::rate_limit::RateLimit;
use super::super::rate_limiter::RateLimiter;
use super::slot::{SlotKind, SlotLimit, SlotRequest, StoreError};
use crate::limits::{DEFAULT_STORE_TIMEOUT, MAX_TIMEOUT};
use crate::violations::{Rule, Violations};

/// How long a store that is unavailable is not asked again.
pub(crate) const ASK_AGAIN: Duration = Duration::from_secs(1);

/// The limit of a [`SharedRateLimiter`](super::SharedRateLimiter), and what happens while its store
/// is unavailable.
///
/// Clones share what they know of the store, and the rate limiter of the fallback. So each key of a
/// store needs a value of its own.
#[derive(Clone)]
pub struct SharedLimit {
    limit: RateLimit,
    timeout: Duration,
    fallback: Option<RateLimiter>,
    store: Arc<Mutex<Store>>,
}

/// What is known of the store.
#[derive(Default)]
struct Store {
    /// When it is asked again; none while it is available.
    ask_at: Option<Instant>,
    /// The end of the last stop. All requests until then pass it on: the store may lose its data.
    stop_until: Option<Instant>,
    /// The stricter limit that was last reported.
    stricter: Option<SlotLimit>,
}

impl SharedLimit {
    /// Creates a limit with the default fallback, a tenth of the calls per minute without bursts,
    /// and a timeout of 100 ms.
    #[must_use]
    pub fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            timeout: DEFAULT_STORE_TIMEOUT,
            fallback: Some(RateLimiter::new(limit.tenth())),
            store: Arc::default(),
        }
    }

    /// Sets the rate limit of this process while the store is unavailable: a tenth of the shared
    /// one by default. The shares of all processes together must not exceed the shared limit. While
    /// only some processes have lost the store, their shares add to it.
    #[must_use]
    pub fn fallback(self, limit: RateLimit) -> Self {
        Self { fallback: Some(RateLimiter::new(limit)), ..self }
    }

    /// Lets calls fail while the store is unavailable. They are not sent.
    #[must_use]
    pub fn without_fallback(self) -> Self {
        Self { fallback: None, ..self }
    }

    /// Sets the timeout of one request to the store, with connecting: 100 ms by default, at most a
    /// day. A call may make several requests.
    #[must_use]
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// The request for a slot; none while the store is unavailable.
    pub(crate) fn request(
        &self,
        kind: SlotKind,
        now: Instant,
        max_wait: Duration,
    ) -> Option<SlotRequest> {
        let mut store = self.store();
        if let Some(ask_at) = store.ask_at {
            if now < ask_at {
                return None;
            }
            // Others need not wait for the same timeout.
            store.ask_at = Some(now + ASK_AGAIN);
        }
        let stop = store.stop_until.map(|until| until.saturating_duration_since(now));
        let stop = stop.unwrap_or_default();
        let timeout = self.timeout.min(max_wait);
        let limit = self.limit.into();
        Some(SlotRequest { max_wait, stop, timeout, ..SlotRequest::new(kind, limit) })
    }

    /// Notes a stop that the server asked for. All requests until its end pass it on. Returns for how long the
    /// calls of this process stop in any case.
    pub(crate) fn stop(&self, now: Instant, asked: Duration) -> Duration {
        let stop = self.limit.stop(asked);
        let mut store = self.store();
        store.stop_until = store.stop_until.max(Some(now + stop));
        if let Some(fallback) = &self.fallback {
            fallback.stop(now, stop);
        }
        stop
    }

    /// Notes a reply of the store. Returns what changed.
    pub(crate) fn note_reply(&self, limit: SlotLimit) -> [Option<SharedLimitNotice>; 2] {
        let mut store = self.store();
        let available = store.ask_at.take().map(|_| SharedLimitNotice::Available);
        let stricter = Some(limit).filter(|limit| *limit != self.limit.into());
        let is_new = stricter.is_some() && stricter != store.stricter;
        store.stricter = stricter;
        let stricter = stricter.filter(|_| is_new).map(|limit| SharedLimitNotice::Stricter {
            interval: Duration::from_micros(limit.interval.unsigned_abs()),
            burst: limit.burst.unsigned_abs(),
        });
        [available, stricter]
    }

    /// Notes that the store failed. Returns what changed.
    pub(crate) fn note_error(
        &self,
        now: Instant,
        request: &SlotRequest,
        error: &StoreError,
    ) -> Option<SharedLimitNotice> {
        if request.timeout < self.timeout {
            // Its call had too little time left, which tells nothing about the store.
            return None;
        }
        let mut store = self.store();
        let is_new = store.ask_at.is_none();
        store.ask_at = Some(now + ASK_AGAIN);
        let has_fallback = self.fallback.is_some();
        is_new.then(|| SharedLimitNotice::Unavailable { reason: error.to_string(), has_fallback })
    }

    /// The rate limiter of this process while the store is unavailable.
    pub(crate) fn fallback_limiter(&self) -> Option<&RateLimiter> {
        self.fallback.as_ref()
    }

    pub(crate) fn check(&self, violations: &mut Violations) {
        self.limit.check("shared_rate_limiter", violations);
        if let Some(fallback) = &self.fallback {
            fallback.check("shared_rate_limiter.fallback", violations);
        }
        if self.timeout.is_zero() || self.timeout > MAX_TIMEOUT {
            let rule = Rule::Custom("be longer than zero and at most a day".into());
            let found = format!("{:?}", self.timeout);
            violations.push("shared_rate_limiter.timeout", rule, found);
        }
    }

    fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<RateLimit> for SharedLimit {
    fn from(limit: RateLimit) -> Self {
        Self::new(limit)
    }
}

impl fmt::Debug for SharedLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedLimit")
            .field("limit", &self.limit)
            .field("timeout", &self.timeout)
            .field("fallback", &self.fallback)
            .finish_non_exhaustive()
    }
}
