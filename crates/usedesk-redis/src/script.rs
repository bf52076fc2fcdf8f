//! The request to Redis: one script, so that each decision is atomic.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "blocking")]
use redis::{ConnectionLike, RedisResult, ServerErrorKind};
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

    /// Sends the requests together. The results are in their order.
    #[cfg(feature = "blocking")]
    pub(crate) fn pipeline(
        &self,
        requests: &[SlotRequest],
        connection: &mut dyn ConnectionLike,
    ) -> RedisResult<Vec<RedisResult<Integers>>> {
        let mut results = self.send(requests, connection)?;
        let is_unknown = |result: &RedisResult<Integers>| {
            result.as_ref().is_err_and(|error| error.kind() == ServerErrorKind::NoScript.into())
        };
        let unknown = results.iter_mut().zip(requests).filter(|(result, _)| is_unknown(result));
        let (unknown, requests): (Vec<_>, Vec<SlotRequest>) = unknown.unzip();
        if !requests.is_empty() {
            self.0.0.load(connection)?;
            for (result, again) in unknown.into_iter().zip(self.send(&requests, connection)?) {
                *result = again;
            }
        }
        Ok(results)
    }

    #[cfg(feature = "blocking")]
    fn send(
        &self,
        requests: &[SlotRequest],
        connection: &mut dyn ConnectionLike,
    ) -> RedisResult<Vec<RedisResult<Integers>>> {
        let (script, key) = &*self.0;
        let mut pipeline = redis::pipe();
        for request in requests {
            let command = pipeline.cmd("EVALSHA").arg(script.get_hash()).arg(1).arg(key);
            command.arg(&arguments(request));
        }
        pipeline.ignore_errors().query(connection)
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
