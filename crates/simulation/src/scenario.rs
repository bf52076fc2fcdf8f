//! What is simulated, drawn from a seed.

use std::time::Duration;

use fastrand::Rng;
use usedesk_core::{DEFAULT_CALL_TIMEOUT, RateLimit, RetryPolicy, Safety};

use crate::limiter::Rule;

/// The most by which the delays of the network may differ one way for [`RateLimit::steady`] to hold.
pub const MAX_JITTER: Duration = Duration::from_millis(1_500);

/// Programs, a network and a server.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// How the server counts requests.
    pub rule: Rule,
    /// By how much its minutes began earlier.
    pub phase: Duration,
    /// The shortest delay of the network, one way.
    pub delay: Duration,
    /// How much longer it may be.
    pub jitter: Duration,
    /// The worst that the network can do to a pace: for so long all delays are the longest, then
    /// for so long the shortest. Without it each is anything between.
    pub tide: Option<Duration>,
    /// What goes wrong besides.
    pub faults: Faults,
    /// Who calls.
    pub programs: Vec<Program>,
}

/// How likely each fault of an exchange is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// No connection, at once or until its time is over.
    pub not_sent: f64,
    /// The request or its answer is lost, or the answer is cut short.
    pub lost: f64,
    /// The server takes seconds, up to more than a minute.
    pub slow: f64,
    /// It answers with a failure of its own, or with what cannot be read.
    pub failed: f64,
    /// It refuses the request for what it is.
    pub refused: f64,
    /// It refuses the request unseen, whatever its limit.
    pub unseen: f64,
    /// It asks for a wait of hours where others ask for one of seconds.
    pub wild: f64,
}

/// A program with one pacer.
#[derive(Clone, Debug)]
pub struct Program {
    /// Of its pacer.
    pub speed: Speed,
    /// Its handles.
    pub handles: Vec<Handle>,
    /// How much later than asked for a wait may end.
    pub lateness: Duration,
    /// When it is started anew, if it is: it knows nothing of before but what is still to be done.
    pub restart: Option<Duration>,
}

/// How fast calls may start: what [`RateLimit`] does not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed {
    /// Calls a minute.
    pub per_minute: u32,
    /// How many may start at once after a rest.
    pub burst: u32,
}

/// A handle, and the workers that share it.
#[derive(Clone, Copy, Debug)]
pub struct Handle {
    /// Whether it has the program's pacer.
    pub is_paced: bool,
    /// Exchanges per call.
    pub attempts: u32,
    /// Whether only what was not seen is repeated.
    pub unprocessed_only: bool,
    /// From a call's turn.
    pub call_timeout: Duration,
    /// From a call's beginning.
    pub deadline: Option<Duration>,
    /// How many workers.
    pub workers: u32,
    /// How many calls each of them makes.
    pub calls: u32,
    /// Whether a worker begins a call before the one before has ended.
    pub is_concurrent: bool,
    /// The longest time before a worker begins another call.
    pub rest: Duration,
    /// How likely it is that a call is dropped before it ends.
    pub cancelled: f64,
    /// Of its operations, if they all have the same.
    pub safety: Option<Safety>,
}

impl Speed {
    /// That of [`RateLimit::default`].
    pub const DEFAULT: Self = Self { per_minute: 135, burst: 10 };
    /// That of [`RateLimit::steady`].
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
    /// What a seed stands for.
    pub fn random(rng: &mut Rng) -> Self {
        let phase = seconds(rng, 0.0, 60.0);
        let delay = seconds(rng, 0.001, 0.2);
        let jitter = MAX_JITTER.mul_f64(rng.f64());
        let tide = rng.bool().then(|| seconds(rng, 1.0, 120.0));
        match rng.u32(0..10) {
            // One program at the steady pace that has the server's limit for itself.
            0..3 => Self {
                rule: choose(rng, &Rule::PER_MINUTE),
                phase,
                delay,
                jitter,
                tide,
                faults: Faults { unseen: 0.0, ..Faults::random(rng) },
                programs: vec![Program::steady(rng)],
            },
            3 => Self {
                rule: Rule::Spacing,
                phase,
                delay,
                jitter,
                tide,
                faults: Faults::random(rng),
                programs: vec![Program::random(rng)],
            },
            _ => Self {
                rule: choose(rng, &ALL_RULES),
                phase,
                delay,
                jitter,
                tide,
                faults: Faults::random(rng),
                programs: (0..rng.u32(1..=2)).map(|_| Program::random(rng)).collect(),
            },
        }
    }

