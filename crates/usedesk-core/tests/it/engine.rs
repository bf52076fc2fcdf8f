//! The call engine: what is repeated, after which wait, and for how long at most.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde_json::Value;
use usedesk_core::http::Request;
use usedesk_core::{
    Body, BuilderSettings, Bytes, CallEvent, Error, ErrorKind, ExchangeLimits, ExchangeResult,
    Method, Moment, Observer, Operation, RATE_LIMIT_WAIT, RateLimit, RateLimiter, Response,
    RetryPolicy, Safety, Step, TransportError, Violations,
};

use crate::support::answer;

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

/// A world where exchanges end as in a script and take no time, and waits move the clock.
pub(crate) struct World {
    now: Instant,
    random: u32,
    requests: Vec<Request<Body>>,
    limits: Vec<ExchangeLimits>,
    waits: Vec<Duration>,
}

impl World {
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
        outcomes: impl IntoIterator<Item = ExchangeResult>,
    ) -> Result<O::Output, Error> {
        let config = settings.check(|_| None, Violations::default()).expect("valid");
        let mut outcomes = outcomes.into_iter();
        let mut step = config.call(operation).expect("valid").begin(self.now);
        loop {
            step = match step {
                Step::Done(result) => return result.map(Response::into_body),
                Step::Wait(waiting) => {
                    self.waits.push(waiting.duration());
                    self.now += waiting.duration();
                    waiting.resume(self.now)
                }
                Step::Attempt(exchange) => {
                    self.requests.push(exchange.request());
                    self.limits.push(exchange.limits());
                    let outcome = outcomes.next().expect("no more exchanges than in the script");
                    let moment = Moment { now: self.now, wall: Self::wall(), random: self.random };
                    exchange.judge(outcome, moment)
                }
            };
        }
    }
}

pub(crate) fn with_header(status: u16, name: &'static str, value: &str) -> Response<Bytes> {
    let mut response = answer(status, "");
    response.headers_mut().insert(name, value.parse().expect("a header"));
    response
}

#[expect(clippy::unnecessary_wraps, reason = "one outcome among others")]
fn ok() -> ExchangeResult {
    Ok(answer(200, "1"))
}

