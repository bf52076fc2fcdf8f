//! The decision of a store, for many calls whose waits end on time.

use std::time::Duration;

use proptest::prelude::*;
use usedesk_core::shared_limit::{
    Slot, SlotDecision, SlotKind, SlotLimit, SlotOutcome, SlotRequest, SlotState, reserve,
};

/// 2026, in microseconds.
const START: i64 = 1_780_000_000_000_000;

#[derive(Clone, Copy, Debug)]
enum Event {
    Arrives(SlotKind),
    /// The server asks all to stop for this time.
    Stops(i64),
}

/// A call that waits.
#[derive(Clone, Copy)]
struct Waiting {
    call: usize,
    kind: SlotKind,
    slot: Slot,
    due: i64,
}

/// A store, and the calls that use it.
struct Model {
    limit: SlotLimit,
    state: Option<SlotState>,
    waiting: Vec<Waiting>,
    /// The calls that started, and when.
    starts: Vec<(usize, SlotKind, i64)>,
    calls: usize,
}

impl Model {
    fn new(limit: SlotLimit) -> Self {
        Self { limit, state: None, waiting: Vec::new(), starts: Vec::new(), calls: 0 }
    }

    fn ask(&mut self, now: i64, request: &SlotRequest) -> SlotDecision {
        let (state, decision) = reserve(self.state, START + now, self.limit, request);
        self.state = Some(state);
        decision
    }

    fn arrive(&mut self, now: i64, kind: SlotKind) -> usize {
        let call = self.calls;
        self.calls += 1;
        self.go_on(now, call, SlotRequest::new(kind, self.limit));
        call
    }

    fn stop(&mut self, now: i64, stop: i64) -> i64 {
        let mut request = SlotRequest::new(SlotKind::Stop, self.limit);
        request.stop = micros(stop);
        match self.ask(now, &request).outcome {
            SlotOutcome::Stopped(rest) => now + i64::try_from(rest.as_micros()).expect("small"),
            other => panic!("{other:?}"),
        }
    }

    fn go_on(&mut self, now: i64, call: usize, request: SlotRequest) {
        match self.ask(now, &request).outcome {
            SlotOutcome::Start => self.starts.push((call, request.kind, now)),
            SlotOutcome::Wait { wait, slot, .. } => {
                let due = now + i64::try_from(wait.as_micros()).expect("small");
                self.waiting.push(Waiting { call, kind: request.kind, slot, due });
            }
            other => panic!("{other:?}"),
        }
    }

    /// Lets the waits end that are due by then.
    fn pass_until(&mut self, now: i64) {
        while let Some(first) = (0..self.waiting.len()).min_by_key(|&at| self.waiting[at].due)
            && self.waiting[first].due <= now
        {
            let Waiting { call, kind, slot, due } = self.waiting.remove(first);
            let mut request = request(kind, self.limit);
            request.slot = Some(slot);
            self.go_on(due, call, request);
        }
    }
}

fn request(kind: SlotKind, limit: SlotLimit) -> SlotRequest {
    SlotRequest::new(kind, limit)
}

fn micros(micros: i64) -> Duration {
    Duration::from_micros(micros.unsigned_abs())
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        12 => Just(Event::Arrives(SlotKind::FirstAttempt)),
        4 => Just(Event::Arrives(SlotKind::Retry)),
        1 => (1..5_000_i64).prop_map(Event::Stops),
    ]
}

