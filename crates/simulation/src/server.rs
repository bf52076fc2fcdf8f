//! A model of the server, and of the network on the way to it.

use std::time::Duration;

use fastrand::Rng;
use usedesk_core::http::HeaderValue;
use usedesk_core::http::header::RETRY_AFTER;
use usedesk_core::{Bytes, ExchangeLimits, ExchangeResult, Response, StatusCode, TransportError};

use crate::checker::Seen;
use crate::limiter::Limiter;
use crate::scenario::{Scenario, choose, seconds};

/// An outcome on its way to the client.
pub(crate) struct Delivery {
    pub(crate) time: Duration,
    pub(crate) outcome: ExchangeResult,
    pub(crate) seen: Seen,
}

/// What becomes of a request.
pub(crate) enum Dispatch {
    /// It never arrives, and the client is told this.
    Lost(Delivery),
    /// It arrives then, in time for an answer.
    Arrives(Duration),
    /// It arrives when the client has stopped waiting.
    Late(Duration, Delivery),
}

/// An answer of the server, and what it did.
#[derive(Debug)]
pub(crate) struct Reaction {
    pub(crate) acts: bool,
    pub(crate) is_over_limit: bool,
    answer: Answer,
}

#[derive(Debug)]
struct Answer {
    status: u16,
    body: &'static str,
    retry_after: Option<u64>,
}

impl Answer {
    fn response(&self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from_static(self.body.as_bytes()));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or_default();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    /// What it tells the client.
    fn seen(&self) -> Seen {
        let is_rate_limited = self.status == 429 || self.body == LIMITED;
        let asked = self.retry_after.map(Duration::from_secs);
        let succeeded = self.status == 200 && self.body == "1";
        Seen { succeeded, may_have_acted: !is_rate_limited, is_rate_limited, asked }
    }
}

/// Too many requests, told by a code.
const LIMITED: &str = r#"{"error":"limit of requests exceeded","code":121}"#;

const UNSENT: Seen =
    Seen { succeeded: false, may_have_acted: false, is_rate_limited: false, asked: None };
const UNKNOWN: Seen = Seen { may_have_acted: true, ..UNSENT };

/// The network's part in an exchange that starts now.
pub(crate) fn dispatch(
    scenario: &Scenario,
    rng: &mut Rng,
    now: Duration,
    limits: ExchangeLimits,
) -> Dispatch {
    let faults = scenario.faults;
    let lost = |after: Duration, fault: TransportError, seen: Seen| {
        Dispatch::Lost(Delivery { time: now + after, outcome: Err(fault), seen })
    };
    let delay = delay(scenario, rng, now);
    // Connecting is the first part of it.
    let connected = if rng.f64() < faults.not_sent {
        if rng.bool() {
            let refused = delay.min(limits.connect);
            return lost(refused, TransportError::not_sent("refused"), UNSENT);
        }
        limits.connect
    } else {
        delay / 2
    };
    if connected >= limits.connect {
        return lost(limits.connect, TransportError::connect_timeout(limits), UNSENT);
    }
    let timeout = || TransportError::attempt_timeout(limits);
    if rng.f64() < faults.lost {
        return if rng.bool() || delay >= limits.attempt {
            lost(limits.attempt, timeout(), UNKNOWN)
        } else {
            lost(delay, TransportError::unknown("reset"), UNKNOWN)
        };
    }
    if delay >= limits.attempt {
        let (time, outcome) = (now + limits.attempt, Err(timeout()));
        return Dispatch::Late(now + delay, Delivery { time, outcome, seen: UNKNOWN });
    }
    Dispatch::Arrives(now + delay)
}

/// The way back of an answer to an exchange that started then.
pub(crate) fn deliver(
    scenario: &Scenario,
    rng: &mut Rng,
    now: Duration,
    started: Duration,
    limits: ExchangeLimits,
    reaction: &Reaction,
) -> Delivery {
    let faults = scenario.faults;
    let takes =
        if rng.f64() < faults.slow { seconds(rng, 1.0, 90.0) } else { seconds(rng, 0.0, 0.2) };
    let time = now + takes + delay(scenario, rng, now);
    let ends = started + limits.attempt;
    let answer = &reaction.answer;
    let (time, fault) = if time >= ends {
        (ends, TransportError::attempt_timeout(limits))
    } else if rng.f64() < faults.lost {
        (time, TransportError::unknown("reset"))
    } else {
        return Delivery { time, outcome: Ok(answer.response()), seen: answer.seen() };
    };
    if rng.bool() {
        return Delivery { time, outcome: Err(fault), seen: UNKNOWN };
    }
    // Its head came, and none of its body.
    let answer = Answer { body: "", ..*answer };
    let (partial, seen) = (answer.response(), answer.seen());
    Delivery { time, outcome: Err(fault.with_partial(partial)), seen }
}

fn delay(scenario: &Scenario, rng: &mut Rng, now: Duration) -> Duration {
    let part = match scenario.tide {
        None => rng.f64(),
        Some(tide) if now.div_duration_f64(tide) % 2.0 < 1.0 => 1.0,
        Some(_) => 0.0,
    };
    scenario.delay + scenario.jitter.mul_f64(part)
}

/// How a server says that there were too many requests.
const TOO_MANY: [(u16, &str); 3] = [(429, ""), (429, LIMITED), (200, LIMITED)];

/// How it fails on its own account, or somebody before it does.
const FAILURES: [(u16, &str); 7] = [
    (500, "<html>"),
    (502, "<html>"),
    (503, "<html>"),
    (503, "<html>"),
    (408, ""),
    (200, "<html>"),
    (200, r#"{"error":"server error","code":111}"#),
];

pub(crate) struct Server {
    limiter: Limiter,
}

impl Server {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        Self { limiter: Limiter::new(scenario.rule, scenario.phase) }
    }

    /// A request arrives.
    pub(crate) fn react(&mut self, scenario: &Scenario, rng: &mut Rng, now: Duration) -> Reaction {
        let faults = scenario.faults;
        if let Err(wait) = self.limiter.accept(now) {
            // Rounded up, unless the server says nothing.
            let retry_after = (rng.u32(0..4) > 0).then_some(wait.as_secs() + 1);
            let (status, body) = choose(rng, &TOO_MANY);
            let answer = Answer { status, body, retry_after };
            return Reaction { acts: false, is_over_limit: true, answer };
        }
        let longest = if rng.f64() < faults.wild { 60_000 } else { 30 };
        let (acts, asked) = (rng.bool(), rng.bool().then(|| rng.u64(0..=longest)));
        let (acts, status, body, retry_after) = if rng.f64() < faults.unseen {
            let (status, body) = choose(rng, &TOO_MANY);
            (false, status, body, asked)
        } else if rng.f64() < faults.refused {
            let (status, body) = choose(rng, &[(400, ""), (404, "{}"), (200, r#"{"error":"no"}"#)]);
            (acts, status, body, None)
        } else if rng.f64() < faults.failed {
            // A gateway says when to come back although the server behind it has acted.
            let (status, body) = choose(rng, &FAILURES);
            (acts, status, body, asked.filter(|_| status != 200))
        } else {
            (true, 200, "1", None)
        };
        Reaction { acts, is_over_limit: false, answer: Answer { status, body, retry_after } }
    }
}