    /// So many updates by 16 workers at the steady pace, with a restart on the way.
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
            tide: None,
            faults: Faults::default(),
            programs: vec![Program {
                speed: Speed::STEADY,
                handles: vec![handle],
                lateness: Duration::ZERO,
                restart,
            }],
        }
    }

    /// So many updates begun at once by a handle as it is by default, some of which are refused, lost
    /// or not sent.
    #[must_use]
    pub fn crowd(updates: u32, rng: &mut Rng) -> Self {
        let handle = Handle { workers: updates, safety: Some(Safety::Idempotent), ..Handle::PLAIN };
        Self {
            rule: Rule::Unlimited,
            phase: Duration::ZERO,
            delay: Duration::from_millis(50),
            jitter: seconds(rng, 0.0, 1.0),
            tide: None,
            faults: Faults { unseen: 0.03, lost: 0.01, not_sent: 0.01, ..Faults::default() },
            programs: vec![Program {
                speed: Speed::DEFAULT,
                handles: vec![handle],
                lateness: Duration::ZERO,
                restart: None,
            }],
        }
    }

    /// Whether no request may be refused by the limit per minute.
    pub(crate) fn is_steady(&self) -> bool {
        let [Program { speed: Speed::STEADY, handles, .. }] = &*self.programs else { return false };
        Rule::PER_MINUTE.contains(&self.rule)
            && handles.iter().all(|handle| handle.is_paced)
            && self.faults.unseen == 0.0
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

impl Faults {
    fn random(rng: &mut Rng) -> Self {
        // None, some, or many.
        let most = choose(rng, &[0.0, 0.03, 0.3]);
        let mut part = || most * rng.f64();
        Self {
            not_sent: part(),
            lost: part(),
            slow: part(),
            failed: part(),
            refused: part(),
            unseen: part(),
            wild: part(),
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
            (handle.is_paced, handle.cancelled) = (true, handle.cancelled / 10.0);
        }
        let restart = rng.bool().then(|| seconds(rng, 1.0, 90.0));
        Self { speed: Speed::STEADY, handles, lateness: lateness(rng), restart }
    }
}

impl Handle {
    const PLAIN: Self = Self {
        is_paced: true,
        attempts: usedesk_core::DEFAULT_MAX_ATTEMPTS,
        unprocessed_only: false,
        call_timeout: DEFAULT_CALL_TIMEOUT,
        deadline: None,
        workers: 1,
        calls: 1,
        is_concurrent: false,
        rest: Duration::ZERO,
        cancelled: 0.0,
        safety: None,
    };

    fn random(rng: &mut Rng) -> Self {
        let default = usedesk_core::DEFAULT_MAX_ATTEMPTS;
        let (short, long) = (seconds(rng, 0.5, 30.0), seconds(rng, 30.0, 600.0));
        let rest = seconds(rng, 0.0, 5.0);
        Self {
            is_paced: rng.u32(0..5) > 0,
            attempts: choose(rng, &[default, default, 1, 2, 12]),
            unprocessed_only: rng.u32(0..4) == 0,
            call_timeout: choose(rng, &[DEFAULT_CALL_TIMEOUT, short, long]),
            deadline: choose(rng, &[None, None, Some(short), Some(long)]),
            workers: rng.u32(1..=8),
            calls: rng.u32(1..=16),
            is_concurrent: rng.bool(),
            rest: choose(rng, &[Duration::ZERO, rest]),
            cancelled: choose(rng, &[0.0, 0.2]),
            safety: None,
        }
    }

    pub(crate) fn retry_policy(&self) -> RetryPolicy {
        let retry = match self.attempts {
            1 => RetryPolicy::none(),
            usedesk_core::DEFAULT_MAX_ATTEMPTS => RetryPolicy::default(),
            attempts => RetryPolicy::default().max_attempts(attempts),
        };
        if self.unprocessed_only { retry.unprocessed_only() } else { retry }
    }
}

/// Less than from any turn to the next.
fn lateness(rng: &mut Rng) -> Duration {
    let late = seconds(rng, 0.0, 0.05);
    choose(rng, &[Duration::ZERO, late])
}

/// So many seconds, from the one to the other.
pub(crate) fn seconds(rng: &mut Rng, from: f64, to: f64) -> Duration {
    Duration::from_secs_f64(from + (to - from) * rng.f64())
}

/// One of these.
pub(crate) fn choose<T: Copy>(rng: &mut Rng, among: &[T]) -> T {
    among[rng.usize(..among.len())]
}
