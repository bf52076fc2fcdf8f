//! Running programs: their rate limiters, handles, workers and calls.

#![expect(clippy::expect_used, reason = "kind a scenario holds is valid")]

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde::Serialize;
use usedesk_core::internal::{
    Attempt, BuilderSettings, CheckedConfig, Observer, Reserve, Step, Wait,
};
use usedesk_core::shared_limit::SharedLimit;
use usedesk_core::{
    CallEvent, MAX_RATE_LIMIT_STOP, MAX_TIMEOUT, Method, Operation, RATE_LIMIT_WAIT, RETRY_COST,
    RateLimiter, RetryPolicy, Safety, Violations,
};

use crate::mutation::Mutation;
use crate::scenario::{Handle, Program, Speed, choose};

pub(crate) struct RunningProgram {
    /// Its queue in the checker.
    pub(crate) queue: usize,
    /// Its place among the programs with a shared rate limiter in the checker.
    pub(crate) shared: Option<usize>,
    pub(crate) restarts: u32,
    /// End of the stop by rate limit errors of all its calls.
    pub(crate) stopped_until: Duration,
    /// The retry budgets of its handles in the checker.
    budgets: Vec<usize>,
    handles: Vec<RunningHandle>,
    pub(crate) workers: Vec<Worker>,
}

pub(crate) struct RunningHandle {
    pub(crate) plan: Handle,
    config: CheckedConfig,
}

pub(crate) struct Worker {
    handle: usize,
    /// Number of calls not started yet.
    left: u32,
}

/// A call of a worker.
pub(crate) struct RunningCall {
    pub(crate) program: usize,
    pub(crate) worker: usize,
    /// The program's restarts when the call started.
    pub(crate) restarts: u32,
    pub(crate) safety: Safety,
    pub(crate) step: CallStep,
    pub(crate) attempts: u32,
    /// The last `Retry-After`.
    pub(crate) retry_after: Duration,
    pub(crate) is_finished: bool,
    pub(crate) was_restarted: bool,
}

/// The state of a call between two events.
pub(crate) enum CallStep {
    Nothing,
    Wait(Wait<u64>),
    Reserve(Reserve<u64>),
    Attempt(Attempt<u64>),
}

impl CallStep {
    pub(crate) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::Nothing)
    }
}

/// An operation with each safety.
#[derive(Serialize)]
struct Act<const SAFETY: u8>;

impl<const SAFETY: u8> Operation for Act<SAFETY> {
    type Output = u64;

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

impl RunningProgram {
    pub(crate) fn new(
        plan: &Program,
        handles: Vec<RunningHandle>,
        queue: usize,
        shared: Option<usize>,
        budgets: Vec<usize>,
    ) -> Self {
        let workers = plan.handles.iter().enumerate().flat_map(|(handle, plan)| {
            (0..plan.workers).map(move |_| Worker { handle, left: plan.calls })
        });
        Self {
            queue,
            shared,
            budgets,
            restarts: 0,
            stopped_until: Duration::ZERO,
            handles,
            workers: workers.collect(),
        }
    }

    /// Restarts the program, which loses all its state.
    pub(crate) fn restart(
        &mut self,
        handles: Vec<RunningHandle>,
        queue: usize,
        shared: Option<usize>,
        budgets: Vec<usize>,
    ) {
        self.handles = handles;
        (self.queue, self.shared, self.budgets) = (queue, shared, budgets);
        self.restarts += 1;
        self.stopped_until = Duration::ZERO;
    }

    /// Takes the next call of a worker: its handle and safety.
    pub(crate) fn take_work(&mut self, worker: usize, rng: &mut Rng) -> Option<(Handle, Safety)> {
        let Worker { handle, left } = &mut self.workers[worker];
        *left = left.checked_sub(1)?;
        let plan = self.handles[*handle].plan;
        let any = choose(rng, &[Safety::Read, Safety::Idempotent, Safety::Once]);
        Some((plan, plan.safety.unwrap_or(any)))
    }

