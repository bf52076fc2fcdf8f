//! The request to Redis: one script, so that each decision is atomic.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use redis::{RedisError, Script, ScriptInvocation};
use usedesk_core::QueueReason;
use usedesk_core::shared_limit::{
    Slot, SlotDecision, SlotKind, SlotLimit, SlotOutcome, SlotRequest, StoreError,
};

/// Upper bound of durations in microseconds, with which Lua still computes exactly.
const MAX_MICROS: u128 = 1 << 50;

/// What the script returns.
pub(crate) type Integers = (i64, i64, i64, i64, i64, i64, i64);

/// The script with the key of a limiter. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct KeyedScript(Arc<(Script, String)>);

impl KeyedScript {
    pub(crate) fn new(key: String) -> Self {
        Self(Arc::new((Script::new(include_str!("reserve.lua")), key)))
    }

    /// Sends the hash of the script, and the script itself to a server that does not know it.
    pub(crate) fn invocation(&self, request: &SlotRequest) -> ScriptInvocation<'_> {
        let (script, key) = &*self.0;
        let mut invocation = script.key(key.as_str());
        for argument in arguments(request) {
            invocation.arg(argument);
        }
        invocation
    }
}

impl fmt::Debug for KeyedScript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.1.fmt(f)
    }
}

fn arguments(request: &SlotRequest) -> [i64; 7] {
    let kind = match request.kind {
        SlotKind::FirstAttempt => 0,
        SlotKind::Retry => 1,
        SlotKind::Stop => 2,
    };
    let SlotLimit { interval, burst, .. } = request.limit;
    let slot = request.slot.unwrap_or(Slot { epoch: 0, position: 0 });
    let (max_wait, stop) = (micros(request.max_wait), micros(request.stop));
    [kind, interval, burst, max_wait, stop, slot.epoch, slot.position]
}

/// Reads what the script returned.
pub(crate) fn decision(integers: Integers) -> Result<SlotDecision, StoreError> {
    let (outcome, wait, epoch, position, is_stopped, interval, burst) = integers;
    let wait = Duration::from_micros(wait.max(0).unsigned_abs());
    let reason = if is_stopped == 1 { QueueReason::Stop } else { QueueReason::RateLimit };
    let outcome = match outcome {
        0 => SlotOutcome::Start,
        1 => SlotOutcome::Wait { wait, slot: Slot { epoch, position }, reason },
        2 => SlotOutcome::TooLong { wait, reason },
        3 => SlotOutcome::Stopped(wait),
        other => return Err(StoreError::new(format_args!("unknown outcome {other}"))),
    };
    Ok(SlotDecision::new(outcome, SlotLimit::new(interval, burst)))
}

/// Neither a password nor a URL is in the errors of the redis crate.
pub(crate) fn store_error(error: &RedisError) -> StoreError {
    StoreError::new(error)
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros().min(MAX_MICROS)).unwrap_or(i64::MAX)
}

#[cfg(all(test, feature = "blocking"))]
mod tests;
