//! Many calls of one rate limiter: in which order they start, and when.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use usedesk_core::internal::{Attempt, CheckedConfig, Moment, Observer, Step, Wait};
use usedesk_core::{
    CallEvent, Error, ExchangeResult, RateLimit, RateLimiter, TransportError, Violations,
};

use crate::engine::{Act, Driver, seconds, settings, with_header};

/// Drives the calls of one rate limiter. Waits end in the order of time.
pub(crate) struct QueueDriver {
    config: CheckedConfig,
    start: Instant,
    now: Instant,
    waiting: Vec<(&'static str, Instant, Wait<Value>)>,
    /// The calls that failed before their slot, the time in ms, and `retry_after` of the error.
    pub(crate) gave_up: Vec<(&'static str, u128, Option<Duration>)>,
    /// Their errors.
    pub(crate) errors: Vec<Error>,
    pub(crate) events: Arc<Mutex<Vec<CallEvent>>>,
}

impl QueueDriver {
    pub(crate) fn new(limit: RateLimit) -> Self {
        let mut settings = settings();
        settings.rate_limiter = Some(RateLimiter::new(limit));
        let events = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&events);
        settings.observer = Some(Observer::new(move |event: &CallEvent| {
            noted.lock().expect("no panic").push(event.clone());
        }));
        let config = settings.check(|_| None, Violations::default()).expect("valid");
        let start = Instant::now();
        let (waiting, gave_up, errors) = (Vec::new(), Vec::new(), Vec::new());
        Self { config, start, now: start, waiting, gave_up, errors, events }
    }

    pub(crate) fn at(&mut self, millis: u64) -> &mut Self {
        self.now = self.start + Duration::from_millis(millis);
        self
    }

    pub(crate) fn begin(&mut self, name: &'static str) -> Option<Attempt<Value>> {
        let step = self.config.call(&Act::<2>).expect("valid").begin(self.now);
        self.advance(name, step)
    }

    pub(crate) fn begin_within(
        &mut self,
        name: &'static str,
        limit: Duration,
    ) -> Option<Attempt<Value>> {
        let config = self.config.with_deadline(limit);
        let step = config.call(&Act::<2>).expect("valid").begin(self.now);
        self.advance(name, step)
    }

    /// Ends the attempt of this call with this result.
    pub(crate) fn end(
        &mut self,
        name: &'static str,
        attempt: Attempt<Value>,
        result: ExchangeResult,
    ) {
        let moment = Moment { now: self.now, wall: Driver::wall(), random: u32::MAX };
        let step = attempt.judge(result, moment);
        assert!(self.advance(name, step).is_none(), "it neither waits nor fails");
    }

    pub(crate) fn drop_call(&mut self, name: &str) {
        self.waiting.retain(|(other, ..)| *other != name);
    }

    fn advance(&mut self, name: &'static str, step: Step<Value>) -> Option<Attempt<Value>> {
        match step {
            Step::Attempt(attempt) => return Some(attempt),
            Step::Wait(wait) => self.waiting.push((name, self.now + wait.duration(), wait)),
            step @ Step::Reserve(_) => panic!("{step:?}"),
            Step::Done(result) => {
                let error = result.expect_err("it was not sent");
                self.gave_up.push((name, (self.now - self.start).as_millis(), error.retry_after()));
                self.errors.push(error);
            }
        }
        None
    }

    /// Returns the next call that starts, and the time in ms.
    pub(crate) fn next(&mut self) -> Option<(&'static str, u128, Attempt<Value>)> {
        loop {
            let first = self.waiting.iter().enumerate().min_by_key(|(_, (_, due, _))| *due)?.0;
            let (name, due, wait) = self.waiting.remove(first);
            self.now = due;
            let step = wait.resume(due);
            if let Some(attempt) = self.advance(name, step) {
                return Some((name, (due - self.start).as_millis(), attempt));
            }
        }
    }

    /// Returns all waiting calls in the order in which they start, and the times in ms.
    pub(crate) fn starts(&mut self) -> Vec<(&'static str, u128)> {
        std::iter::from_fn(|| self.next().map(|(name, millis, _)| (name, millis))).collect()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "one of several results")]
pub(crate) fn too_many_requests(seconds: &str) -> ExchangeResult {
    Ok(with_header(429, "retry-after", seconds))
}

#[test]
fn retries_start_first_and_the_other_calls_after_them() {
    let mut queue = QueueDriver::new(RateLimit::per_minute(60).burst(2));
    let one = queue.begin("one").expect("a burst");
    let two = queue.begin("two").expect("a burst");
    for name in ["a", "b", "c"] {
        assert!(queue.begin(name).is_none());
    }
    // Retries start in the order of their responses.
    queue.at(200).end("two", two, too_many_requests("7"));
    queue.at(400).end("one", one, too_many_requests("7"));
    assert!(queue.begin("d").is_none());
    let expected =
        [("two", 7_400), ("one", 8_400), ("a", 9_400), ("b", 10_400), ("c", 11_400), ("d", 12_400)];
    assert_eq!(queue.starts(), expected);
}

#[test]
fn another_stop_delays_all_calls_and_keeps_their_order() {
    let mut queue = QueueDriver::new(RateLimit::per_minute(60).burst(3));
    let [one, two, three] = ["one", "two", "three"].map(|name| queue.begin(name).expect("a burst"));
    assert!(queue.begin("a").is_none());
    queue.at(100).end("one", one, too_many_requests("5"));
    queue.at(100).end("two", two, too_many_requests("5"));
    let (name, at, one) = queue.next().expect("it is first");
    assert_eq!((name, at), ("one", 5_100));
    // One gets another 429, and so does three, which was slow, while two is queued.
    queue.at(5_300).end("one", one, too_many_requests("2"));
    queue.at(5_500).end("three", three, too_many_requests("1"));
    assert_eq!(queue.starts(), [("two", 8_100), ("one", 9_100), ("three", 10_100), ("a", 11_100)]);
}

/// A retry for another reason than a 429 does not stop the other calls.
#[test]
fn every_retry_starts_first() {
    let mut queue = QueueDriver::new(RateLimit::per_minute(60));
    let one = queue.begin("one").expect("it starts");
    for name in ["a", "b"] {
        assert!(queue.begin(name).is_none());
    }
    // It waits for the backoff of half a second, then for its slot.
    queue.at(100).end("one", one, Err(TransportError::not_sent("no")));
    assert_eq!(queue.starts(), [("one", 1_000), ("a", 2_000), ("b", 3_000)]);
}

/// A retry that need not be queued delays no other call.
#[test]
fn a_retry_can_be_one_of_a_burst() {
    let mut queue = QueueDriver::new(RateLimit::per_minute(60).burst(4));
    let one = queue.begin("one").expect("a burst");
    queue.end("one", one, Err(TransportError::not_sent("no")));
    let (_, at, _) = queue.next().expect("it is retried");
    assert_eq!(at, 500);
    assert!(queue.begin("a").is_some() && queue.begin("b").is_some());
    assert!(queue.begin("c").is_none());
    assert_eq!(queue.starts(), [("c", 1_000)]);
}

#[test]
fn the_slot_of_a_dropped_retry_goes_to_the_next_call_that_asks() {
    let mut queue = QueueDriver::new(RateLimit::per_minute(60).burst(3));
    let [one, two, three] = ["one", "two", "three"].map(|name| queue.begin(name).expect("a burst"));
    assert!(queue.begin("a").is_none());
    queue.at(100).end("one", one, too_many_requests("5"));
    queue.end("two", two, too_many_requests("5"));
    queue.drop_call("one");
    queue.at(200).end("three", three, too_many_requests("4"));
    queue.drop_call("two");
    assert!(queue.begin("b").is_none());
    // Dropped calls delay no other call.
    assert_eq!(queue.starts(), [("three", 5_100), ("b", 6_100), ("a", 7_100)]);
}

#[test]
fn queued_calls_fail_when_their_slot_moves_after_their_deadline() {
    let mut queue = QueueDriver::new(RateLimit::per_minute(60));
    let one = queue.begin("one").expect("it starts");
    assert!(queue.begin_within("a", seconds(6)).is_none());
    assert!(queue.begin_within("b", seconds(9)).is_none());
    assert!(queue.begin_within("c", seconds(20)).is_none());
    queue.at(500).end("one", one, too_many_requests("5"));
    // The slot of a moves from 1 s to after its deadline. The next call that asks gets it.
    assert_eq!(queue.starts(), [("one", 5_500), ("b", 7_500), ("c", 8_500)]);
    assert_eq!(queue.gave_up, [("a", 1_000, Some(Duration::from_millis(5_500)))]);
}

/// An earlier `Retry-After` may be too short by now.
#[test]
fn the_error_of_a_call_that_gives_up_has_the_wait_for_its_slot() {
    let mut queue = QueueDriver::new(RateLimit::per_minute(60).burst(2));
    let one = queue.begin("one").expect("a burst");
    let two = queue.begin_within("two", seconds(12)).expect("a burst");
    queue.end("one", one, too_many_requests("7"));
    queue.end("two", two, too_many_requests("7"));
    // One gets another 429 before the slot of two.
    let (_, _, one) = queue.next().expect("it is first");
    queue.at(7_500).end("one", one, too_many_requests("60"));
    assert_eq!(queue.starts(), [("one", 69_000)]);
    assert_eq!(queue.gave_up, [("two", 8_000, Some(seconds(60)))]);
}
