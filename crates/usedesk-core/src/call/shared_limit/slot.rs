//! What the engine asks a store, and what the store replies.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use super::super::observer::QueueReason;
use super::super::rate_limit::RateLimit;
use crate::limits::DEFAULT_STORE_TIMEOUT;
use crate::text::cap;

/// A request to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SlotRequest {
    /// What the slot is for.
    pub kind: SlotKind,
    /// The rate limit of the limiter that asks.
    pub limit: SlotLimit,
    /// The slot that the call has waited for; none in its first request.
    pub slot: Option<Slot>,
    /// Nothing is reserved if the wait reaches this.
    pub max_wait: Duration,
    /// How long all calls stop, from now on, because the server asked for it; zero if it did not.
    pub stop: Duration,
    /// When the request must have returned.
    pub timeout: Duration,
}

impl SlotRequest {
    /// Creates a request without a slot, a stop or a limit to the wait, with the default
    /// timeout.
    #[must_use]
    pub fn new(kind: SlotKind, limit: SlotLimit) -> Self {
        let (max_wait, stop) = (Duration::MAX, Duration::ZERO);
        Self { kind, limit, slot: None, max_wait, stop, timeout: DEFAULT_STORE_TIMEOUT }
    }
}

/// What a slot is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SlotKind {
    /// The first attempt of a call.
    FirstAttempt,
    /// A retry, which is served before all first attempts that wait.
    Retry,
    /// No slot: the request only passes on a stop.
    Stop,
}

/// A rate limit in the integers that every store computes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SlotLimit {
    /// The time from one slot to the next in microseconds: from 1 to 2^32.
    pub interval: i64,
    /// How many calls may start without a pause: from 1 to 2^20.
    pub burst: i64,
}

impl SlotLimit {
    /// Creates a limit. The interval is kept from 1 to 2^32 (more than an hour), and the burst from 1
    /// to 2^20, so that every store computes exactly.
    #[must_use]
    pub fn new(interval: i64, burst: i64) -> Self {
        Self { interval: interval.clamp(1, 1 << 32), burst: burst.clamp(1, 1 << 20) }
    }
}

impl From<RateLimit> for SlotLimit {
    /// Rounds the interval up, so that no minute has more slots than the limit allows.
    fn from(limit: RateLimit) -> Self {
        let interval = limit.interval().as_nanos().div_ceil(1_000);
        Self::new(interval.try_into().unwrap_or(i64::MAX), limit.calls_of_a_burst().into())
    }
}

/// A slot that a call waits for. It means something to its store only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slot {
    /// Which state of the store it belongs to. A store that has lost its state makes another.
    pub epoch: i64,
    /// The time of the slot in microseconds, without the pauses of its queue.
    pub position: i64,
}

/// What the store decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SlotDecision {
    /// What the call does next.
    pub outcome: SlotOutcome,
    /// The limit in force. It is stricter than that of the request if another limiter with the same
    /// key has a stricter one.
    pub limit: SlotLimit,
}

impl SlotDecision {
    /// Creates a decision.
    #[must_use]
    pub fn new(outcome: SlotOutcome, limit: SlotLimit) -> Self {
        Self { outcome, limit }
    }
}

/// What a call does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotOutcome {
    /// It starts.
    Start,
    /// It waits, and then confirms the slot.
    Wait {
        /// How long it waits.
        wait: Duration,
        /// What it waits for.
        slot: Slot,
        /// Why it waits.
        reason: QueueReason,
    },
    /// It fails, since the wait reaches `max_wait`.
    TooLong {
        /// How long it would have to wait.
        wait: Duration,
        /// Why it would have to wait.
        reason: QueueReason,
    },
    /// All calls are stopped for this time: the outcome of [`SlotKind::Stop`].
    Stopped(Duration),
}

/// The decision of the store, or why there is none.
pub type SlotReply = Result<SlotDecision, StoreError>;

/// The store did not reply as it should: no connection, a timeout, an error of its own.
pub struct StoreError {
    text: String,
}

impl StoreError {
    /// Creates the error of a store. The text must not contain a password; it is cut after 4,096
    /// characters.
    #[must_use]
    pub fn new(reason: impl fmt::Display) -> Self {
        Self { text: cap(reason.to_string()) }
    }

    /// Creates the error of a store that did not reply in time.
    #[must_use]
    pub fn timeout(timeout: Duration) -> Self {
        Self::new(format_args!("no reply within {timeout:?}"))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StoreError").field(&self.text).finish()
    }
}

impl StdError for StoreError {}
