//! Calls of several processes that share one rate limiter.

mod decision;
mod known_store;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use usedesk_core::internal::{Attempt, CheckedConfig, Moment, Observer, Step, Wait};
use usedesk_core::shared_limit::{
    SharedLimit, SlotDecision, SlotOutcome, SlotRequest, SlotState, StoreError, reserve,
};
use usedesk_core::{CallEvent, Error, ExchangeResult, QueueReason, RateLimit, Violations};

use crate::engine::{Act, Driver, seconds, settings};
use crate::queue::too_many_requests;
use crate::support::response;

/// Processes with one store. Waits end in the order of time.
struct Processes {
    configs: Vec<CheckedConfig>,
    store: Option<SlotState>,
    /// Whether the store replies.
    is_up: bool,
    requests: Vec<SlotRequest>,
    start: Instant,
    now: Instant,
    waiting: Vec<(&'static str, Instant, Wait<Value>)>,
    errors: Vec<(&'static str, Error)>,
    events: Arc<Mutex<Vec<CallEvent>>>,
}

impl Processes {
    fn new(limits: impl IntoIterator<Item = SharedLimit>) -> Self {
        let events = Arc::new(Mutex::new(Vec::new()));
        let config = |limit: SharedLimit| {
            let mut settings = settings();
            settings.shared_limit = Some(limit);
            let noted = Arc::clone(&events);
            settings.observer = Some(Observer::new(move |event: &CallEvent| {
                noted.lock().expect("no panic").push(event.clone());
            }));
            settings.check(|_| None, Violations::default()).expect("valid")
        };
        let start = Instant::now();
        Self {
            configs: limits.into_iter().map(config).collect(),
            store: None,
            is_up: true,
            requests: Vec::new(),
            start,
            now: start,
            waiting: Vec::new(),
            errors: Vec::new(),
            events,
        }
    }

    /// Processes with the same limit.
    fn of(count: usize, limit: RateLimit) -> Self {
        Self::new((0..count).map(|_| SharedLimit::new(limit)))
    }

    fn at(&mut self, millis: u64) -> &mut Self {
        self.now = self.start + Duration::from_millis(millis);
        self
    }

    fn begin(&mut self, process: usize, name: &'static str) -> Option<Attempt<Value>> {
        let step = self.configs[process].call(&Act::<2>).expect("valid").begin(self.now);
        self.advance(name, step)
    }

    fn begin_within(&mut self, process: usize, limit: Duration) -> Option<Attempt<Value>> {
        let config = self.configs[process].with_deadline(limit);
        let step = config.call(&Act::<2>).expect("valid").begin(self.now);
        self.advance("limited", step)
    }

    fn end(&mut self, name: &'static str, attempt: Attempt<Value>, result: ExchangeResult) {
        let moment = Moment { now: self.now, wall: Driver::wall(), random: 0 };
        let step = attempt.judge(result, moment);
        assert!(self.advance(name, step).is_none(), "it waits or ends");
    }

    fn advance(&mut self, name: &'static str, mut step: Step<Value>) -> Option<Attempt<Value>> {
        loop {
            step = match step {
                Step::Reserve(asking) => {
                    let request = asking.request();
                    self.requests.push(request);
                    let reply = if self.is_up {
                        let time = 1_780_000_000_000_000 + (self.now - self.start).as_micros();
                        let time = i64::try_from(time).expect("in this century");
                        let (state, decision) = reserve(self.store, time, request.limit, &request);
                        self.store = Some(state);
                        Ok(decision)
                    } else {
                        Err(StoreError::timeout(request.timeout))
                    };
                    asking.resume(reply, self.now)
                }
                Step::Attempt(attempt) => return Some(attempt),
                Step::Wait(wait) => {
                    self.waiting.push((name, self.now + wait.duration(), wait));
                    return None;
                }
                Step::Done(result) => {
                    self.errors.extend(result.err().map(|error| (name, error)));
                    return None;
                }
            };
        }
    }

    /// Returns the next call that starts, and the time in ms.
    fn next(&mut self) -> Option<(&'static str, u128, Attempt<Value>)> {
        loop {
            let first = self.waiting.iter().enumerate().min_by_key(|(_, (_, due, _))| *due)?.0;
            let (name, due, wait) = self.waiting.remove(first);
            self.now = self.now.max(due);
            if let Some(attempt) = self.advance(name, wait.resume(self.now)) {
                return Some((name, (self.now - self.start).as_millis(), attempt));
            }
        }
    }

    fn starts(&mut self) -> Vec<(&'static str, u128)> {
        std::iter::from_fn(|| self.next().map(|(name, millis, _)| (name, millis))).collect()
    }

    /// The waits that the observers learned of, in ms.
    fn waits(&self) -> Vec<u128> {
        let events = self.events.lock().expect("no panic");
        let wait = |event: &CallEvent| match event {
            CallEvent::Queued { wait, .. } => Some(wait.as_millis()),
            _ => None,
        };
        events.iter().filter_map(wait).collect()
    }

    /// What the observers learned about the store.
    fn notices(&self) -> Vec<String> {
        let events = self.events.lock().expect("no panic");
        let notice = |event: &CallEvent| match event {
            CallEvent::SharedLimit { notice, .. } => Some(format!("{notice:?}")),
            _ => None,
        };
        events.iter().filter_map(notice).collect()
    }
}

#[test]
fn processes_share_the_slots() {
    let mut processes = Processes::of(2, RateLimit::per_minute(60).burst(2));
    assert!(processes.begin(0, "a").is_some() && processes.begin(1, "b").is_some());
    for (process, name) in [(0, "c"), (1, "d"), (0, "e")] {
        assert!(processes.begin(process, name).is_none(), "the burst is used");
    }
    assert_eq!(processes.starts(), [("c", 1_000), ("d", 2_000), ("e", 3_000)]);
    // One request for a call that starts, and a second one for a call that has waited.
    assert_eq!(processes.requests.len(), 2 + 2 * 3);
}

#[test]
fn a_stop_holds_for_all_and_retries_start_first() {
    let mut processes = Processes::of(3, RateLimit::per_minute(60));
    let first = processes.begin(0, "first").expect("nothing waits");
    for (process, name) in [(1, "a"), (2, "b")] {
        assert!(processes.begin(process, name).is_none());
    }
    processes.at(500).end("first", first, too_many_requests("30"));
    // The slots of a and b were at 1 and 2 s.
    assert_eq!(
        processes.starts(),
        [("first", 31_000), ("a", 32_000), ("b", 33_000)],
        "{:?}",
        processes.events
    );
    let events = processes.events.lock().expect("no panic");
    let waits = events.iter().filter_map(|event| match event {
        CallEvent::Queued { wait, reason: QueueReason::Stop, .. } => Some(wait.as_millis()),
        _ => None,
    });
    assert_eq!(waits.collect::<Vec<_>>(), [30_500, 31_000, 31_000]);
}

#[test]
fn a_call_passes_on_a_stop_before_it_fails() {
    let mut processes = Processes::of(2, RateLimit::per_minute(60));
    let limited = processes.begin_within(0, seconds(20)).expect("nothing waits");
    processes.end("limited", limited, too_many_requests("30"));
    assert_eq!(processes.errors[0].1.retry_after(), Some(seconds(30)));
    assert!(processes.begin(1, "other").is_none());
    // The slot after that of the rejected call, put off by the stop.
    assert_eq!(processes.starts(), [("other", 31_000)]);
}

#[test]
fn a_slot_after_the_deadline_is_not_reserved() {
    let mut processes = Processes::of(2, RateLimit::per_minute(60));
    assert!(processes.begin(0, "a").is_some());
    assert!(processes.begin_within(1, seconds(1)).is_none());
    let error = &processes.errors[0].1;
    insta::assert_snapshot!(error);
    assert!(!error.may_have_acted() && error.is_timeout());
    assert!(processes.begin(0, "b").is_none());
    assert_eq!(processes.starts(), [("b", 1_000)]);
}

#[test]
fn without_its_store_a_process_continues_at_its_share() {
    let limit = SharedLimit::new(RateLimit::per_minute(60)).fallback(RateLimit::per_minute(6));
    let mut processes = Processes::new([limit]);
    assert!(processes.begin(0, "a").is_some());
    assert!(processes.begin(0, "b").is_none(), "it waits for a slot of the store");
    processes.is_up = false;
    assert!(processes.at(500).begin(0, "c").is_some(), "the fallback is unused");
    let asked = processes.requests.len();
    // No call waits for the same timeout again.
    assert!(processes.begin(0, "d").is_none());
    assert_eq!(processes.requests.len(), asked);
    // Neither b nor d exceeds the share.
    assert_eq!(processes.starts(), [("d", 10_500), ("b", 20_500)]);
    processes.is_up = true;
    assert!(processes.at(21_500).begin(0, "e").is_some());
    insta::assert_debug_snapshot!(processes.notices());
}

#[test]
fn without_a_fallback_nothing_is_sent() {
    let limit = SharedLimit::new(RateLimit::per_minute(60)).without_fallback();
    let mut processes = Processes::new([limit]);
    processes.is_up = false;
    assert!(processes.begin(0, "a").is_none() && processes.begin(0, "b").is_none());
    let texts = processes.errors.iter().map(|(_, error)| error.to_string());
    insta::assert_snapshot!(texts.collect::<Vec<_>>().join("\n"));
    assert!(processes.errors.iter().all(|(_, error)| !error.may_have_acted()));
    insta::assert_debug_snapshot!(processes.notices());
    processes.is_up = true;
    assert!(processes.at(1_000).begin(0, "c").is_some());
}

#[test]
fn the_store_learns_of_a_stop_that_it_missed() {
    let limit = || SharedLimit::new(RateLimit::per_minute(60));
    let mut processes = Processes::new([limit(), limit()]);
    let first = processes.begin(0, "first").expect("nothing waits");
    processes.is_up = false;
    processes.end("first", first, too_many_requests("30"));
    processes.is_up = true;
    assert!(processes.at(5_000).begin(0, "second").is_none());
    assert!(processes.begin(1, "other").is_none());
    assert_eq!(processes.starts(), [("first", 30_000), ("second", 31_000), ("other", 32_000)]);
}

#[test]
fn a_reply_to_an_earlier_request_does_not_hide_a_later_stop() {
    let mut processes = Processes::of(1, RateLimit::per_minute(60).burst(2));
    let moment = Moment { now: processes.now, wall: Driver::wall(), random: 0 };
    let [first, second] = ["first", "second"].map(|name| processes.begin(0, name));
    let asks = |attempt: Option<Attempt<Value>>, retry_after| {
        let step = attempt.expect("a burst").judge(too_many_requests(retry_after), moment);
        let Step::Reserve(reserve) = step else { panic!("{step:?} does not pass on the stop") };
        reserve
    };
    let (first, second) = (asks(first, "10"), asks(second, "30"));
    let outcome = SlotOutcome::Stopped(seconds(10));
    let reply = SlotDecision::new(outcome, first.request().limit);
    drop(first.resume(Ok(reply), moment.now));
    drop(second.resume(Err(StoreError::new("lost")), moment.now));
    processes.at(5_000).begin(0, "third");
    let last = processes.requests.last().expect("the store is asked again");
    assert_eq!(last.stop, seconds(25));
}

#[test]
fn the_stricter_limit_is_reported_once() {
    let limits = [RateLimit::per_minute(60), RateLimit::per_minute(120).burst(3)];
    let mut processes = Processes::new(limits.map(SharedLimit::new));
    assert!(processes.begin(0, "a").is_some());
    for name in ["b", "c"] {
        assert!(processes.begin(1, name).is_none());
    }
    assert_eq!(processes.starts(), [("b", 1_000), ("c", 2_000)]);
    insta::assert_debug_snapshot!(processes.notices());
}

#[test]
fn no_request_to_the_store_outlives_the_deadline() {
    let mut processes = Processes::of(1, RateLimit::per_minute(60));
    assert!(processes.begin_within(0, Duration::from_millis(30)).is_some());
    assert!(processes.begin(0, "a").is_none());
    let timeouts: Vec<_> = processes.requests.iter().map(|request| request.timeout).collect();
    assert_eq!(timeouts, [30, 100].map(Duration::from_millis));
}

#[test]
fn a_deadline_that_passes_with_the_store_ends_the_call() {
    let config = &Processes::of(1, RateLimit::per_minute(60)).configs[0];
    let now = Instant::now();
    let call = config.with_deadline(Duration::from_millis(30)).call(&Act::<2>).expect("valid");
    let Step::Reserve(asking) = call.begin(now) else { panic!("it asks") };
    let error = Err(StoreError::timeout(asking.request().timeout));
    let step = asking.resume(error, now + Duration::from_millis(30));
    let Step::Done(Err(error)) = step else { panic!("{step:?}") };
    assert!(error.is_timeout() && !error.may_have_acted(), "{error}");
}

#[test]
fn a_handle_without_a_rate_limit_does_not_ask() {
    let mut processes = Processes::of(1, RateLimit::per_minute(60));
    processes.configs[0] = processes.configs[0].without_rate_limit();
    let attempts = ["a", "b"].map(|name| processes.begin(0, name).expect("no rate limit"));
    for attempt in attempts {
        processes.end("a", attempt, Ok(response(200, "1")));
    }
    assert!(processes.requests.is_empty());
}

#[test]
fn invalid_settings_are_named() {
    let mut settings = settings();
    let limit = SharedLimit::new(RateLimit::per_minute(0)).timeout(Duration::ZERO);
    settings.shared_limit = Some(limit.fallback(RateLimit::per_minute(1).burst(0)));
    let error = settings.check(|_| None, Violations::default()).expect_err("invalid");
    insta::assert_snapshot!(error);
}
