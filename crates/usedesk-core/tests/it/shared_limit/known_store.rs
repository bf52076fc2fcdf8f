//! What a process knows of its store: whether it replies, and which limits it has learned of.

use std::time::Duration;

use usedesk_core::RateLimit;
use usedesk_core::internal::Step;
use usedesk_core::shared_limit::SharedLimit;

use super::Processes;

#[test]
fn calls_queued_by_the_fallback_return_to_the_store() {
    let limit = SharedLimit::new(RateLimit::per_minute(60)).fallback(RateLimit::per_minute(6));
    let mut processes = Processes::new([limit]);
    processes.is_up = false;
    assert!(processes.begin(0, "a").is_some(), "the fallback is unused");
    for name in ["b", "c", "d"] {
        assert!(processes.begin(0, name).is_none());
    }
    // In the fallback the slots are at 10, 20 and 30 s.
    let (name, millis, _) = processes.next().expect("b waits");
    assert_eq!((name, millis), ("b", 10_000));
    // Each second one of the calls has asked, and none has reported its wait again.
    assert_eq!(processes.requests.len(), 1 + 10);
    assert_eq!(processes.waits(), [10_000, 20_000, 30_000]);
    processes.is_up = true;
    assert_eq!(processes.starts(), [("c", 11_000), ("d", 12_000)]);
    assert_eq!(processes.waits().split_off(3), [1_000], "d is queued by the store");
    // The fallback has the slots of c and d again.
    processes.is_up = false;
    assert!(processes.at(15_000).begin(0, "e").is_none());
    assert_eq!(processes.starts(), [("e", 20_000)]);
}

#[test]
fn a_call_that_asks_the_store_again_keeps_its_slot_of_the_fallback() {
    let limit = SharedLimit::new(RateLimit::per_minute(60)).fallback(RateLimit::per_minute(6));
    let mut processes = Processes::new([limit]);
    processes.is_up = false;
    assert!(processes.begin(0, "a").is_some() && processes.begin(0, "b").is_none());
    let (_, due, wait) = processes.waiting.remove(0);
    processes.now = due;
    let asking = wait.resume(due);
    assert!(matches!(asking, Step::Reserve(_)), "{asking:?}");
    assert!(processes.begin(0, "c").is_none() && processes.advance("b", asking).is_none());
    assert_eq!(processes.starts(), [("b", 10_000), ("c", 20_000)]);
}

#[test]
fn a_request_cut_short_by_a_deadline_tells_nothing_about_the_store() {
    let mut processes = Processes::of(1, RateLimit::per_minute(60));
    processes.is_up = false;
    assert!(processes.begin_within(0, Duration::from_millis(30)).is_some());
    processes.is_up = true;
    assert!(processes.begin(0, "a").is_some());
    assert_eq!(processes.requests.len(), 2, "both ask");
    assert!(processes.notices().is_empty(), "{:?}", processes.notices());
}

#[test]
fn a_store_that_failed_is_asked_every_second() {
    let limit = SharedLimit::new(RateLimit::per_minute(60)).fallback(RateLimit::per_minute(60_000));
    let mut processes = Processes::new([limit]);
    processes.is_up = false;
    for millis in [0, 10, 990, 1_000, 1_010, 1_990, 2_000] {
        assert!(processes.at(millis).begin(0, "a").is_some());
    }
    assert_eq!(processes.requests.len(), 3);
    assert_eq!(processes.notices().len(), 1);
}