proptest! {
    #[test]
    fn calls_keep_the_limit_and_their_order(
        interval in 1..500_i64,
        burst in 1..5_i64,
        events in prop::collection::vec((0..800_i64, event()), 1..60),
    ) {
        let mut model = Model::new(SlotLimit::new(interval, burst));
        let (mut now, mut stops) = (0, Vec::new());
        // For each retry, when it reserved its slot.
        let mut retries = Vec::new();
        for (pause, event) in events {
            now += pause;
            model.pass_until(now);
            match event {
                Event::Arrives(kind) => {
                    let call = model.arrive(now, kind);
                    if kind == SlotKind::Retry {
                        retries.push((call, now));
                    }
                }
                Event::Stops(stop) => {
                    let until = model.stop(now, stop);
                    prop_assert!(until >= now + stop.max(interval));
                    stops.push((now, until));
                }
            }
        }
        model.pass_until(i64::MAX);
        prop_assert_eq!(model.starts.len(), model.calls);
        let starts = &model.starts;
        for (index, &(call, kind, first)) in starts.iter().enumerate() {
            for (later, &(.., last)) in starts.iter().enumerate().skip(index + 1) {
                let calls = i64::try_from(later - index + 1).expect("few");
                prop_assert!(last - first >= (calls - burst) * interval, "{starts:?}");
            }
            for &(from, until) in &stops {
                prop_assert!(first <= from || first >= until, "{call} starts in a stop: {starts:?}");
            }
            let overtaken = starts[index + 1..].iter().any(|&(later, other, _)| {
                other == kind && later < call
            });
            prop_assert!(!overtaken, "{call} overtakes: {starts:?}");
        }
        for (call, asked) in retries {
            let start = starts.iter().find(|(other, ..)| *other == call).expect("it starts").2;
            let is_behind = starts.iter().any(|&(_, kind, at)| {
                kind == SlotKind::FirstAttempt && asked < at && at < start
            });
            prop_assert!(!is_behind, "{call} is behind a first attempt: {starts:?}");
        }
    }

    /// The clock of a store may be set back, for example by a failover to another host.
    #[test]
    fn a_clock_that_is_set_back_stops_nothing(
        back in 1..START,
        waiting in 0..20_i64,
    ) {
        let limit = SlotLimit::new(1_000, 1);
        let mut state = None;
        for _ in 0..=waiting {
            let request = request(SlotKind::FirstAttempt, limit);
            state = Some(reserve(state, START, limit, &request).0);
        }
        let request = request(SlotKind::FirstAttempt, limit);
        let (_, decision) = reserve(state, START - back, limit, &request);
        match decision.outcome {
            SlotOutcome::Wait { wait, .. } => prop_assert_eq!(wait, micros((waiting + 1) * 1_000)),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_queue_moves_at_the_full_rate() {
    let mut model = Model::new(SlotLimit::new(400, 3));
    for now in 0..20 {
        model.arrive(now, SlotKind::FirstAttempt);
    }
    model.pass_until(i64::MAX);
    let last = model.starts.last().expect("20 calls").2;
    assert_eq!((model.starts.len(), last), (20, 17 * 400));
}

#[test]
fn an_interval_is_rounded_up() {
    let limit = SlotLimit::from(usedesk_core::RateLimit::per_minute(145).burst(7));
    assert_eq!(limit, SlotLimit::new(413_794, 7));
}

#[test]
fn what_is_too_long_reserves_nothing() {
    let mut model = Model::new(SlotLimit::new(400, 1));
    model.arrive(0, SlotKind::FirstAttempt);
    let before = model.state;
    for kind in [SlotKind::FirstAttempt, SlotKind::Retry] {
        let mut request = request(kind, model.limit);
        request.max_wait = micros(400);
        let decision = model.ask(0, &request);
        assert!(
            matches!(decision.outcome, SlotOutcome::TooLong { wait, .. } if wait == micros(400))
        );
    }
    assert_eq!(model.state, before);
}

#[test]
fn a_slot_of_a_lost_state_is_reserved_again() {
    let mut model = Model::new(SlotLimit::new(400, 1));
    for now in [0, 1, 2] {
        model.arrive(now, SlotKind::FirstAttempt);
    }
    model.state = None;
    model.arrive(300, SlotKind::FirstAttempt);
    model.pass_until(i64::MAX);
    let starts: Vec<_> = model.starts.iter().map(|(call, _, at)| (*call, *at)).collect();
    assert_eq!(starts, [(0, 0), (3, 300), (1, 700), (2, 1_100)]);
}

#[test]
fn the_stricter_limit_holds_as_long_as_it_is_asked_for() {
    let (strict, loose) = (SlotLimit::new(1_000, 1), SlotLimit::new(400, 5));
    let minutes = |minutes: i64| START + minutes * 60_000_000;
    let mut state = None;
    let mut limit_at = |now, limit| {
        let (next, decision) = reserve(state, now, limit, &request(SlotKind::FirstAttempt, limit));
        state = Some(next);
        decision.limit
    };
    assert_eq!(limit_at(minutes(0), loose), loose);
    assert_eq!(limit_at(minutes(1), strict), strict);
    assert_eq!(limit_at(minutes(2), loose), strict);
    assert_eq!(limit_at(minutes(9), strict), strict);
    assert_eq!(limit_at(minutes(18), loose), strict);
    assert_eq!(limit_at(minutes(19), loose), loose);
    // Each part of a limit counts.
    assert_eq!(limit_at(minutes(19), SlotLimit::new(700, 9)), SlotLimit::new(700, 5));
}

#[test]
fn a_state_is_kept_until_nothing_waits_for_it() {
    const SECOND: i64 = 1_000_000;

    let mut model = Model::new(SlotLimit::new(SECOND, 1));
    for _ in 0..1_000 {
        model.arrive(0, SlotKind::FirstAttempt);
    }
    let lifetime = |model: &Model| model.state.expect("a state").lifetime();
    assert!(lifetime(&model) >= micros(1_000 * SECOND));
    model.stop(0, 5_000 * SECOND);
    assert!(lifetime(&model) >= micros(6_000 * SECOND));
}

#[test]
fn no_limit_overflows() {
    let request = SlotRequest::new(SlotKind::FirstAttempt, SlotLimit::new(i64::MAX, i64::MAX));
    let (state, _) = reserve(None, START, request.limit, &request);
    let (_, decision) = reserve(Some(state), START, request.limit, &request);
    assert_eq!(decision.outcome, SlotOutcome::Start, "the burst is not used");
    // Lua computes exactly below this.
    assert!(state.arrival < 1 << 53 && state.interval * state.burst < 1 << 53, "{state:?}");
}
