//! Models of the server and the network.

use std::time::Duration;

use fastrand::Rng;
use usedesk_core::http::HeaderValue;
use usedesk_core::http::header::RETRY_AFTER;
use usedesk_core::{Bytes, ExchangeLimits, ExchangeResult, Response, StatusCode, TransportError};

use crate::checker::Summary;
use crate::limiter::Limiter;
use crate::scenario::{Scenario, choose, seconds};

/// A result on its way to the client.
pub(crate) struct Delivery {
    pub(crate) time: Duration,
    pub(crate) result: ExchangeResult,
    pub(crate) summary: Summary,
}

/// What happens to a request.
pub(crate) enum Dispatch {
    /// It is lost, and the client gets this result.
    Lost(Delivery),
    /// It arrives at this time, before the timeout.
    Arrives(Duration),
    /// It arrives after the client's timeout.
    Late(Duration, Delivery),
}

/// The server's reaction to a request.
#[derive(Debug)]
pub(crate) struct Reaction {
    pub(crate) acts: bool,
    pub(crate) is_over_limit: bool,
    response: ServerResponse,
}

#[derive(Debug)]
struct ServerResponse {
    status: u16,
    body: &'static str,
    retry_after: Option<u64>,
}

impl ServerResponse {
    fn to_http(&self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from_static(self.body.as_bytes()));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or_default();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// Returns what it means for the client.
    fn summary(&self) -> Summary {
        let is_rate_limited = self.status == 429 || self.body == LIMITED;
        let retry_after = self.retry_after.map(Duration::from_secs);
        let succeeded = self.status == 200 && self.body == "1";
        let is_temporary = is_rate_limited
            || self.status == 408
            || self.status >= 500
            || self.body == SERVER_ERROR;
        let may_have_acted = !is_rate_limited;
        Summary { succeeded, may_have_acted, is_rate_limited, is_temporary, retry_after }
    }
}

/// A rate limit error by code.
const LIMITED: &str = r#"{"error":"limit of requests exceeded","code":121}"#;

/// An error of the server by code.
const SERVER_ERROR: &str = r#"{"error":"server error","code":111}"#;

const NOT_SENT: Summary = Summary {
    succeeded: false,
    may_have_acted: false,
    is_rate_limited: false,
    is_temporary: true,
    retry_after: None,
};
const UNKNOWN: Summary = Summary { may_have_acted: true, ..NOT_SENT };

/// Sends a request over the network.
pub(crate) fn dispatch(
    scenario: &Scenario,
    rng: &mut Rng,
    now: Duration,
    limits: ExchangeLimits,
) -> Dispatch {
    let failures = scenario.failures;
    let lost = |after: Duration, error: TransportError, summary: Summary| {
        Dispatch::Lost(Delivery { time: now + after, result: Err(error), summary })
    };
    let delay = delay(scenario, rng, now);
    // Connecting takes the first half of the delay.
    let connected = if rng.f64() < failures.not_sent {
        if rng.bool() {
            let after = delay.min(limits.connect);
            return lost(after, TransportError::not_sent("refused"), NOT_SENT);
        }
        limits.connect
    } else {
        delay / 2
    };
    if connected >= limits.connect {
        return lost(limits.connect, TransportError::connect_timeout(limits), NOT_SENT);
    }
    let timeout = || TransportError::attempt_timeout(limits);
    if rng.f64() < failures.lost {
        return if rng.bool() || delay >= limits.attempt {
            lost(limits.attempt, timeout(), UNKNOWN)
        } else {
            lost(delay, TransportError::unknown("reset"), UNKNOWN)
        };
    }
    if delay >= limits.attempt {
        let (time, result) = (now + limits.attempt, Err(timeout()));
        return Dispatch::Late(now + delay, Delivery { time, result, summary: UNKNOWN });
    }
    Dispatch::Arrives(now + delay)
}

/// Sends the response to a request over the network.
pub(crate) fn deliver(
    scenario: &Scenario,
    rng: &mut Rng,
    now: Duration,
    started: Duration,
    limits: ExchangeLimits,
    reaction: &Reaction,
) -> Delivery {
    let failures = scenario.failures;
    let takes =
        if rng.f64() < failures.slow { seconds(rng, 1.0, 90.0) } else { seconds(rng, 0.0, 0.2) };
    let time = now + takes + delay(scenario, rng, now);
    let ends = started + limits.attempt;
    let response = &reaction.response;
    let (time, error) = if time >= ends {
        (ends, TransportError::attempt_timeout(limits))
    } else if rng.f64() < failures.lost {
        (time, TransportError::unknown("reset"))
    } else {
        return Delivery { time, result: Ok(response.to_http()), summary: response.summary() };
    };
    if rng.bool() {
        return Delivery { time, result: Err(error), summary: UNKNOWN };
    }
    // The head arrived, but none of the body.
    let response = ServerResponse { body: "", ..*response };
    let (partial, summary) = (response.to_http(), response.summary());
    Delivery { time, result: Err(error.with_partial(partial)), summary }
}

fn delay(scenario: &Scenario, rng: &mut Rng, now: Duration) -> Duration {
    let part = match scenario.delay_period {
        None => rng.f64(),
        Some(delay_period) if now.div_duration_f64(delay_period) % 2.0 < 1.0 => 1.0,
        Some(_) => 0.0,
    };
    scenario.delay + scenario.jitter.mul_f64(part)
}

/// The forms of a rate limit error.
const TOO_MANY: [(u16, &str); 3] = [(429, ""), (429, LIMITED), (200, LIMITED)];

/// Errors of the server or a gateway before it.
const FAILURES: [(u16, &str); 7] = [
    (500, "<html>"),
    (502, "<html>"),
    (503, "<html>"),
    (503, "<html>"),
    (408, ""),
    (200, "<html>"),
    (200, SERVER_ERROR),
];

pub(crate) struct Server {
    limiter: Limiter,
}

impl Server {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        Self { limiter: Limiter::new(scenario.rule, scenario.phase) }
    }

    /// Handles a request.
    pub(crate) fn react(&mut self, scenario: &Scenario, rng: &mut Rng, now: Duration) -> Reaction {
        let failures = scenario.failures;
        if let Err(wait) = self.limiter.accept(now) {
            // `Retry-After` is rounded up, or absent.
            let retry_after = (rng.u32(0..4) > 0).then_some(wait.as_secs() + 1);
            let (status, body) = choose(rng, &TOO_MANY);
            let response = ServerResponse { status, body, retry_after };
            return Reaction { acts: false, is_over_limit: true, response };
        }
        let longest = if rng.f64() < failures.long_retry_after { 60_000 } else { 30 };
        let (acts, retry_after) = (rng.bool(), rng.bool().then(|| rng.u64(0..=longest)));
        let (acts, status, body, retry_after) = if rng.f64() < failures.limited {
            let (status, body) = choose(rng, &TOO_MANY);
            (false, status, body, retry_after)
        } else if rng.f64() < failures.rejected {
            let (status, body) = choose(rng, &[(400, ""), (404, "{}"), (200, r#"{"error":"no"}"#)]);
            (acts, status, body, None)
        } else if rng.f64() < failures.failed {
            // A gateway may send `Retry-After` although the server behind it has acted.
            let (status, body) = choose(rng, &FAILURES);
            (acts, status, body, retry_after.filter(|_| status != 200))
        } else {
            (true, 200, "1", None)
        };
        Reaction {
            acts,
            is_over_limit: false,
            response: ServerResponse { status, body, retry_after },
        }
    }
}
