//! Scenarios, drawn from a seed.

use std::time::Duration;

use fastrand::Rng;
use usedesk_core::{DEFAULT_CALL_TIMEOUT, DEFAULT_RETRY_BUDGET, RateLimit, RetryPolicy, Safety};

use crate::limiter::Rule;
use crate::store::SharedStore;

/// Limit on the one-way jitter for which [`RateLimit::steady`] stays below the server's limit.
pub const MAX_JITTER: Duration = Duration::from_millis(1_500);

/// A scenario: programs, a network and a server.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// How the server counts requests.
    pub rule: Rule,
    /// How long before the simulation the server's minute started.
    pub phase: Duration,
    /// The shortest one-way delay of the network.
    pub delay: Duration,
    /// How much longer a delay may be.
    pub jitter: Duration,
    /// If set, all delays are the longest for this period and then the shortest for as long, the
    /// worst case for a rate limit. Otherwise each delay is random.
    pub delay_period: Option<Duration>,
    /// The probabilities of failures.
    pub failures: FailureRates,
    /// The programs that make calls.
    pub programs: Vec<Program>,
    /// The rate limiter that all programs share instead of their own, if they do.
    pub shared: Option<SharedStore>,
}

/// The probability of each kind of failure of an attempt.
#[derive(Clone, Copy, Debug, Default)]
pub struct FailureRates {
    /// The connection fails, immediately or by timeout.
    pub not_sent: f64,
    /// The request or its response is lost, or the response is truncated.
    pub lost: f64,
    /// The server takes 1 to 90 seconds.
    pub slow: f64,
    /// The server responds with a server error or a response that cannot be decoded.
    pub failed: f64,
    /// The server rejects the request as invalid.
    pub rejected: f64,
    /// The server responds with a rate limit error, whatever its limit.
    pub limited: f64,
    /// `Retry-After` is hours instead of seconds.
    pub long_retry_after: f64,
}

/// A program with one rate limiter.
#[derive(Clone, Debug)]
pub struct Program {
    /// The speed of its rate limiter.
    pub speed: Speed,
    /// Its handles.
    pub handles: Vec<Handle>,
    /// How late a wait may end.
    pub lateness: Duration,
    /// When it restarts, if it does. It keeps only the list of calls still to make.
    pub restart: Option<Duration>,
}

/// The numbers of a [`RateLimit`], which has no getters for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed {
    /// Calls per minute.
    pub per_minute: u32,
    /// How many may start together after an idle time.
    pub burst: u32,
}

/// A handle and the workers that share it.
#[derive(Clone, Copy, Debug)]
pub struct Handle {
    /// Whether it has the program's rate limiter.
    pub is_rate_limited: bool,
    /// Attempts per call.
    pub max_attempts: u32,
    /// Whether only requests that the server did not process are retried.
    pub unprocessed_only: bool,
    /// Tokens of the retry budget.
    pub retry_budget: u32,
    /// Time limit from a call's slot.
    pub call_timeout: Duration,
    /// Time limit from a call's start.
    pub deadline: Option<Duration>,
    /// Number of workers.
    pub workers: u32,
    /// Number of calls per worker.
    pub calls: u32,
    /// Whether a worker starts a call before the previous one has ended.
    pub is_concurrent: bool,
    /// The longest pause before a worker starts the next call.
    pub max_pause: Duration,
    /// The probability that a call is dropped before it ends.
    pub dropped: f64,
    /// The safety of all its operations; random if `None`.
    pub safety: Option<Safety>,
}

impl Speed {
    /// The speed of [`RateLimit::default`].
    pub const DEFAULT: Self = Self { per_minute: 135, burst: 10 };
    /// The speed of [`RateLimit::steady`].
    pub const STEADY: Self = Self { per_minute: 145, burst: 1 };

    pub(crate) fn rate_limit(self) -> RateLimit {
        match self {
            Self::DEFAULT => RateLimit::default(),
            Self::STEADY => RateLimit::steady(),
            Self { per_minute, burst } => RateLimit::per_minute(per_minute).burst(burst),
        }
    }

