//! The call engine: retries, backoff, deadlines and the rate limit of one call at a time.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::Value;
use usedesk_core::http::Request;
use usedesk_core::internal::{BuilderSettings, Moment, Observer, Step};
use usedesk_core::{
    Body, Bytes, CallEvent, Error, ErrorKind, ExchangeLimits, ExchangeResult, Method, Operation,
    RATE_LIMIT_WAIT, RateLimit, RateLimiter, Response, RetryPolicy, Safety, TransportError,
    Violations,
};

use crate::support::response;

/// An operation of each safety.
#[derive(Serialize)]
pub(crate) struct Act<const SAFETY: u8>;

impl<const SAFETY: u8> Operation for Act<SAFETY> {
    type Output = Value;

    const NAME: &'static str = "act";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = match SAFETY {
        0 => Safety::Read,
        1 => Safety::Idempotent,
        _ => Safety::Once,
    };

    fn path(&self) -> Cow<'_, str> {
        "/act".into()
    }

    fn check(&self, _: &mut Violations) {}
}

pub(crate) fn settings() -> BuilderSettings {
    let mut settings = BuilderSettings::new("token");
    settings.rate_limit = None;
    settings
}

pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Drives calls with the given results. Attempts take no time, and waits advance the clock.
pub(crate) struct Driver {
    now: Instant,
    random: u32,
    requests: Vec<Request<Body>>,
    limits: Vec<ExchangeLimits>,
    waits: Vec<Duration>,
}

impl Driver {
    pub(crate) fn new() -> Self {
        let (requests, limits, waits) = (Vec::new(), Vec::new(), Vec::new());
        Self { now: Instant::now(), random: u32::MAX, requests, limits, waits }
    }

    pub(crate) fn wall() -> SystemTime {
        // Wed, 01 May 2024 12:00:00 GMT
        UNIX_EPOCH + seconds(1_714_564_800)
    }

    pub(crate) fn run<O: Operation>(
        &mut self,
        settings: &BuilderSettings,
        operation: &O,
        results: impl IntoIterator<Item = ExchangeResult>,
    ) -> Result<O::Output, Error> {
        let config = settings.check(|_| None, Violations::default()).expect("valid");
        let mut results = results.into_iter();
        let mut step = config.call(operation).expect("valid").begin(self.now);
        loop {
            step = match step {
                Step::Done(result) => return result.map(Response::into_body),
                Step::Wait(wait) => {
                    self.waits.push(wait.duration());
                    self.now += wait.duration();
                    wait.resume(self.now)
                }
                step @ Step::Reserve(_) => panic!("{step:?}"),
                Step::Attempt(attempt) => {
                    self.requests.push(attempt.request());
                    self.limits.push(attempt.limits());
                    let result = results.next().expect("a result for every attempt");
                    let moment = Moment { now: self.now, wall: Self::wall(), random: self.random };
                    attempt.judge(result, moment)
                }
            };
        }
    }
}

pub(crate) fn with_header(status: u16, name: &'static str, value: &str) -> Response<Bytes> {
    let mut response = response(status, "");
    response.headers_mut().insert(name, value.parse().expect("a header"));
    response
}

#[expect(clippy::unnecessary_wraps, reason = "one of several results")]
fn ok() -> ExchangeResult {
    Ok(response(200, "1"))
}

