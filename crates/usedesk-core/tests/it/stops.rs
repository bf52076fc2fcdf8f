//! Too many requests: for how long the other calls of a pacer are held back, and what they are told.

use std::time::Duration;

use usedesk_core::{
    CallEvent, ErrorKind, MAX_RATE_LIMIT_STOP, QueueReason, RateLimit, RateLimiter, RetryPolicy,
    TransportError, Violations,
};

use crate::engine::{Act, World, seconds, settings, with_header};
use crate::line::{InLine, refused};
use crate::support::answer;

/// One wild `Retry-After` does not stop the others for hours.
#[test]
fn a_stop_has_an_end() {
    let mut line = InLine::new(RateLimit::per_minute(60).burst(2));
    let one = line.begin("one").expect("a burst");
    line.ends("one", one, refused("60000"));
    assert_eq!(line.gave_up, [("one", 0, Some(seconds(60_000)))]);
    // A call without a deadline waits for as long as the stop.
    assert!(line.begin("a").is_none());
    assert_eq!(line.starts(), [("a", MAX_RATE_LIMIT_STOP.as_millis())]);
}

#[test]
fn how_long_a_stop_may_be_is_a_setting() {
    for (longest, expected) in [(Duration::ZERO, 1_000), (seconds(5), 5_000), (seconds(90), 60_000)]
    {
        let mut line = InLine::new(RateLimit::per_minute(60).burst(2).max_stop(longest));
        let one = line.begin("one").expect("a burst");
        // Without a wait, so it is a minute.
        line.ends("one", one, Ok(answer(429, "")));
        assert!(line.begin("a").is_none());
        let starts = line.starts();
        assert!(starts.contains(&("a", expected + if longest > seconds(60) { 1_000 } else { 0 })));
        // Whoever was refused keeps to its own wait.
        assert!(starts.iter().any(|(name, at)| *name == "one" && *at >= 60_000), "{starts:?}");
    }
    let mut settings = settings();
    settings.rate_limit = Some(RateLimit::default().max_stop(seconds(86_401)));
    let error = settings.check(|_| None, Violations::default()).expect_err("too long");
    insta::assert_snapshot!(
        error,
        @"the handle was not built: rate_limit.max_stop must be at most a day, found 86401s"
    );
}

/// A call never comes back before the server's own wait is over, however short the stop is.
#[test]
fn a_call_waits_for_its_own_retry_after() {
    let mut line = InLine::new(RateLimit::per_minute(60).burst(2).max_stop(seconds(5)));
    let one = line.begin("one").expect("a burst");
    line.ends("one", one, refused("100"));
    assert!(line.begin("a").is_none());
    assert_eq!(line.starts(), [("a", 5_000), ("one", 100_000)]);
}

/// Those behind a stop that have no time for it say why they fail.
#[test]
fn who_cannot_start_in_time_is_told_of_the_stop() {
    let mut line = InLine::new(RateLimit::per_minute(60));
    let one = line.begin("one").expect("its turn");
    // In line before the stop, and behind it.
    assert!(line.begin_within("a", seconds(20)).is_none());
    line.at(500).ends("one", one, refused("60000"));
    assert!(line.begin_within("b", seconds(30)).is_none());
    assert_eq!(line.starts(), []);
    assert_eq!(
        line.gave_up,
        [
            ("one", 500, Some(seconds(60_000))),
            ("b", 500, Some(Duration::from_millis(181_500))),
            ("a", 1_000, Some(seconds(180))),
        ]
    );
    for error in &line.errors[1..] {
        assert_eq!((error.kind(), error.status()), (ErrorKind::RateLimited, None));
        assert!(error.is_timeout() && error.is_rate_limited() && !error.may_have_acted());
    }
    insta::assert_snapshot!(
        line.errors[1],
        @"act was not sent: the server answered other calls with too many requests (HTTP 429), so the next slot of the rate limit is in 181.5s, which is after the deadline; sending it again is safe"
    );
}

/// A stop by another call may leave no time for a retry that its own `Retry-After` would.
#[test]
fn no_retry_is_announced_that_the_stop_leaves_no_time_for() {
    let mut line = InLine::new(RateLimit::per_minute(60).burst(2));
    let one = line.begin("one").expect("a burst");
    let two = line.begin_within("two", seconds(100)).expect("a burst");
    line.ends("one", one, refused("170"));
    line.at(500).ends("two", two, refused("5"));
    assert_eq!(line.gave_up, [("two", 500, Some(Duration::from_millis(169_500)))]);
    let events = line.events.lock().expect("no panic");
    let announced = events.iter().filter_map(|event| match event {
        CallEvent::Attempted { retry_in, .. } => Some(*retry_in),
        _ => None,
    });
    assert_eq!(announced.collect::<Vec<_>>(), [Some(seconds(170)), None]);
}