/// An outcome, and what operations of each safety make of it.
type Row = (&'static str, Box<dyn Fn() -> ExchangeResult>, [(usize, Option<Duration>); 3]);

/// Before the time of the world.
const PAST: &str = "Wed, 01 May 2024 11:00:00 GMT";

fn asking(status: u16, retry_after: &'static str) -> Box<dyn Fn() -> ExchangeResult> {
    Box::new(move || Ok(with_header(status, "retry-after", retry_after)))
}

fn saying(status: u16, code: u16) -> Box<dyn Fn() -> ExchangeResult> {
    Box::new(move || Ok(answer(status, format!(r#"{{"error":"no","code":{code}}}"#))))
}

/// How many exchanges operations of each safety make when the first ends so, and the wait.
fn repeated(
    retry: RetryPolicy,
    outcome: &dyn Fn() -> ExchangeResult,
) -> [(usize, Option<Duration>); 3] {
    let mut settings = settings();
    settings.retry_policy = retry;
    let run = |run: &dyn Fn(&mut World) -> Result<Value, Error>| {
        let mut world = World::new();
        let result = run(&mut world);
        assert_eq!(result.is_ok(), world.requests.len() == 2);
        (world.requests.len(), world.waits.first().copied())
    };
    [
        run(&|world| world.run(&settings, &Act::<0>, [outcome(), ok()])),
        run(&|world| world.run(&settings, &Act::<1>, [outcome(), ok()])),
        run(&|world| world.run(&settings, &Act::<2>, [outcome(), ok()])),
    ]
}

#[test]
fn what_is_repeated() {
    let half = Some(Duration::from_millis(500));
    let (once, again) = ((1, None), (2, half));
    let after = |wait| (2, Some(seconds(wait)));
    let partial = |status| TransportError::unknown("broke off").with_partial(answer(status, "{"));
    let long = || {
        let mut response = answer(200, "1");
        let value = "x".repeat(70_000).parse().expect("a header");
        response.headers_mut().insert("x-long", value);
        response
    };
    let rows: Vec<Row> = vec![
        ("not sent", Box::new(|| Err(TransportError::not_sent("no"))), [again; 3]),
        (
            "too late, not sent",
            Box::new(|| Err(TransportError::not_sent("no").timed_out())),
            [again; 3],
        ),
        ("unknown", Box::new(|| Err(TransportError::unknown("reset"))), [again, again, once]),
        (
            "too late",
            Box::new(|| Err(TransportError::unknown("late").timed_out())),
            [again, again, once],
        ),
        ("broke off", Box::new(move || Err(partial(200))), [again, again, once]),
        ("502 broke off", Box::new(move || Err(partial(502))), [again, again, once]),
        ("404 broke off", Box::new(move || Err(partial(404))), [once; 3]),
        ("headers too long", Box::new(move || Ok(long())), [once; 3]),
        ("500", Box::new(|| Ok(answer(500, ""))), [again, again, once]),
        ("503", Box::new(|| Ok(answer(503, ""))), [again, again, once]),
        ("502 with HTML", Box::new(|| Ok(answer(502, "<html>"))), [again, again, once]),
        ("503 with Retry-After", asking(503, "7"), [after(7), after(7), once]),
        ("500 with Retry-After", asking(500, "7"), [after(7), after(7), once]),
        ("408 with Retry-After", asking(408, "7"), [after(7), after(7), once]),
        ("429 with Retry-After", asking(429, "7"), [after(7); 3]),
        // The server's wait is never shorter than our own.
        ("503, no wait", asking(503, "0"), [again, again, once]),
        ("503, a wait in the past", asking(503, PAST), [again, again, once]),
        ("503, no readable wait", asking(503, "soon"), [again, again, once]),
        ("429, no wait", asking(429, "0"), [again; 3]),
        ("429, a wait in the past", asking(429, PAST), [again; 3]),
        ("429, no readable wait", asking(429, "soon"), [(2, Some(RATE_LIMIT_WAIT)); 3]),
        ("429", Box::new(|| Ok(answer(429, ""))), [(2, Some(RATE_LIMIT_WAIT)); 3]),
        ("408", Box::new(|| Ok(answer(408, ""))), [again, again, once]),
        ("121 with 200", saying(200, 121), [(2, Some(RATE_LIMIT_WAIT)); 3]),
        ("429 with 200", saying(200, 429), [(2, Some(RATE_LIMIT_WAIT)); 3]),
        ("121 with 400", saying(400, 121), [(2, Some(RATE_LIMIT_WAIT)); 3]),
        ("121 with 503", saying(503, 121), [(2, Some(RATE_LIMIT_WAIT)); 3]),
        ("111 with 200", saying(200, 111), [again, again, once]),
        ("111 with 400", saying(400, 111), [again, again, once]),
        ("112 with 200", saying(200, 112), [once; 3]),
        ("error with 200", Box::new(|| Ok(answer(200, r#"{"error":"no"}"#))), [once; 3]),
        ("unreadable", Box::new(|| Ok(answer(200, "<html>"))), [once; 3]),
        ("400", Box::new(|| Ok(answer(400, ""))), [once; 3]),
        ("404", Box::new(|| Ok(answer(404, ""))), [once; 3]),
        ("302", Box::new(|| Ok(answer(302, ""))), [once; 3]),
    ];
    for (name, outcome, expected) in rows {
        assert_eq!(repeated(RetryPolicy::default(), &*outcome), expected, "{name}");
        // Turned off, nothing is; restricted, only what the server cannot have acted on.
        assert_eq!(repeated(RetryPolicy::none(), &*outcome), [once; 3], "{name}");
        let unseen = expected.map(|_| expected[2]);
        assert_eq!(
            repeated(RetryPolicy::default().unprocessed_only(), &*outcome),
            unseen,
            "{name}"
        );
    }
}

#[test]
fn waits_double_up_to_their_limit_and_are_random() {
    let mut settings = settings();
    settings.retry_policy =
        RetryPolicy::default().max_attempts(9).initial_backoff(seconds(1)).max_backoff(seconds(10));
    settings.call_timeout = seconds(600);
    let fail = || (0..9).map(|_| Err(TransportError::not_sent("no")));
    let mut world = World::new();
    world.run(&settings, &Act::<2>, fail()).expect_err("it fails");
    assert_eq!(world.waits, [1, 2, 4, 8, 10, 10, 10, 10].map(seconds));
    let mut world = World { random: u32::MAX / 4, ..World::new() };
    world.run(&settings, &Act::<2>, fail()).expect_err("it fails");
    let quarter = |wait: &Duration| wait.as_secs_f64() * 4.0;
    let rounded: Vec<_> = world.waits.iter().map(quarter).map(f64::round).collect();
    assert_eq!(rounded, [1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0, 10.0]);
    let mut world = World { random: 0, ..World::new() };
    world.run(&settings, &Act::<2>, fail()).expect_err("it fails");
    assert_eq!(world.waits, [Duration::ZERO; 8]);
}

#[test]
fn the_same_bytes_are_sent_again() {
    let mut world = World::new();
    let outcomes = [Err(TransportError::unknown("reset")), Ok(answer(500, "")), ok()];
    world.run(&settings(), &Act::<1>, outcomes).expect("the third time");
    let [one, two, three] = &*world.requests else { panic!("three exchanges") };
    assert_eq!(one.uri(), two.uri());
    assert_eq!((one.body(), one.headers()), (three.body(), three.headers()));
    assert_eq!(one.body().segments()[0].as_ptr(), two.body().segments()[0].as_ptr());
}

#[test]
fn the_user_gets_the_last_answer() {
    let fault = || Err(TransportError::not_sent("no").timed_out());
    let outcomes = [Ok(answer(500, "a")), Ok(answer(502, "b")), fault(), fault()];
    let error = World::new().run(&settings(), &Act::<0>, outcomes).expect_err("it fails");
    assert_eq!((error.status().map(|s| s.as_u16()), error.body()), (Some(502), Some(&b"b"[..])));
    let outcomes = [fault(), fault(), fault(), Ok(answer(500, "a"))];
    let error = World::new().run(&settings(), &Act::<0>, outcomes).expect_err("it fails");
    assert_eq!(error.body(), Some(&b"a"[..]));
    let error = World::new().run(&settings(), &Act::<0>, [(); 4].map(|()| fault()));
    assert!(error.expect_err("it fails").is_timeout());
    // The wait it asked for is over by the time that the last attempt fails.
    let outcomes = [asking(503, "10")(), asking(503, "20")(), fault(), fault()];
    let error = World::new().run(&settings(), &Act::<0>, outcomes).expect_err("it fails");
    assert_eq!((error.status().map(|s| s.as_u16()), error.retry_after()), (Some(503), None));
}

/// What one exchange may have done, no later one undoes.
#[test]
fn whether_it_may_have_acted_is_about_all_exchanges() {
    let not_sent = || Err(TransportError::not_sent("no"));
    let run = |first: ExchangeResult| {
        let outcomes = [first, not_sent(), not_sent(), Ok(answer(429, ""))];
        let mut settings = settings();
        settings.call_timeout = seconds(1_000);
        World::new().run(&settings, &Act::<1>, outcomes).expect_err("it fails")
    };
    assert!(run(Err(TransportError::unknown("reset"))).may_have_acted());
    assert!(run(Ok(answer(500, ""))).may_have_acted());
    assert!(!run(not_sent()).may_have_acted());
    assert!(!run(Ok(answer(429, ""))).may_have_acted());
    assert!(!run(saying(200, 121)()).may_have_acted());
    assert!(run(asking(503, "1")()).may_have_acted());
    assert!(run(saying(200, 111)()).may_have_acted());
}

/// What changes nothing has not acted, whatever happened.
#[test]
fn a_read_never_acts() {
    let mut settings = settings();
    settings.retry_policy = RetryPolicy::none();
    let outcomes: Vec<Box<dyn Fn() -> ExchangeResult>> = vec![
        Box::new(|| Ok(answer(400, ""))),
        Box::new(|| Ok(answer(503, ""))),
        Box::new(|| Ok(answer(200, "<html>"))),
        Box::new(|| Ok(answer(200, r#"{"error":"no"}"#))),
        Box::new(|| Err(TransportError::unknown("reset"))),
        Box::new(|| Err(TransportError::unknown("late").timed_out())),
        Box::new(|| Err(TransportError::unknown("cut").with_partial(answer(200, "{")))),
    ];
    for outcome in outcomes {
        let [read, update] = [
            World::new().run(&settings, &Act::<0>, [outcome()]).expect_err("it fails"),
            World::new().run(&settings, &Act::<1>, [outcome()]).expect_err("it fails"),
        ];
        assert!(!read.may_have_acted(), "{read}");
        assert!(!read.to_string().contains("may have taken effect"), "{read}");
        assert!(update.may_have_acted(), "{update}");
    }
    // Nor have its earlier attempts.
    let outcomes = [(); 4].map(|()| Ok(answer(500, "")));
    let error = World::new().run(&self::settings(), &Act::<0>, outcomes).expect_err("it fails");
    assert!(!error.may_have_acted());
}

#[test]
fn a_wait_that_would_end_too_late_is_not_begun() {
    let mut settings = settings();
    settings.call_timeout = seconds(60);
    let mut world = World::new();
    let outcomes = [Ok(with_header(429, "retry-after", "60"))];
    let error = world.run(&settings, &Act::<2>, outcomes).expect_err("too late");
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::RateLimited, Some(seconds(60))));
    assert!(world.waits.is_empty());

    let outcomes = [Ok(with_header(429, "retry-after", "59")), Ok(answer(429, ""))];
    let error = world.run(&settings, &Act::<2>, outcomes).expect_err("too late");
    assert_eq!(world.waits, [seconds(59)]);
    // Where the server did not say when, the wait that was not begun does.
    assert_eq!(error.retry_after(), Some(RATE_LIMIT_WAIT));
    assert_eq!(
        world.limits.iter().map(|limits| limits.attempt).collect::<Vec<_>>(),
        [30, 30, 1].map(seconds)
    );
}

/// The same for what the server asks for: it is told in full.
#[test]
fn a_retry_after_that_does_not_fit_fails_immediately() {
    for (status, body) in [(429, ""), (503, ""), (200, r#"{"error":"no","code":121}"#)] {
        let mut response = with_header(status, "retry-after", "60000");
        *response.body_mut() = body.into();
        let mut world = World::new();
        let error = world.run(&settings(), &Act::<0>, [Ok(response)]).expect_err("too late");
        assert_eq!(error.retry_after(), Some(seconds(60_000)), "{error}");
        assert!(world.waits.is_empty());
    }
}

#[test]
fn a_pace_lets_a_burst_through_and_then_one_at_a_time() {
    let mut settings = settings();
    settings.rate_limiter = Some(RateLimiter::new(RateLimit::per_minute(60).burst(3)));
    let mut world = World::new();
    let start = world.now;
    let mut starts = Vec::new();
    for _ in 0..6 {
        world.run(&settings, &Act::<2>, [ok()]).expect("accepted");
        starts.push((world.now - start).as_secs());
    }
    assert_eq!(starts, [0, 0, 0, 1, 2, 3]);
    // After a rest there is a burst again.
    world.now += seconds(10);
    for expected in [0, 0, 0, 1] {
        let before = world.now;
        world.run(&settings, &Act::<2>, [ok()]).expect("accepted");
        assert_eq!((world.now - before).as_secs(), expected);
    }
}

#[test]
fn a_429_stops_all_calls_of_the_pacer_and_then_they_go_in_single_file() {
    let pacer = RateLimiter::new(RateLimit::per_minute(60).burst(10));
    let mut settings = settings();
    settings.rate_limiter = Some(pacer.clone());
    let mut world = World::new();
    let start = world.now;
    let refused = Ok(with_header(429, "retry-after", "7"));
    world.run(&settings, &Act::<2>, [refused, ok()]).expect("the second time");
    assert_eq!(world.now - start, seconds(7));
    // Another handle with the same pacer, and no burst any more.
    world.now = start + seconds(1);
    let mut starts = Vec::new();
    for _ in 0..3 {
        world.run(&settings, &Act::<2>, [ok()]).expect("accepted");
        starts.push((world.now - start).as_secs());
    }
    assert_eq!(starts, [8, 9, 10]);
}

/// Those of a burst that are refused together do not come back together.
#[test]
fn several_refused_at_once_come_back_in_single_file() {
    let mut settings = settings();
    settings.rate_limiter = Some(RateLimiter::new(RateLimit::per_minute(60).burst(10)));
    let config = settings.check(|_| None, Violations::default()).expect("valid");
    let start = Instant::now();
    let begin = || match config.call(&Act::<2>).expect("valid").begin(start) {
        Step::Attempt(exchange) => exchange,
        other => panic!("all of a burst start: {other:?}"),
    };
    let burst = [begin(), begin(), begin()];
    let mut waiting = Vec::new();
    for (exchange, millis) in burst.into_iter().zip([100, 200, 300]) {
        let now = start + Duration::from_millis(millis);
        let moment = Moment { now, wall: World::wall(), random: 0 };
        match exchange.judge(Ok(with_header(429, "retry-after", "7")), moment) {
            Step::Wait(call) => waiting.push((now + call.duration(), call)),
            other => panic!("it waits: {other:?}"),
        }
    }
    // The last refusal moved the end of the stop to 7.3 s for all.
    let mut starts = Vec::new();
    for (mut due, mut call) in waiting {
        starts.push(loop {
            match call.resume(due) {
                Step::Wait(again) => (due, call) = (due + again.duration(), again),
                Step::Attempt(_) => break (due - start).as_millis(),
                Step::Done(result) => panic!("it starts: {result:?}"),
            }
        });
    }
    assert_eq!(starts, [7_300, 8_300, 9_300]);
}

/// Nor do they come back sooner than the pace allows when the server asks for no wait.
#[test]
fn a_refusal_without_a_wait_keeps_the_pace() {
    let mut settings = settings();
    settings.rate_limiter = Some(RateLimiter::new(RateLimit::per_minute(60)));
    let refused = || Ok(with_header(429, "retry-after", "0"));
    let mut world = World::new();
    world.run(&settings, &Act::<2>, [refused(), refused(), ok()]).expect("the third time");
    assert_eq!(world.waits, [seconds(1), seconds(1)]);
}

#[test]
fn a_deadline_counts_the_wait_for_its_turn() {
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
    let Step::Done(Err(error)) = begin(Some(10)) else { panic!("it would come too late") };
    assert_eq!((error.kind(), error.retry_after()), (ErrorKind::Transport, Some(seconds(10))));
    assert!(error.is_timeout() && !error.may_have_acted());
    insta::assert_snapshot!(
        error,
        @"act was not sent: the rate limit has a slot in 10s, which is after the deadline; sending it again is safe"
    );
    // Its place was not taken.
    let Step::Wait(waiting) = begin(Some(11)) else { panic!("it waits") };
    assert_eq!(waiting.duration(), seconds(10));
    // A call that is dropped while it waits gives its place back.
    drop(waiting);
    // Without a deadline it waits as long as it takes, and its time counts from its turn.
    let Step::Wait(waiting) = begin(None) else { panic!("it waits") };
    assert_eq!(waiting.duration(), seconds(10));
    let Step::Attempt(exchange) = waiting.resume(now + seconds(10)) else { panic!("its turn") };
    assert_eq!(exchange.limits().attempt, seconds(5));
}

/// A transport that only notes its pauses makes the same of a call as one that waits.
#[test]
fn waits_count_although_the_clock_stands_still() {
    let mut settings = settings();
    settings.call_timeout = seconds(100);
    let config = settings.check(|_| None, Violations::default()).expect("valid");
    let now = Instant::now();
    let mut step = config.call(&Act::<2>).expect("valid").begin(now);
    let mut waits = Vec::new();
    let error = loop {
        step = match step {
            Step::Done(result) => break result.expect_err("it fails"),
            Step::Wait(waiting) => {
                waits.push(waiting.duration());
                waiting.resume(now)
            }
            Step::Attempt(exchange) => {
                let moment = Moment { now, wall: World::wall(), random: 0 };
                exchange.judge(Ok(answer(429, "")), moment)
            }
        };
    };
    assert_eq!((waits, error.retry_after()), (vec![RATE_LIMIT_WAIT], Some(RATE_LIMIT_WAIT)));
}

#[test]
fn an_observer_is_told_everything() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let mut settings = settings();
    settings.rate_limiter = Some(RateLimiter::new(RateLimit::per_minute(60)));
    let noted = Arc::clone(&events);
    settings.observer = Some(Observer::new(move |event: &CallEvent| {
        noted.lock().expect("no panic").push(event.clone());
    }));
    let mut world = World { random: 0, ..World::new() };
    let outcomes = [Ok(answer(500, "")), Err(TransportError::unknown("reset")), ok()];
    world.run(&settings, &Act::<0>, outcomes).expect("the third time");
    world.run(&settings, &Act::<2>, [Ok(answer(404, ""))]).expect_err("refused");
    insta::assert_snapshot!(format!("{:#?}", events.lock().expect("no panic")));
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
fn of_faults_alone_the_user_gets_the_last() {
    let mut settings = settings();
    settings.call_timeout = seconds(1);
    settings.retry_policy = RetryPolicy::default().initial_backoff(Duration::from_millis(600));
    let outcomes =
        [Err(TransportError::not_sent("refused")), Err(TransportError::unknown("reset"))];
    let error = World::new().run(&settings, &Act::<0>, outcomes).expect_err("it fails");
    assert!(error.to_string().contains("reset"), "{error}");
}

/// No event speaks of an exchange that is not made.
#[test]
fn a_repetition_without_time_is_not_told() {
    let repeated = Arc::new(Mutex::new(0));
    let mut settings = settings();
    settings.call_timeout = seconds(60);
    let noted = Arc::clone(&repeated);
    settings.observer = Some(Observer::new(move |event: &CallEvent| {
        if let CallEvent::Attempted { retry_in: Some(_), .. } = event {
            *noted.lock().expect("no panic") += 1;
        }
    }));
    World::new().run(&settings, &Act::<2>, [Ok(answer(429, ""))]).expect_err("too late");
    assert_eq!(*repeated.lock().expect("no panic"), 0);
}

/// Whoever reads that it was refused and should come back later may do it a second time.
#[test]
fn a_refusal_does_not_hide_that_another_exchange_may_have_acted() {
    let refused = || Ok(with_header(429, "retry-after", "7"));
    let reset = || Err(TransportError::unknown("reset"));
    // Refused at first, then sent into the dark: the last answer is the refusal.
    let error = World::new().run(&settings(), &Act::<2>, [refused(), reset()]).expect_err("reset");
    assert!(error.is_rate_limited() && error.may_have_acted());
    insta::assert_snapshot!(
        error,
        @"too many requests: the server rejected act (HTTP 429); it may have taken effect, so check before sending it again"
    );
    let unavailable = || Ok(with_header(503, "retry-after", "7"));
    let outcomes = [reset(), unavailable(), unavailable(), unavailable()];
    let error = World::new().run(&settings(), &Act::<1>, outcomes).expect_err("unavailable");
    insta::assert_snapshot!(
        error,
        @"the server rejected act (HTTP 503); it may have taken effect, so check before sending it again"
    );
    // What changes nothing can be sent again in any case.
    let outcomes = [reset(), unavailable(), unavailable(), unavailable()];
    let error = World::new().run(&settings(), &Act::<0>, outcomes).expect_err("unavailable");
    insta::assert_snapshot!(error, @"the server rejected act (HTTP 503); wait 7 s before sending it again");
}
