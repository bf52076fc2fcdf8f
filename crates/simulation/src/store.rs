//! A model of the store of a shared rate limiter.

use std::time::Duration;

use fastrand::Rng;
use usedesk_core::shared_limit::{
    SharedLimit, SlotDecision, SlotRequest, SlotState, StoreError, reserve,
};

use crate::scenario::{Speed, choose, seconds};

/// A rate limit that all programs share, its store, and the network in between.
#[derive(Clone, Copy, Debug)]
pub struct SharedStore {
    /// The shared limit.
    pub speed: Speed,
    /// The limit of each program while the store is unavailable.
    pub fallback: Option<Speed>,
    /// The timeout of a request to the store.
    pub timeout: Duration,
    /// The longest one-way delay. Requests and replies may exceed the timeout.
    pub delay: Duration,
    /// The probability that a request or its reply is lost.
    pub lost: f64,
    /// The probability that the store replies with an error.
    pub failed: f64,
    /// When the store is down, if it is.
    pub down: Option<(Duration, Duration)>,
    /// When the store loses its data, if it does.
    pub lost_data: Option<Duration>,
    /// When the store's clock is set back by five seconds, if it is.
    pub set_back: Option<Duration>,
}

/// How far the clock is set back.
const SET_BACK: Duration = Duration::from_secs(5);

/// The store's clock at the start.
const CLOCK: Duration = Duration::from_secs(1_700_000_000);

impl SharedStore {
    pub(crate) fn random(rng: &mut Rng) -> Self {
        let custom = Speed { per_minute: rng.u32(20..=400), burst: rng.u32(1..=20) };
        let share = Speed { per_minute: rng.u32(2..=20), burst: rng.u32(1..=3) };
        let timeout = Duration::from_millis(100);
        let max = choose(rng, &[0.0, 0.03, 0.3]);
        let from = seconds(rng, 0.0, 30.0);
        let down = (from, from + seconds(rng, 0.5, 30.0));
        let (lost_data, set_back) = (seconds(rng, 1.0, 30.0), seconds(rng, 1.0, 30.0));
        Self {
            speed: choose(rng, &[Speed::DEFAULT, Speed::STEADY, custom]),
            fallback: choose(rng, &[Some(share), None]),
            timeout,
            delay: timeout.mul_f64(choose(rng, &[0.01, 0.1, 0.6])),
            lost: max * rng.f64(),
            failed: max * rng.f64(),
            down: choose(rng, &[None, Some(down)]),
            lost_data: choose(rng, &[None, Some(lost_data)]),
            set_back: choose(rng, &[None, Some(set_back)]),
        }
    }

    /// What a program knows of the limit and the store when it starts.
    pub(crate) fn limit(&self) -> SharedLimit {
        let limit = SharedLimit::new(self.speed.rate_limit()).timeout(self.timeout);
        match self.fallback {
            Some(fallback) => limit.fallback(fallback.rate_limit()),
            None => limit.without_fallback(),
        }
    }

    /// Sends a request to the store.
    pub(crate) fn dispatch(&self, rng: &mut Rng, now: Duration, request: &SlotRequest) -> Sent {
        let (there, back) = (self.delay.mul_f64(rng.f64()), self.delay.mul_f64(rng.f64()));
        let (is_lost, reply_is_lost) = (rng.f64() < self.lost, rng.f64() < self.lost);
        let is_down = self.down.is_some_and(|(from, to)| (from..to).contains(&now));
        if is_down || rng.f64() < self.failed {
            let error = StoreError::new("it is down");
            return Sent {
                arrives: None,
                fails: Some((now + back.min(request.timeout), error)),
                back,
            };
        }
        let is_late = there + back >= request.timeout;
        let timeout = || (now + request.timeout, StoreError::timeout(request.timeout));
        Sent {
            arrives: (!is_lost).then_some(now + there),
            fails: (is_lost || reply_is_lost || is_late).then(timeout),
            back,
        }
    }
}

/// What happens to a request to the store.
pub(crate) struct Sent {
    /// When it arrives, even after the timeout.
    pub(crate) arrives: Option<Duration>,
    /// When the program gives it up, and why.
    pub(crate) fails: Option<(Duration, StoreError)>,
    /// How long the reply takes.
    pub(crate) back: Duration,
}

/// The state of a running store.
#[derive(Default)]
pub(crate) struct Store {
    state: Option<SlotState>,
    /// How often it has lost its data.
    pub(crate) epoch: usize,
}

impl Store {
    /// Decides a request.
    pub(crate) fn decide(
        &mut self,
        plan: &SharedStore,
        now: Duration,
        request: &SlotRequest,
    ) -> SlotDecision {
        if self.epoch == 0 && plan.lost_data.is_some_and(|lost_data| now >= lost_data) {
            (self.state, self.epoch) = (None, 1);
        }
        let is_set_back = plan.set_back.is_some_and(|set_back| now >= set_back);
        let set_back = if is_set_back { SET_BACK } else { Duration::ZERO };
        let clock = (CLOCK + now).saturating_sub(set_back);
        let clock = i64::try_from(clock.as_micros()).unwrap_or(i64::MAX);
        let (state, decision) = reserve(self.state, clock, request.limit, request);
        self.state = Some(state);
        decision
    }
}