/// The pace alone is no stop, and a stop that is over neither.
#[test]
fn events_tell_a_stop_from_the_rate_limit() {
    let mut line = InLine::new(RateLimit::per_minute(60));
    let one = line.begin("one").expect("its turn");
    assert!(line.begin("a").is_none());
    line.at(500).ends("one", one, refused("5"));
    assert_eq!(line.starts(), [("one", 5_500), ("a", 6_500)]);
    assert!(line.begin("b").is_none());
    let events = line.events.lock().expect("no panic");
    let waits = events.iter().filter_map(|event| match event {
        CallEvent::Queued { wait, reason, .. } => Some((wait.as_millis(), *reason)),
        _ => None,
    });
    // Of a, of one, of a again when its turn would have come, and of b.
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

/// The body tells as the status does.
#[test]
fn too_many_requests_in_a_body_stop_the_others_too() {
    for body in [
        r#"{"error":"Limit exceeded","code":121}"#,
        r#"{"error":"Limit exceeded","code":"121"}"#,
        r#"{"error":{"message":"Limit exceeded","code":121.0}}"#,
        r#"{"error":"Too Many Attempts.","code":429}"#,
        r#"{"code":121}"#,
        r#"{"error":"","code":121}"#,
    ] {
        for status in [200, 400, 503] {
            let mut line = InLine::new(RateLimit::per_minute(60).burst(2));
            let one = line.begin("one").expect("a burst");
            let mut response = with_header(status, "retry-after", "30");
            *response.body_mut() = body.into();
            line.ends("one", one, Ok(response));
            assert!(line.begin("a").is_none());
            assert_eq!(line.starts(), [("one", 30_000), ("a", 31_000)], "{status} {body}");
        }
    }
}

/// A call that comes late to its turn, and then to a stop, starts when that is over.
#[test]
fn a_call_that_is_due_does_not_start_during_a_stop() {
    let mut line = InLine::new(RateLimit::per_minute(60));
    let one = line.begin_within("one", seconds(4)).expect("its turn");
    assert!(line.begin("late").is_none());
    // It was due at 1.0 s, and has not started yet.
    line.at(1_200).ends("one", one, refused("5"));
    assert_eq!(line.starts(), [("late", 6_200)]);
}

/// A stop within a stop ends with the later of the two, and adds up to no more.
#[test]
fn a_pacer_that_is_stopped_can_be_stopped() {
    for (first, second, expected) in
        [("10", "5", 10_000), ("10", "20", 22_000), ("10", "8", 10_000)]
    {
        let mut line = InLine::new(RateLimit::per_minute(60).burst(3));
        let [one, two] = ["one", "two"].map(|name| line.begin(name).expect("a burst"));
        line.ends("one", one, refused(first));
        line.at(2_000).ends("two", two, refused(second));
        assert!(line.begin("a").is_none());
        let expected = [("one", expected), ("two", expected + 1_000), ("a", expected + 2_000)];
        assert_eq!(line.starts(), expected, "{first}, then {second}");
    }
}

#[test]
fn a_limit_of_nothing_is_refused() {
    for pace in [
        RateLimit::per_minute(0),
        RateLimit::per_minute(1).burst(0),
        RateLimit::per_minute(60_001),
        RateLimit::per_minute(1).burst(60_001),
    ] {
        let mut settings = settings();
        settings.rate_limiter = Some(RateLimiter::new(pace));
        let error = settings.check(|_| None, Violations::default()).expect_err("out of range");
        assert_eq!(error.violations().map(Violations::len), Some(1), "{error}");
    }
}

/// Of failures without a response the last is told, also when the line ends the call.
#[test]
fn who_gives_up_in_line_tells_of_the_last_failure() {
    let mut settings = settings();
    settings.rate_limiter = Some(RateLimiter::new(RateLimit::per_minute(6)));
    settings.call_timeout = seconds(25);
    settings.retry_policy = RetryPolicy::default().initial_backoff(Duration::ZERO);
    let outcomes =
        || [Err(TransportError::not_sent("first")), Err(TransportError::not_sent("second"))];
    // The third slot would come after 20 s, and the fourth after 30 s.
    let third = [Err(TransportError::not_sent("third"))];
    let error = World::new().run(&settings, &Act::<2>, outcomes().into_iter().chain(third));
    let error = error.expect_err("no time for a fourth");
    assert!(error.to_string().contains("third"), "{error}");
    // A response is told in any case.
    let response = [Ok(answer(500, ""))];
    let third = [Err(TransportError::not_sent("third"))];
    let outcomes =
        response.into_iter().chain([Err(TransportError::not_sent("second"))]).chain(third);
    let error = World::new().run(&settings, &Act::<1>, outcomes).expect_err("no time");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(500));
    assert_eq!(error.retry_after(), Some(seconds(10)));
}