/// A result of the first attempt; the attempts and the wait after it, for each safety.
type Row = (&'static str, Box<dyn Fn() -> ExchangeResult>, [(usize, Option<Duration>); 3]);

/// Before the driver's wall time.
const PAST: &str = "Wed, 01 May 2024 11:00:00 GMT";

fn with_retry_after(status: u16, retry_after: &'static str) -> Box<dyn Fn() -> ExchangeResult> {
    Box::new(move || Ok(with_header(status, "retry-after", retry_after)))
}

fn with_code(status: u16, code: u16) -> Box<dyn Fn() -> ExchangeResult> {
    Box::new(move || Ok(response(status, format!(r#"{{"error":"no","code":{code}}}"#))))
}

/// The number of attempts after this result of the first one, and the wait, for each safety.
fn attempts(
    policy: RetryPolicy,
    first: &dyn Fn() -> ExchangeResult,
) -> [(usize, Option<Duration>); 3] {
    let mut settings = settings();
    settings.retry_policy = policy;
    let run = |run: &dyn Fn(&mut Driver) -> Result<Value, Error>| {
        let mut driver = Driver::new();
        let result = run(&mut driver);
        assert_eq!(result.is_ok(), driver.requests.len() == 2);
        (driver.requests.len(), driver.waits.first().copied())
    };
    [
        run(&|driver| driver.run(&settings, &Act::<0>, [first(), ok()])),
        run(&|driver| driver.run(&settings, &Act::<1>, [first(), ok()])),
        run(&|driver| driver.run(&settings, &Act::<2>, [first(), ok()])),
    ]
}

#[test]
fn what_is_retried() {
    let half = Some(Duration::from_millis(500));
    let (once, again) = ((1, None), (2, half));
    let after = |wait| (2, Some(seconds(wait)));
    let partial = |status| TransportError::unknown("broke off").with_partial(response(status, "{"));
    let long = || {
        let mut response = response(200, "1");
        let value = "x".repeat(70_000).parse().expect("a header");
        response.headers_mut().insert("x-long", value);
        response
    };
    let rows: Vec<Row> = vec![
        ("not sent", Box::new(|| Err(TransportError::not_sent("no"))), [again; 3]),
        (
            "not sent, timed out",
            Box::new(|| Err(TransportError::not_sent("no").timed_out())),
            [again; 3],
        ),
        ("unknown", Box::new(|| Err(TransportError::unknown("reset"))), [again, again, once]),
        (
            "timed out",
            Box::new(|| Err(TransportError::unknown("late").timed_out())),
            [again, again, once],
        ),
        ("broke off", Box::new(move || Err(partial(200))), [again, again, once]),
        ("502 broke off", Box::new(move || Err(partial(502))), [again, again, once]),
        ("404 broke off", Box::new(move || Err(partial(404))), [once; 3]),
        ("headers too long", Box::new(move || Ok(long())), [once; 3]),
        ("500", Box::new(|| Ok(response(500, ""))), [again, again, once]),
        ("503", Box::new(|| Ok(response(503, ""))), [again, again, once]),
        ("502 with HTML", Box::new(|| Ok(response(502, "<html>"))), [again, again, once]),
        ("503 with Retry-After", with_retry_after(503, "7"), [after(7), after(7), once]),
        ("500 with Retry-After", with_retry_after(500, "7"), [after(7), after(7), once]),
        ("408 with Retry-After", with_retry_after(408, "7"), [after(7), after(7), once]),
        ("429 with Retry-After", with_retry_after(429, "7"), [after(7); 3]),
        // A short `Retry-After` does not shorten the backoff.
        ("503, Retry-After 0", with_retry_after(503, "0"), [again, again, once]),
        ("503, Retry-After in the past", with_retry_after(503, PAST), [again, again, once]),
        ("503, Retry-After invalid", with_retry_after(503, "soon"), [again, again, once]),
        ("429, Retry-After 0", with_retry_after(429, "0"), [again; 3]),
        ("429, Retry-After in the past", with_retry_after(429, PAST), [again; 3]),
        (
            "429, Retry-After invalid",
            with_retry_after(429, "soon"),
            [(2, Some(RATE_LIMIT_WAIT)); 3],
        ),
        ("429", Box::new(|| Ok(response(429, ""))), [(2, Some(RATE_LIMIT_WAIT)); 3]),
        ("408", Box::new(|| Ok(response(408, ""))), [again, again, once]),
        ("121 with 200", with_code(200, 121), [(2, Some(RATE_LIMIT_WAIT)); 3]),
        ("429 with 200", with_code(200, 429), [(2, Some(RATE_LIMIT_WAIT)); 3]),
        ("121 with 400", with_code(400, 121), [(2, Some(RATE_LIMIT_WAIT)); 3]),
        ("121 with 503", with_code(503, 121), [(2, Some(RATE_LIMIT_WAIT)); 3]),
        ("111 with 200", with_code(200, 111), [again, again, once]),
        ("111 with 400", with_code(400, 111), [again, again, once]),
        ("112 with 200", with_code(200, 112), [once; 3]),
        ("error with 200", Box::new(|| Ok(response(200, r#"{"error":"no"}"#))), [once; 3]),
        ("not JSON", Box::new(|| Ok(response(200, "<html>"))), [once; 3]),
        ("400", Box::new(|| Ok(response(400, ""))), [once; 3]),
        ("404", Box::new(|| Ok(response(404, ""))), [once; 3]),
        ("302", Box::new(|| Ok(response(302, ""))), [once; 3]),
    ];
    for (name, first, expected) in rows {
        assert_eq!(attempts(RetryPolicy::default(), &*first), expected, "{name}");
        assert_eq!(attempts(RetryPolicy::none(), &*first), [once; 3], "{name}");
        // What is retried for `Safety::Once` was not processed.
        let unprocessed = expected.map(|_| expected[2]);
        let policy = RetryPolicy::default().unprocessed_only();
        assert_eq!(attempts(policy, &*first), unprocessed, "{name}");
    }
}

#[test]
fn the_backoff_doubles_up_to_its_limit_with_full_jitter() {
    let mut settings = settings();
    settings.retry_policy =
        RetryPolicy::default().max_attempts(9).initial_backoff(seconds(1)).max_backoff(seconds(10));
    settings.call_timeout = seconds(600);
    let fail = || (0..9).map(|_| Err(TransportError::not_sent("no")));
    let mut driver = Driver::new();
    driver.run(&settings, &Act::<2>, fail()).expect_err("it fails");
    assert_eq!(driver.waits, [1, 2, 4, 8, 10, 10, 10, 10].map(seconds));
    let mut driver = Driver { random: u32::MAX / 4, ..Driver::new() };
    driver.run(&settings, &Act::<2>, fail()).expect_err("it fails");
    let quarter = |wait: &Duration| wait.as_secs_f64() * 4.0;
    let rounded: Vec<_> = driver.waits.iter().map(quarter).map(f64::round).collect();
    assert_eq!(rounded, [1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0, 10.0]);
    let mut driver = Driver { random: 0, ..Driver::new() };
    driver.run(&settings, &Act::<2>, fail()).expect_err("it fails");
    assert_eq!(driver.waits, [Duration::ZERO; 8]);
}

#[test]
fn a_retry_sends_the_same_bytes() {
    let mut driver = Driver::new();
    let results = [Err(TransportError::unknown("reset")), Ok(response(500, "")), ok()];
    driver.run(&settings(), &Act::<1>, results).expect("the third attempt");
    let [one, two, three] = &*driver.requests else { panic!("not three attempts") };
    assert_eq!(one.uri(), two.uri());
    assert_eq!((one.body(), one.headers()), (three.body(), three.headers()));
    assert_eq!(one.body().segments()[0].as_ptr(), two.body().segments()[0].as_ptr());
}

#[test]
fn the_error_is_that_of_the_last_response() {
    let timeout = || Err(TransportError::not_sent("no").timed_out());
    let results = [Ok(response(500, "a")), Ok(response(502, "b")), timeout(), timeout()];
    let error = Driver::new().run(&settings(), &Act::<0>, results).expect_err("it fails");
    assert_eq!((error.status().map(|s| s.as_u16()), error.body()), (Some(502), Some(&b"b"[..])));
    let results = [timeout(), timeout(), timeout(), Ok(response(500, "a"))];
    let error = Driver::new().run(&settings(), &Act::<0>, results).expect_err("it fails");
    assert_eq!(error.body(), Some(&b"a"[..]));
    let error = Driver::new().run(&settings(), &Act::<0>, [(); 4].map(|()| timeout()));
    assert!(error.expect_err("it fails").is_timeout());
    // The wait that the server asked for has passed when the last attempt fails.
    let results =
        [with_retry_after(503, "10")(), with_retry_after(503, "20")(), timeout(), timeout()];
    let error = Driver::new().run(&settings(), &Act::<0>, results).expect_err("it fails");
    assert_eq!((error.status().map(|s| s.as_u16()), error.retry_after()), (Some(503), None));
}

/// A later attempt does not undo what an earlier one may have done.
#[test]
fn may_have_acted_is_about_all_attempts() {
    let not_sent = || Err(TransportError::not_sent("no"));
    let run = |first: ExchangeResult| {
        let results = [first, not_sent(), not_sent(), Ok(response(429, ""))];
        let mut settings = settings();
        settings.call_timeout = seconds(1_000);
        Driver::new().run(&settings, &Act::<1>, results).expect_err("it fails")
    };
    assert!(run(Err(TransportError::unknown("reset"))).may_have_acted());
    assert!(run(Ok(response(500, ""))).may_have_acted());
    assert!(!run(not_sent()).may_have_acted());
    assert!(!run(Ok(response(429, ""))).may_have_acted());
    assert!(!run(with_code(200, 121)()).may_have_acted());
    assert!(run(with_retry_after(503, "1")()).may_have_acted());
    assert!(run(with_code(200, 111)()).may_have_acted());
}

#[test]
fn a_read_never_acts() {
    let mut settings = settings();
    settings.retry_policy = RetryPolicy::none();
    let results: Vec<Box<dyn Fn() -> ExchangeResult>> = vec![
        Box::new(|| Ok(response(400, ""))),
        Box::new(|| Ok(response(503, ""))),
        Box::new(|| Ok(response(200, "<html>"))),
        Box::new(|| Ok(response(200, r#"{"error":"no"}"#))),
        Box::new(|| Err(TransportError::unknown("reset"))),
        Box::new(|| Err(TransportError::unknown("late").timed_out())),
        Box::new(|| Err(TransportError::unknown("cut").with_partial(response(200, "{")))),
    ];
    for result in results {
        let [read, update] = [
            Driver::new().run(&settings, &Act::<0>, [result()]).expect_err("it fails"),
            Driver::new().run(&settings, &Act::<1>, [result()]).expect_err("it fails"),
        ];
        assert!(!read.may_have_acted(), "{read}");
        assert!(!read.to_string().contains("may have taken effect"), "{read}");
        assert!(update.may_have_acted(), "{update}");
    }
    // Earlier attempts do not count either.
    let results = [(); 4].map(|()| Ok(response(500, "")));
    let error = Driver::new().run(&self::settings(), &Act::<0>, results).expect_err("it fails");
    assert!(!error.may_have_acted());
}

#[test]
fn a_retry_after_the_deadline_is_not_waited_for() {
    let mut settings = settings();
    settings.call_timeout = seconds(60);
    let mut driver = Driver::new();
    let results = [Ok(with_header(429, "retry-after", "60"))];
    let error = driver.run(&settings, &Act::<2>, results).expect_err("too late");
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::RateLimited, Some(seconds(60))));
    assert!(driver.waits.is_empty());

    let results = [Ok(with_header(429, "retry-after", "59")), Ok(response(429, ""))];
    let error = driver.run(&settings, &Act::<2>, results).expect_err("too late");
    assert_eq!(driver.waits, [seconds(59)]);
    // Without `Retry-After`, it is the default wait.
    assert_eq!(error.retry_after(), Some(RATE_LIMIT_WAIT));
    assert_eq!(
        driver.limits.iter().map(|limits| limits.attempt).collect::<Vec<_>>(),
        [30, 30, 1].map(seconds)
    );
}

/// The error has the full wait.
#[test]
fn a_retry_after_that_does_not_fit_fails_immediately() {
    for (status, body) in [(429, ""), (503, ""), (200, r#"{"error":"no","code":121}"#)] {
        let mut response = with_header(status, "retry-after", "60000");
        *response.body_mut() = body.into();
        let mut driver = Driver::new();
        let error = driver.run(&settings(), &Act::<0>, [Ok(response)]).expect_err("too late");
        assert_eq!(error.retry_after(), Some(seconds(60_000)), "{error}");
        assert!(driver.waits.is_empty());
    }
}

#[test]
fn the_rate_limit_allows_a_burst_and_then_even_spacing() {
    let mut settings = settings();
    settings.rate_limiter = Some(RateLimiter::new(RateLimit::per_minute(60).burst(3)));
    let mut driver = Driver::new();
    let start = driver.now;
    let mut starts = Vec::new();
    for _ in 0..6 {
        driver.run(&settings, &Act::<2>, [ok()]).expect("accepted");
        starts.push((driver.now - start).as_secs());
    }
    assert_eq!(starts, [0, 0, 0, 1, 2, 3]);
    // After an idle time there is a burst again.
    driver.now += seconds(10);
    for expected in [0, 0, 0, 1] {
        let before = driver.now;
        driver.run(&settings, &Act::<2>, [ok()]).expect("accepted");
        assert_eq!((driver.now - before).as_secs(), expected);
    }
}

#[test]
fn a_429_stops_all_calls_of_the_limiter_and_ends_bursts() {
    let limiter = RateLimiter::new(RateLimit::per_minute(60).burst(10));
    let mut settings = settings();
    settings.rate_limiter = Some(limiter.clone());
    let mut driver = Driver::new();
    let start = driver.now;
    let too_many = Ok(with_header(429, "retry-after", "7"));
    driver.run(&settings, &Act::<2>, [too_many, ok()]).expect("the second attempt");
    assert_eq!(driver.now - start, seconds(7));
    // Another handle with the same limiter; the burst is 1 now.
    driver.now = start + seconds(1);
    let mut starts = Vec::new();
    for _ in 0..3 {
        driver.run(&settings, &Act::<2>, [ok()]).expect("accepted");
        starts.push((driver.now - start).as_secs());
    }
    assert_eq!(starts, [8, 9, 10]);
}

/// Calls of a burst that all get a 429 are not retried together.
#[test]
fn retries_after_a_stop_are_spaced() {
    let mut settings = settings();
    settings.rate_limiter = Some(RateLimiter::new(RateLimit::per_minute(60).burst(10)));
    let config = settings.check(|_| None, Violations::default()).expect("valid");
    let start = Instant::now();
    let begin = || match config.call(&Act::<2>).expect("valid").begin(start) {
        Step::Attempt(attempt) => attempt,
        other => panic!("not started: {other:?}"),
    };
    let burst = [begin(), begin(), begin()];
    let mut waiting = Vec::new();
    for (attempt, millis) in burst.into_iter().zip([100, 200, 300]) {
        let now = start + Duration::from_millis(millis);
        let moment = Moment { now, wall: Driver::wall(), random: 0 };
        match attempt.judge(Ok(with_header(429, "retry-after", "7")), moment) {
            Step::Wait(wait) => waiting.push((now + wait.duration(), wait)),
            other => panic!("not queued: {other:?}"),
        }
    }
    // The last 429 moved the end of the stop to 7.3 s for all.
    let mut starts = Vec::new();
    for (mut due, mut wait) in waiting {
        starts.push(loop {
            match wait.resume(due) {
                Step::Wait(again) => (due, wait) = (due + again.duration(), again),
                Step::Attempt(_) => break (due - start).as_millis(),
                step => panic!("not started: {step:?}"),
            }
        });
    }
    assert_eq!(starts, [7_300, 8_300, 9_300]);
}

#[test]
fn a_stop_is_at_least_an_interval_of_the_rate_limit() {
    let mut settings = settings();
    settings.rate_limiter = Some(RateLimiter::new(RateLimit::per_minute(60)));
    let limited = || Ok(with_header(429, "retry-after", "0"));
    let mut driver = Driver::new();
    driver.run(&settings, &Act::<2>, [limited(), limited(), ok()]).expect("the third attempt");
    assert_eq!(driver.waits, [seconds(1), seconds(1)]);
}

#[test]
fn a_deadline_includes_the_time_in_the_queue() {
    let mut settings = settings();
    settings.rate_limiter = Some(RateLimiter::new(RateLimit::per_minute(6)));
    settings.call_timeout = seconds(5);
    let config = settings.check(|_| None, Violations::default()).expect("valid");
    let now = Instant::now();
    let begin = |limit: Option<u64>| {
        let config = limit.map_or(config.clone(), |limit| config.with_deadline(seconds(limit)));
        config.call(&Act::<2>).expect("valid").begin(now)
    };
    assert!(matches!(begin(None), Step::Attempt(_)));
    let Step::Done(Err(error)) = begin(Some(10)) else { panic!("not too late") };
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::Transport, Some(seconds(10))));
    assert!(error.is_timeout() && !error.may_have_acted());
    insta::assert_snapshot!(
        error,
        @"act was not sent: the rate limit has a slot in 10s, which is after the deadline; sending it again is safe"
    );
    // It took no slot.
    let Step::Wait(wait) = begin(Some(11)) else { panic!("not queued") };
    assert_eq!(wait.duration(), seconds(10));
    // A call that is dropped while queued frees its slot.
    drop(wait);
    // Without a deadline the time in the queue is unlimited and does not count.
    let Step::Wait(wait) = begin(None) else { panic!("not queued") };
    assert_eq!(wait.duration(), seconds(10));
    let Step::Attempt(attempt) = wait.resume(now + seconds(10)) else { panic!("not started") };
    assert_eq!(attempt.limits().attempt, seconds(5));
}

/// A call behaves the same over a transport that only records its sleeps.
#[test]
fn waits_count_although_the_clock_is_paused() {
    let mut settings = settings();
    settings.call_timeout = seconds(100);
    let config = settings.check(|_| None, Violations::default()).expect("valid");
    let now = Instant::now();
    let mut step = config.call(&Act::<2>).expect("valid").begin(now);
    let mut waits = Vec::new();
    let error = loop {
        step = match step {
            Step::Done(result) => break result.expect_err("it fails"),
            Step::Wait(wait) => {
                waits.push(wait.duration());
                wait.resume(now)
            }
            step @ Step::Reserve(_) => panic!("{step:?}"),
            Step::Attempt(attempt) => {
                let moment = Moment { now, wall: Driver::wall(), random: 0 };
                attempt.judge(Ok(response(429, "")), moment)
            }
        };
    };
    assert_eq!((waits, error.retry_after()), (vec![RATE_LIMIT_WAIT], Some(RATE_LIMIT_WAIT)));
}

#[test]
fn an_observer_gets_every_event() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let mut settings = settings();
    settings.rate_limiter = Some(RateLimiter::new(RateLimit::per_minute(60)));
    let noted = Arc::clone(&events);
    settings.observer = Some(Observer::new(move |event: &CallEvent| {
        noted.lock().expect("no panic").push(event.clone());
    }));
    let mut driver = Driver { random: 0, ..Driver::new() };
    let results = [Ok(response(500, "")), Err(TransportError::unknown("reset")), ok()];
    driver.run(&settings, &Act::<0>, results).expect("the third attempt");
    let rejected = Ok(response(404, r#"{"error":"no","code":113}"#));
    driver.run(&settings, &Act::<2>, [rejected]).expect_err("rejected");
    let events = events.lock().expect("no panic");
    let calls = [&events[0], &events[events.len() - 1]].map(|event| match event {
        CallEvent::Attempted { call, .. } | CallEvent::Finished { call, .. } => *call,
        event => panic!("not at the ends: {event:?}"),
    });
    assert!(calls[0] < calls[1], "{calls:?}");
    // The ids depend on what other tests do.
    let names = [(calls[0], "the first"), (calls[1], "the second")];
    let lines = events.iter().map(|event| {
        names.iter().fold(format!("{event:?}"), |line, (call, name)| {
            line.replace(&format!("{call:?}"), name)
        })
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"));
}

#[test]
fn settings_out_of_range_are_violations() {
    let mut settings = settings();
    settings.retry_policy = RetryPolicy::default().max_attempts(0);
    settings.rate_limit = Some(RateLimit::per_minute(0).burst(0));
    settings.call_timeout = Duration::ZERO;
    let error = settings.check(|_| None, Violations::default()).expect_err("invalid");
    insta::assert_snapshot!(
        error,
        @"invalid configuration: call_timeout must be longer than zero and at most a day, found 0ns; retry_policy.max_attempts must be at least 1, found 0; rate_limit.per_minute must be at least 1, found 0; rate_limit.burst must be at least 1, found 0"
    );
}

#[test]
fn without_a_response_the_error_is_the_last_one() {
    let mut settings = settings();
    settings.call_timeout = seconds(1);
    settings.retry_policy = RetryPolicy::default().initial_backoff(Duration::from_millis(600));
    let results = [Err(TransportError::not_sent("refused")), Err(TransportError::unknown("reset"))];
    let error = Driver::new().run(&settings, &Act::<0>, results).expect_err("it fails");
    assert!(error.to_string().contains("reset"), "{error}");
}

#[test]
fn no_event_announces_a_retry_after_the_deadline() {
    let retries = Arc::new(Mutex::new(0));
    let mut settings = settings();
    settings.call_timeout = seconds(60);
    let noted = Arc::clone(&retries);
    settings.observer = Some(Observer::new(move |event: &CallEvent| {
        if let CallEvent::Attempted { retry_in: Some(_), .. } = event {
            *noted.lock().expect("no panic") += 1;
        }
    }));
    Driver::new().run(&settings, &Act::<2>, [Ok(response(429, ""))]).expect_err("too late");
    assert_eq!(*retries.lock().expect("no panic"), 0);
}

/// A user who reads "too many requests, wait" would send the request again.
#[test]
fn a_rejection_does_not_hide_that_another_attempt_may_have_acted() {
    let limited = || Ok(with_header(429, "retry-after", "7"));
    let reset = || Err(TransportError::unknown("reset"));
    // The last response is the 429, but the attempt after it may have acted.
    let error = Driver::new().run(&settings(), &Act::<2>, [limited(), reset()]).expect_err("reset");
    assert!(error.is_rate_limited() && error.may_have_acted());
    insta::assert_snapshot!(
        error,
        @"too many requests: the server rejected act (HTTP 429); it may have taken effect, so check before sending it again"
    );
    let unavailable = || Ok(with_header(503, "retry-after", "7"));
    let results = [reset(), unavailable(), unavailable(), unavailable()];
    let error = Driver::new().run(&settings(), &Act::<1>, results).expect_err("unavailable");
    insta::assert_snapshot!(
        error,
        @"the server rejected act (HTTP 503); it may have taken effect, so check before sending it again"
    );
    // A read can be sent again in any case.
    let results = [reset(), unavailable(), unavailable(), unavailable()];
    let error = Driver::new().run(&settings(), &Act::<0>, results).expect_err("unavailable");
    insta::assert_snapshot!(error, @"the server rejected act (HTTP 503); wait 7 s before sending it again");
}
