//! Settings as JSON, for control over HTTP.

use std::time::Duration;

use serde_json::{Value, json};

use super::{LimitResponse, RateLimit, Settings};
use crate::control::{ControlError, Members};

/// Limit on the latency, in milliseconds.
const LATENCY_LIMIT: u64 = 60_000;
const STATUS: &str = "status";
const CODE: &str = "code";

impl Settings {
    /// Returns the settings without the token.
    pub(crate) fn to_json(&self) -> Value {
        let milliseconds = |time: &Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let rate_limit = self.rate_limit.map(|limit| {
            let response = match limit.response {
                LimitResponse::Status => STATUS,
                LimitResponse::Code => CODE,
            };
            json!({
                "per_minute": limit.per_minute,
                "response": response,
                "retry_after": limit.retry_after,
            })
        });
        json!({
            "quirks": self.quirks,
            "latency_ms": {
                "min": milliseconds(self.latency.start()),
                "max": milliseconds(self.latency.end()),
            },
            "rate_limit": rate_limit,
        })
    }

    /// Changes the settings that are present. Changes nothing if one is invalid.
    pub(crate) fn change(&mut self, mut members: Members) -> Result<(), ControlError> {
        let mut changed = self.clone();
        if let Some(quirks) = members.flag("quirks")? {
            changed.quirks = quirks;
        }
        if let Some(mut latency) = members.object("latency_ms")? {
            let min = latency.number("min", 0..=LATENCY_LIMIT)?.unwrap_or_default();
            let max = latency.number("max", 0..=LATENCY_LIMIT)?.unwrap_or(min);
            if max < min {
                return Err(latency.error("max", "must be at least min", max));
            }
            latency.finish()?;
            changed.latency = Duration::from_millis(min)..=Duration::from_millis(max);
        }
        if let Some(value) = members.value("rate_limit") {
            changed.rate_limit = match value {
                Value::Null => None,
                Value::Object(map) => Some(read_rate_limit(members.inside("rate_limit", map))?),
                value => {
                    return Err(members.error("rate_limit", "must be an object or null", value));
                }
            };
        }
        members.finish()?;
        *self = changed;
        Ok(())
    }
}

fn read_rate_limit(mut members: Members) -> Result<RateLimit, ControlError> {
    let per_minute = members.number("per_minute", 1..=u32::MAX.into())?;
    let per_minute = per_minute.and_then(|number| u32::try_from(number).ok());
    let Some(per_minute) = per_minute else {
        return Err(members.error("per_minute", "is required", ()));
    };
    let mut limit = RateLimit::per_minute(per_minute);
    if members.word("response", &[STATUS, CODE])? == Some(CODE) {
        limit.response = LimitResponse::Code;
    }
    if let Some(retry_after) = members.flag("retry_after")? {
        limit.retry_after = retry_after;
    }
    members.finish()?;
    Ok(limit)
}
