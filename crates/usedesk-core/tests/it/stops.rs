//! Too many requests: how long the other calls of a rate limiter are stopped, and their errors.

use std::time::Duration;

use usedesk_core::{
    CallEvent, ErrorKind, MAX_RATE_LIMIT_STOP, QueueReason, RateLimit, RateLimiter, RetryPolicy,
    TransportError, Violations,
};

use crate::engine::{Act, Driver, seconds, settings, with_header};
use crate::queue::{QueueDriver, too_many_requests};
use crate::support::response;

/// One excessive `Retry-After` does not stop the other calls for hours.
#[test]
fn a_stop_is_capped() {
    let mut queue = QueueDriver::new(RateLimit::per_minute(60).burst(2));
    let one = queue.begin("one").expect("a burst");
    queue.end("one", one, too_many_requests("60000"));
    assert_eq!(queue.gave_up, [("one", 0, Some(seconds(60_000)))]);
    // A call without a deadline waits for the whole stop.
    assert!(queue.begin("a").is_none());
    assert_eq!(queue.starts(), [("a", MAX_RATE_LIMIT_STOP.as_millis())]);
}

#[test]
fn the_cap_of_a_stop_is_a_setting() {
    for (longest, expected) in [(Duration::ZERO, 1_000), (seconds(5), 5_000), (seconds(90), 60_000)]
    {
        let mut queue = QueueDriver::new(RateLimit::per_minute(60).burst(2).max_stop(longest));
        let one = queue.begin("one").expect("a burst");
        // Without `Retry-After`, so it is a minute.
        queue.end("one", one, Ok(response(429, "")));
        assert!(queue.begin("a").is_none());
        let starts = queue.starts();
        assert!(starts.contains(&("a", expected + if longest > seconds(60) { 1_000 } else { 0 })));
        // The call that got the 429 waits its own time.
        assert!(starts.iter().any(|(name, at)| *name == "one" && *at >= 60_000), "{starts:?}");
    }
    let mut settings = settings();
    settings.rate_limit = Some(RateLimit::default().max_stop(seconds(86_401)));
    let error = settings.check(|_| None, Violations::default()).expect_err("too long");
    insta::assert_snapshot!(
        error,
        @"invalid configuration: rate_limit.max_stop must be at most a day, found 86401s"
    );
}

/// A call is not retried before its own `Retry-After`, however short the stop is.
#[test]
fn a_call_waits_for_its_own_retry_after() {
    let mut queue = QueueDriver::new(RateLimit::per_minute(60).burst(2).max_stop(seconds(5)));
    let one = queue.begin("one").expect("a burst");
    queue.end("one", one, too_many_requests("100"));
    assert!(queue.begin("a").is_none());
    assert_eq!(queue.starts(), [("a", 5_000), ("one", 100_000)]);
}

#[test]
fn the_error_of_a_call_that_cannot_start_in_time_names_the_stop() {
    let mut queue = QueueDriver::new(RateLimit::per_minute(60));
    let one = queue.begin("one").expect("it starts");
    // One call is queued before the stop, one after it.
    assert!(queue.begin_within("a", seconds(20)).is_none());
    queue.at(500).end("one", one, too_many_requests("60000"));
    assert!(queue.begin_within("b", seconds(30)).is_none());
    assert_eq!(queue.starts(), []);
    assert_eq!(
        queue.gave_up,
        [
            ("one", 500, Some(seconds(60_000))),
            ("b", 500, Some(Duration::from_millis(181_500))),
            ("a", 1_000, Some(seconds(180))),
        ]
    );
    for error in &queue.errors[1..] {
        assert_eq!((error.kind(), error.status()), (ErrorKind::RateLimited, None));
        assert!(error.is_timeout() && error.is_rate_limited() && !error.may_have_acted());
    }
    insta::assert_snapshot!(
        queue.errors[1],
        @"act was not sent: the server rejected other calls for too many requests (HTTP 429), so the next slot of the rate limit is in 181.5s, which is after the deadline; sending it again is safe"
    );
}

/// A stop by another call may leave no time for a retry that its own `Retry-After` would.
#[test]
fn no_retry_is_announced_that_the_stop_leaves_no_time_for() {
    let mut queue = QueueDriver::new(RateLimit::per_minute(60).burst(2));
    let one = queue.begin("one").expect("a burst");
    let two = queue.begin_within("two", seconds(100)).expect("a burst");
    queue.end("one", one, too_many_requests("170"));
    queue.at(500).end("two", two, too_many_requests("5"));
    assert_eq!(queue.gave_up, [("two", 500, Some(Duration::from_millis(169_500)))]);
    let events = queue.events.lock().expect("no panic");
    let announced = events.iter().filter_map(|event| match event {
        CallEvent::Attempted { retry_in, .. } => Some(*retry_in),
        _ => None,
    });
    assert_eq!(announced.collect::<Vec<_>>(), [Some(seconds(170)), None]);
}

