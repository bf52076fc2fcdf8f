//! One rate limit for all clones of a handle, or for several handles.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::queue::{QueueWait, Schedule, Slot};
use super::rate_limit::RateLimit;
use crate::violations::Violations;

/// Lets calls start at the rate of a [`RateLimit`]: first come, first served, and retries before
/// first attempts.
///
/// Clones share one limit. Usedesk counts requests per IP address: give one limiter to all handles
/// of a program, async and blocking, with `rate_limiter` of their builders.
///
/// Too many requests (HTTP 429, or code 121 or 429 in the body) stop all calls of the limiter for
/// as long as the server asks, for [`RATE_LIMIT_WAIT`](crate::RATE_LIMIT_WAIT) if it does not say,
/// but at most for [`max_stop`](RateLimit::max_stop) after each such response. From then on the
/// burst is 1. The call that got the response is not retried before its own `Retry-After`, however
/// long. A call whose slot is after its deadline fails immediately with an error of kind
/// [`RateLimited`](crate::ErrorKind::RateLimited) that says when its slot is.
///
/// A call that is dropped while queued leaves its slot to the next call that asks for one. Calls
/// that are already queued keep their slots.
///
/// # Examples
///
/// ```
/// use usedesk_core::{RateLimit, RateLimiter};
///
/// let limiter = RateLimiter::new(RateLimit::steady());
/// let for_another_handle = limiter.clone();
/// # let _ = for_another_handle;
/// ```
#[derive(Clone)]
pub struct RateLimiter {
    schedule: Arc<Mutex<Schedule>>,
}

impl RateLimiter {
    /// Creates a limiter that no call has used.
    #[must_use]
    pub fn new(limit: RateLimit) -> Self {
        Self { schedule: Arc::new(Mutex::new(Schedule::new(limit))) }
    }

    /// Reserves the next free slot, unless its wait reaches `max_wait`.
    pub(crate) fn reserve(
        &self,
        now: Instant,
        max_wait: Duration,
        is_retry: bool,
    ) -> Result<Reservation, QueueWait> {
        let slot = self.lock().reserve(now, max_wait, is_retry)?;
        Ok(Reservation { limiter: self.clone(), slot })
    }

    /// Stops all calls because the server asked for this wait. Returns for how long.
    pub(crate) fn stop(&self, now: Instant, wait: Duration) -> Duration {
        self.lock().stop(now, wait)
    }

    pub(crate) fn check(&self, setting: &str, violations: &mut Violations) {
        self.lock().limit().check(setting, violations);
    }

    fn lock(&self) -> MutexGuard<'_, Schedule> {
        self.schedule.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for RateLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimiter").field("limit", &self.lock().limit()).finish_non_exhaustive()
    }
}

/// A call's slot. If dropped before the call starts, it goes to the next call that asks for one.
pub(crate) struct Reservation {
    limiter: RateLimiter,
    /// None once the call has started.
    slot: Option<Slot>,
}

impl Reservation {
    /// Starts the call, unless it has to wait longer.
    pub(crate) fn start(&mut self, now: Instant) -> Result<(), QueueWait> {
        if let Some(slot) = self.slot {
            self.limiter.lock().start(slot, now)?;
            self.slot = None;
        }
        Ok(())
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if let Some(slot) = self.slot {
            self.limiter.lock().free(slot);
        }
    }
}
