//! Many calls of one pacer: whose turn it is.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use usedesk_core::{
    Attempt, CallEvent, CheckedConfig, Error, ExchangeResult, Moment, Observer, RateLimit,
    RateLimiter, Step, TransportError, Violations, Wait,
};

use crate::engine::{Act, World, seconds, settings, with_header};

/// Calls of one pacer, in a world where waits end in the order of time.
pub(crate) struct InLine {
    config: CheckedConfig,
    start: Instant,
    now: Instant,
    waiting: Vec<(&'static str, Instant, Wait<Value>)>,
    /// The calls that ended before their turn, when, and when it would have been.
    pub(crate) gave_up: Vec<(&'static str, u128, Option<Duration>)>,
    /// Their errors.
    pub(crate) errors: Vec<Error>,
    pub(crate) events: Arc<Mutex<Vec<CallEvent>>>,
}

impl InLine {
    pub(crate) fn new(pace: RateLimit) -> Self {
        let mut settings = settings();
        settings.rate_limiter = Some(RateLimiter::new(pace));
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

    /// The exchange of this call ends so.
    pub(crate) fn ends(
        &mut self,
        name: &'static str,
        exchange: Attempt<Value>,
        outcome: ExchangeResult,
    ) {
        let moment = Moment { now: self.now, wall: World::wall(), random: u32::MAX };
        let step = exchange.judge(outcome, moment);
        assert!(self.advance(name, step).is_none(), "it waits or fails");
    }

    pub(crate) fn drop_call(&mut self, name: &str) {
        self.waiting.retain(|(other, ..)| *other != name);
    }

    fn advance(&mut self, name: &'static str, step: Step<Value>) -> Option<Attempt<Value>> {
        match step {
            Step::Attempt(exchange) => return Some(exchange),
            Step::Wait(call) => self.waiting.push((name, self.now + call.duration(), call)),
            Step::Done(result) => {
                let error = result.expect_err("its turn had not come");
                self.gave_up.push((name, (self.now - self.start).as_millis(), error.retry_after()));
                self.errors.push(error);
            }
        }
        None
    }

    /// The next call that starts, and when.
    pub(crate) fn next(&mut self) -> Option<(&'static str, u128, Attempt<Value>)> {
        loop {
            let first = self.waiting.iter().enumerate().min_by_key(|(_, (_, due, _))| *due)?.0;
            let (name, due, call) = self.waiting.remove(first);
            self.now = due;
            let step = call.resume(due);
            if let Some(exchange) = self.advance(name, step) {
                return Some((name, (due - self.start).as_millis(), exchange));
            }
        }
    }

    /// All that wait, in the order in which they start.
    pub(crate) fn starts(&mut self) -> Vec<(&'static str, u128)> {
        std::iter::from_fn(|| self.next().map(|(name, millis, _)| (name, millis))).collect()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "one outcome among others")]
pub(crate) fn refused(seconds: &str) -> ExchangeResult {
    Ok(with_header(429, "retry-after", seconds))
}

#[test]
fn who_was_refused_comes_first_and_the_others_behind() {
    let mut line = InLine::new(RateLimit::per_minute(60).burst(2));
    let one = line.begin("one").expect("a burst");
    let two = line.begin("two").expect("a burst");
    for name in ["a", "b", "c"] {
        assert!(line.begin(name).is_none());
    }
    // In the order of their refusals, whatever else there is in the line.
    line.at(200).ends("two", two, refused("7"));
    line.at(400).ends("one", one, refused("7"));
    assert!(line.begin("d").is_none());
    let expected =
        [("two", 7_400), ("one", 8_400), ("a", 9_400), ("b", 10_400), ("c", 11_400), ("d", 12_400)];
    assert_eq!(line.starts(), expected);
}

#[test]
fn another_refusal_moves_all_and_changes_no_order() {
    let mut line = InLine::new(RateLimit::per_minute(60).burst(3));
    let [one, two, three] = ["one", "two", "three"].map(|name| line.begin(name).expect("a burst"));
    assert!(line.begin("a").is_none());
    line.at(100).ends("one", one, refused("5"));
    line.at(100).ends("two", two, refused("5"));
    let (name, at, one) = line.next().expect("it comes first");
    assert_eq!((name, at), ("one", 5_100));
    // One is refused again, and so is three, which was slow, while two is in line.
    line.at(5_300).ends("one", one, refused("2"));
    line.at(5_500).ends("three", three, refused("1"));
    assert_eq!(line.starts(), [("two", 8_100), ("one", 9_100), ("three", 10_100), ("a", 11_100)]);
}

/// A repetition for another reason does not stop the others, but comes before them as well.
#[test]
fn who_is_repeated_for_another_reason_comes_first_too() {
    let mut line = InLine::new(RateLimit::per_minute(60));
    let one = line.begin("one").expect("its turn");
    for name in ["a", "b"] {
        assert!(line.begin(name).is_none());
    }
    // It waits for half a second, and then for its turn.
    line.at(100).ends("one", one, Err(TransportError::not_sent("no")));
    assert_eq!(line.starts(), [("one", 1_000), ("a", 2_000), ("b", 3_000)]);
}

/// A repetition that need not wait is in nobody's way.
#[test]
fn a_repetition_is_one_of_a_burst() {
    let mut line = InLine::new(RateLimit::per_minute(60).burst(4));
    let one = line.begin("one").expect("a burst");
    line.ends("one", one, Err(TransportError::not_sent("no")));
    let (_, at, _) = line.next().expect("it is repeated");
    assert_eq!(at, 500);
    assert!(line.begin("a").is_some() && line.begin("b").is_some());
    assert!(line.begin("c").is_none());
    assert_eq!(line.starts(), [("c", 1_000)]);
}

#[test]
fn the_place_of_a_refused_call_that_is_dropped_goes_to_the_next_who_asks() {
    let mut line = InLine::new(RateLimit::per_minute(60).burst(3));
    let [one, two, three] = ["one", "two", "three"].map(|name| line.begin(name).expect("a burst"));
    assert!(line.begin("a").is_none());
    line.at(100).ends("one", one, refused("5"));
    line.ends("two", two, refused("5"));
    line.drop_call("one");
    line.at(200).ends("three", three, refused("4"));
    line.drop_call("two");
    assert!(line.begin("b").is_none());
    // Nobody waits longer for those who are gone.
    assert_eq!(line.starts(), [("three", 5_100), ("b", 6_100), ("a", 7_100)]);
}

#[test]
fn the_others_give_up_when_they_would_come_too_late() {
    let mut line = InLine::new(RateLimit::per_minute(60));
    let one = line.begin("one").expect("its turn");
    assert!(line.begin_within("a", seconds(6)).is_none());
    assert!(line.begin_within("b", seconds(9)).is_none());
    assert!(line.begin_within("c", seconds(20)).is_none());
    line.at(500).ends("one", one, refused("5"));
    // The turn of a, which was to be in a second, comes when its time is over. Its place is for
    // whoever asks next.
    assert_eq!(line.starts(), [("one", 5_500), ("b", 7_500), ("c", 8_500)]);
    assert_eq!(line.gave_up, [("a", 1_000, Some(Duration::from_millis(5_500)))]);
}

/// What the server said once may be too short by now.
#[test]
fn who_gives_up_is_told_when_its_turn_would_have_come() {
    let mut line = InLine::new(RateLimit::per_minute(60).burst(2));
    let one = line.begin("one").expect("a burst");
    let two = line.begin_within("two", seconds(12)).expect("a burst");
    line.ends("one", one, refused("7"));
    line.ends("two", two, refused("7"));
    // One is refused again before it is the turn of two.
    let (_, _, one) = line.next().expect("it comes first");
    line.at(7_500).ends("one", one, refused("60"));
    assert_eq!(line.starts(), [("one", 69_000)]);
    assert_eq!(line.gave_up, [("two", 8_000, Some(seconds(60)))]);
}