#[test]
fn events_tell_a_stop_from_the_rate_limit() {
    let mut queue = QueueDriver::new(RateLimit::per_minute(60));
    let one = queue.begin("one").expect("it starts");
    assert!(queue.begin("a").is_none());
    queue.at(500).end("one", one, too_many_requests("5"));
    assert_eq!(queue.starts(), [("one", 5_500), ("a", 6_500)]);
    assert!(queue.begin("b").is_none());
    let events = queue.events.lock().expect("no panic");
    let waits = events.iter().filter_map(|event| match event {
        CallEvent::Queued { wait, reason, .. } => Some((wait.as_millis(), *reason)),
        _ => None,
    });
    // Of a, of one, of a again at its former slot, and of b.
    assert_eq!(
        waits.collect::<Vec<_>>(),
        [
            (1_000, QueueReason::RateLimit),
            (5_000, QueueReason::Stop),
            (5_500, QueueReason::Stop),
            (1_000, QueueReason::RateLimit),
        ]
    );
}

#[test]
fn too_many_requests_in_a_body_stop_the_other_calls_too() {
    for body in [
        r#"{"error":"Limit exceeded","code":121}"#,
        r#"{"error":"Limit exceeded","code":"121"}"#,
        r#"{"error":{"message":"Limit exceeded","code":121.0}}"#,
        r#"{"error":"Too Many Attempts.","code":429}"#,
        r#"{"code":121}"#,
        r#"{"error":"","code":121}"#,
    ] {
        for status in [200, 400, 503] {
            let mut queue = QueueDriver::new(RateLimit::per_minute(60).burst(2));
            let one = queue.begin("one").expect("a burst");
            let mut response = with_header(status, "retry-after", "30");
            *response.body_mut() = body.into();
            queue.end("one", one, Ok(response));
            assert!(queue.begin("a").is_none());
            assert_eq!(queue.starts(), [("one", 30_000), ("a", 31_000)], "{status} {body}");
        }
    }
}

/// A call whose slot has passed when a stop begins starts after the stop.
#[test]
fn a_call_that_is_due_does_not_start_during_a_stop() {
    let mut queue = QueueDriver::new(RateLimit::per_minute(60));
    let one = queue.begin_within("one", seconds(4)).expect("it starts");
    assert!(queue.begin("late").is_none());
    // Its slot was at 1.0 s, but it has not resumed yet.
    queue.at(1_200).end("one", one, too_many_requests("5"));
    assert_eq!(queue.starts(), [("late", 6_200)]);
}

/// The later end counts; the two do not add up.
#[test]
fn overlapping_stops_do_not_add_up() {
    for (first, second, expected) in
        [("10", "5", 10_000), ("10", "20", 22_000), ("10", "8", 10_000)]
    {
        let mut queue = QueueDriver::new(RateLimit::per_minute(60).burst(3));
        let [one, two] = ["one", "two"].map(|name| queue.begin(name).expect("a burst"));
        queue.end("one", one, too_many_requests(first));
        queue.at(2_000).end("two", two, too_many_requests(second));
        assert!(queue.begin("a").is_none());
        let expected = [("one", expected), ("two", expected + 1_000), ("a", expected + 2_000)];
        assert_eq!(queue.starts(), expected, "{first}, then {second}");
    }
}

#[test]
fn a_rate_limit_out_of_range_is_a_violation() {
    for limit in [
        RateLimit::per_minute(0),
        RateLimit::per_minute(1).burst(0),
        RateLimit::per_minute(60_001),
        RateLimit::per_minute(1).burst(60_001),
    ] {
        let mut settings = settings();
        settings.rate_limiter = Some(RateLimiter::new(limit));
        let error = settings.check(|_| None, Violations::default()).expect_err("out of range");
        assert_eq!(error.violations().map(Violations::len), Some(1), "{error}");
    }
}

#[test]
fn a_call_that_gives_up_while_queued_has_the_error_of_its_last_attempt() {
    let mut settings = settings();
    settings.rate_limiter = Some(RateLimiter::new(RateLimit::per_minute(6)));
    settings.call_timeout = seconds(25);
    settings.retry_policy = RetryPolicy::default().initial_backoff(Duration::ZERO);
    let results =
        || [Err(TransportError::not_sent("first")), Err(TransportError::not_sent("second"))];
    // The third slot is after 20 s, the fourth after 30 s.
    let third = [Err(TransportError::not_sent("third"))];
    let error = Driver::new().run(&settings, &Act::<2>, results().into_iter().chain(third));
    let error = error.expect_err("no time for a fourth");
    assert!(error.to_string().contains("third"), "{error}");
    // An error with a response goes first.
    let response = [Ok(response(500, ""))];
    let third = [Err(TransportError::not_sent("third"))];
    let results =
        response.into_iter().chain([Err(TransportError::not_sent("second"))]).chain(third);
    let error = Driver::new().run(&settings, &Act::<1>, results).expect_err("no time");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(500));
    assert_eq!(error.retry_after(), Some(seconds(10)));
}