    pub(crate) fn interval(self) -> Duration {
        Duration::from_secs(60) / self.per_minute
    }

    pub(crate) fn tolerance(self) -> Duration {
        self.interval() * (self.burst - 1)
    }
}

impl Scenario {
    /// Draws a random scenario.
    pub fn random(rng: &mut Rng) -> Self {
        let phase = seconds(rng, 0.0, 60.0);
        let delay = seconds(rng, 0.001, 0.2);
        let jitter = MAX_JITTER.mul_f64(rng.f64());
        let delay_period = rng.bool().then(|| seconds(rng, 1.0, 120.0));
        match rng.u32(0..10) {
            // One program at the steady rate, without other clients of the server.
            0..3 => Self {
                rule: choose(rng, &Rule::PER_MINUTE),
                phase,
                delay,
                jitter,
                delay_period,
                failures: FailureRates { limited: 0.0, ..FailureRates::random(rng) },
                programs: vec![Program::steady(rng)],
                shared: None,
            },
            3 => Self {
                rule: Rule::Spacing,
                phase,
                delay,
                jitter,
                delay_period,
                failures: FailureRates::random(rng),
                programs: vec![Program::random(rng)],
                shared: None,
            },
            9.. => Self {
                rule: choose(rng, &ALL_RULES),
                phase,
                delay,
                jitter,
                delay_period,
                failures: FailureRates::random(rng),
                programs: (0..rng.u32(2..=4)).map(|_| Program::random(rng)).collect(),
                shared: Some(SharedStore::random(rng)),
            },
            _ => Self {
                rule: choose(rng, &ALL_RULES),
                phase,
                delay,
                jitter,
                delay_period,
                failures: FailureRates::random(rng),
                programs: (0..rng.u32(1..=2)).map(|_| Program::random(rng)).collect(),
                shared: None,
            },
        }
    }

    /// Creates a bulk job: updates by 16 workers at the steady rate, with a restart.
    #[must_use]
    pub fn bulk(rule: Rule, updates: u32, rng: &mut Rng) -> Self {
        let handle = Handle {
            workers: 16,
            calls: updates / 16,
            safety: Some(Safety::Idempotent),
            ..Handle::PLAIN
        };
        let restart = Some(seconds(rng, 30.0, 3_000.0));
        Self {
            rule,
            phase: seconds(rng, 0.0, 60.0),
            delay: Duration::from_millis(50),
            jitter: MAX_JITTER,
            delay_period: None,
            failures: FailureRates::default(),
            programs: vec![Program {
                speed: Speed::STEADY,
                handles: vec![handle],
                lateness: Duration::ZERO,
                restart,
            }],
            shared: None,
        }
    }

    /// Creates a number of updates started together with a default handle, some of which are rate
    /// limited, lost or not sent.
    #[must_use]
    pub fn crowd(updates: u32, rng: &mut Rng) -> Self {
        let handle = Handle { workers: updates, safety: Some(Safety::Idempotent), ..Handle::PLAIN };
        Self {
            rule: Rule::Unlimited,
            phase: Duration::ZERO,
            delay: Duration::from_millis(50),
            jitter: seconds(rng, 0.0, 1.0),
            delay_period: None,
            failures: FailureRates {
                limited: 0.03,
                lost: 0.01,
                not_sent: 0.01,
                ..FailureRates::default()
            },
            programs: vec![Program {
                speed: Speed::DEFAULT,
                handles: vec![handle],
                lateness: Duration::ZERO,
                restart: None,
            }],
            shared: None,
        }
    }

    /// Whether the server's limit may reject no request.
    pub(crate) fn is_steady(&self) -> bool {
        let [Program { speed: Speed::STEADY, handles, .. }] = &*self.programs else { return false };
        Rule::PER_MINUTE.contains(&self.rule)
            && handles.iter().all(|handle| handle.is_rate_limited)
            && self.failures.limited == 0.0
    }
}

const ALL_RULES: [Rule; 6] = [
    Rule::Unlimited,
    Rule::FixedClock,
    Rule::FixedFromFirst,
    Rule::SlidingLog,
    Rule::TwoBuckets,
    Rule::Spacing,
];

