//! Waits that a server asks for.

use std::time::{Duration, Instant, SystemTime};

use usedesk_core::comments::CreateComment;
use usedesk_core::http::HeaderValue;
use usedesk_core::http::header::{DATE, RETRY_AFTER};
use usedesk_core::internal::{BuilderSettings, CheckedConfig, Moment, Step};
use usedesk_core::tickets::GetTicket;
use usedesk_core::{Bytes, MAX_RETRY_AFTER, Operation, Response, StatusCode, Violations};

use crate::input::line;

/// More steps than any call with the default settings takes: four attempts, and up to three waits
/// before each.
const MAX_STEPS: usize = 20;

/// Too many requests, as a code in the body.
const LIMITED: &str = r#"{"error":"limit","code":121}"#;

/// A wait never panics, never exceeds [`MAX_RETRY_AFTER`], and ends before the deadline of its call.
/// Only too many requests let a create be retried.
///
/// The first line is a letter for the time of day and a letter for the status, the second the value
/// of `Retry-After` and the third that of `Date`.
pub fn retry_after(input: &[u8]) {
    let (choices, rest) = line(input);
    let (retry_after, rest) = line(rest);
    let (date, _) = line(rest);
    let wall = wall(choices.first().copied().unwrap_or_default());
    let (status, body) = match choices.get(1) {
        Some(b'u') => (StatusCode::SERVICE_UNAVAILABLE, "{}"),
        Some(b'b') => (StatusCode::BAD_GATEWAY, "{}"),
        Some(b't') => (StatusCode::REQUEST_TIMEOUT, "{}"),
        Some(b'c') => (StatusCode::OK, LIMITED),
        _ => (StatusCode::TOO_MANY_REQUESTS, "{}"),
    };
    let mut response = Response::new(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = status;
    for (name, value) in [(RETRY_AFTER, retry_after), (DATE, date)] {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            response.headers_mut().insert(name, value);
        }
    }
    let Ok(config) = BuilderSettings::new("TOKEN").check(|_| None, Violations::default()) else {
        return;
    };
    // The default deadline is too short for most waits; the second one fits the longest.
    let limits = [Duration::from_secs(180), MAX_RETRY_AFTER];
    for config in [&config, &config.without_rate_limit()] {
        for limit in limits {
            let config = config.with_deadline(limit);
            run(&config, &GetTicket::new(1), limit, &response, wall);
            let attempts = run(&config, &CreateComment::private(1, "m"), limit, &response, wall);
            let is_limited = status == StatusCode::TOO_MANY_REQUESTS || body == LIMITED;
            assert!(attempts == 1 || is_limited, "a create is retried after {status}");
        }
    }
}

/// Times of day, with some outside of the range of calendars.
fn wall(choice: u8) -> SystemTime {
    let days = Duration::from_secs(24 * 60 * 60);
    let far = match choice {
        b'n' => days * 20_000,
        b'f' => days * 365 * 9_000,
        b'p' => return SystemTime::UNIX_EPOCH - days * 365 * 9_000,
        _ => Duration::ZERO,
    };
    SystemTime::UNIX_EPOCH + far
}

/// Makes a call to a server that always responds the same, and returns the number of attempts.
fn run<O: Operation>(
    config: &CheckedConfig,
    operation: &O,
    limit: Duration,
    response: &Response<Bytes>,
    wall: SystemTime,
) -> usize {
    let Ok(call) = config.call(operation) else { return 1 };
    let begun = Instant::now();
    let (mut now, mut attempts) = (begun, 0);
    let mut step = call.begin(now);
    for _ in 0..MAX_STEPS {
        step = match step {
            Step::Wait(wait) => {
                assert!(wait.duration() <= MAX_RETRY_AFTER, "it waits {:?}", wait.duration());
                now += wait.duration();
                wait.resume(now)
            }
            Step::Attempt(attempt) => {
                attempts += 1;
                attempt.judge(Ok(response.clone()), Moment { now, wall, random: u32::MAX })
            }
            done @ (Step::Done(_) | Step::Reserve(_)) => done,
        };
    }
    assert!(matches!(step, Step::Done(Err(_))), "the call does not fail: {step:?}");
    assert!(now - begun <= limit, "a wait outlives the deadline of {limit:?}");
    if let Step::Done(Err(error)) = step {
        let wait = error.retry_after();
        assert!(wait <= Some(MAX_RETRY_AFTER), "it asks for {wait:?}");
        drop(format!("{error} {error:?}"));
    }
    attempts
}