    /// Returns a call to its worker after a restart.
    pub(crate) fn take_back(&mut self, worker: usize) {
        self.workers[worker].left += 1;
    }

    pub(crate) fn handle(&self, worker: usize) -> Handle {
        self.handles[self.workers[worker].handle].plan
    }

    /// The retry budget of a worker's handle.
    pub(crate) fn budget(&self, worker: usize) -> usize {
        self.budgets[self.workers[worker].handle]
    }

    pub(crate) fn begin(&self, worker: usize, safety: Safety, now: Instant) -> Step<u64> {
        let config = &self.handles[self.workers[worker].handle].config;
        let call = match safety {
            Safety::Read => config.call(&Act::<0>),
            Safety::Idempotent => config.call(&Act::<1>),
            _ => config.call(&Act::<2>),
        };
        call.expect("a valid operation").begin(now)
    }

    pub(crate) fn note_stop(&mut self, now: Duration, retry_after: Option<Duration>) {
        let pause = retry_after.unwrap_or(RATE_LIMIT_WAIT).min(MAX_RATE_LIMIT_STOP);
        self.stopped_until = self.stopped_until.max(now + pause);
    }
}

pub(super) fn handles(
    plan: &Program,
    speed: Speed,
    shared_limit: Option<&SharedLimit>,
    mutation: Option<Mutation>,
    queued_flag: &Arc<AtomicBool>,
) -> Vec<RunningHandle> {
    let rate_limit = match mutation {
        Some(Mutation::StopsForHours) => speed.rate_limit().max_stop(MAX_TIMEOUT),
        _ => speed.rate_limit(),
    };
    let shared = RateLimiter::new(rate_limit);
    let of = |plan: &Handle| {
        let mut settings = BuilderSettings::new("token");
        settings.retry_policy = plan.retry_policy();
        settings.call_timeout = plan.call_timeout;
        settings.rate_limit = None;
        settings.rate_limiter = plan.is_rate_limited.then(|| shared.clone());
        settings.shared_limit = shared_limit.filter(|_| plan.is_rate_limited).cloned();
        let queued_flag = Arc::clone(queued_flag);
        settings.observer = Some(Observer::new(move |event| {
            if matches!(event, CallEvent::Queued { .. }) {
                queued_flag.store(true, Ordering::Relaxed);
            }
        }));
        let mut deadline = plan.deadline;
        match mutation {
            Some(Mutation::RetriesProcessed) => {
                settings.retry_policy = Handle { unprocessed_only: false, ..*plan }.retry_policy();
            }
            Some(Mutation::IgnoresRetryBudget) => {
                settings.retry_policy = plan.retry_policy().without_budget();
            }
            Some(Mutation::ChargesUnprocessed) if plan.retry_budget < RETRY_COST => {
                settings.retry_policy = RetryPolicy::none();
            }
            Some(Mutation::ExceedsMaxAttempts) => {
                settings.retry_policy =
                    Handle { max_attempts: plan.max_attempts + 3, ..*plan }.retry_policy();
            }
            Some(Mutation::ExceedsDeadline) => {
                settings.call_timeout = MAX_TIMEOUT.min(plan.call_timeout * 10);
                deadline = deadline.map(|limit| limit * 10);
            }
            Some(Mutation::IgnoresRateLimiter) => {
                (settings.rate_limiter, settings.shared_limit) = (None, None);
            }
            Some(Mutation::SplitsRateLimiter) if plan.is_rate_limited => {
                settings.rate_limiter = Some(RateLimiter::new(speed.rate_limit()));
            }
            _ => {}
        }
        let config = settings.check(|_| None, Violations::default()).expect("valid settings");
        let config = deadline.map_or_else(|| config.clone(), |limit| config.with_deadline(limit));
        RunningHandle { plan: *plan, config }
    };
    plan.handles.iter().map(of).collect()
}