impl FailureRates {
    fn random(rng: &mut Rng) -> Self {
        // None, some, or many.
        let max = choose(rng, &[0.0, 0.03, 0.3]);
        let mut part = || max * rng.f64();
        Self {
            not_sent: part(),
            lost: part(),
            slow: part(),
            failed: part(),
            rejected: part(),
            limited: part(),
            long_retry_after: part(),
        }
    }
}

impl Program {
    fn random(rng: &mut Rng) -> Self {
        let custom = Speed { per_minute: rng.u32(20..=400), burst: rng.u32(1..=20) };
        Self {
            speed: choose(rng, &[Speed::DEFAULT, Speed::STEADY, custom]),
            handles: (0..rng.u32(1..=3)).map(|_| Handle::random(rng)).collect(),
            lateness: lateness(rng),
            restart: rng.bool().then(|| seconds(rng, 1.0, 60.0)),
        }
    }

    fn steady(rng: &mut Rng) -> Self {
        let mut handles = vec![Handle { calls: rng.u32(10..=60), ..Handle::random(rng) }];
        if rng.bool() {
            handles.push(Handle::random(rng));
        }
        for handle in &mut handles {
            (handle.is_rate_limited, handle.dropped) = (true, handle.dropped / 10.0);
        }
        let restart = rng.bool().then(|| seconds(rng, 1.0, 90.0));
        Self { speed: Speed::STEADY, handles, lateness: lateness(rng), restart }
    }
}

impl Handle {
    const PLAIN: Self = Self {
        is_rate_limited: true,
        max_attempts: usedesk_core::DEFAULT_MAX_ATTEMPTS,
        unprocessed_only: false,
        retry_budget: DEFAULT_RETRY_BUDGET,
        call_timeout: DEFAULT_CALL_TIMEOUT,
        deadline: None,
        workers: 1,
        calls: 1,
        is_concurrent: false,
        max_pause: Duration::ZERO,
        dropped: 0.0,
        safety: None,
    };

    fn random(rng: &mut Rng) -> Self {
        let default = usedesk_core::DEFAULT_MAX_ATTEMPTS;
        let (short, long) = (seconds(rng, 0.5, 30.0), seconds(rng, 30.0, 600.0));
        let max_pause = seconds(rng, 0.0, 5.0);
        Self {
            is_rate_limited: rng.u32(0..5) > 0,
            max_attempts: choose(rng, &[default, default, 1, 2, 12]),
            unprocessed_only: rng.u32(0..4) == 0,
            retry_budget: choose(rng, &[DEFAULT_RETRY_BUDGET, 0, 12]),
            call_timeout: choose(rng, &[DEFAULT_CALL_TIMEOUT, short, long]),
            deadline: choose(rng, &[None, None, Some(short), Some(long)]),
            workers: rng.u32(1..=8),
            calls: rng.u32(1..=16),
            is_concurrent: rng.bool(),
            max_pause: choose(rng, &[Duration::ZERO, max_pause]),
            dropped: choose(rng, &[0.0, 0.2]),
            safety: None,
        }
    }

    pub(crate) fn retry_policy(&self) -> RetryPolicy {
        let retry = match self.max_attempts {
            1 => RetryPolicy::none(),
            usedesk_core::DEFAULT_MAX_ATTEMPTS => RetryPolicy::default(),
            attempts => RetryPolicy::default().max_attempts(attempts),
        };
        let retry = retry.budget(self.retry_budget);
        if self.unprocessed_only { retry.unprocessed_only() } else { retry }
    }
}

/// Returns a lateness below the interval of any speed.
fn lateness(rng: &mut Rng) -> Duration {
    let late = seconds(rng, 0.0, 0.05);
    choose(rng, &[Duration::ZERO, late])
}

/// Returns a random duration between two numbers of seconds.
pub(crate) fn seconds(rng: &mut Rng, from: f64, to: f64) -> Duration {
    Duration::from_secs_f64(from + (to - from) * rng.f64())
}

/// Returns one of the items.
pub(crate) fn choose<T: Copy>(rng: &mut Rng, among: &[T]) -> T {
    among[rng.usize(..among.len())]
}
