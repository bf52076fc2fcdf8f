//! A program that runs: its pacer, its handles, its workers, and their calls.

#![expect(clippy::expect_used, reason = "what a scenario holds is valid")]

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde::Serialize;
use usedesk_core::{
    Attempt, BuilderSettings, CallEvent, CheckedConfig, MAX_RATE_LIMIT_STOP, MAX_TIMEOUT, Method,
    Observer, Operation, RATE_LIMIT_WAIT, RateLimiter, Safety, Step, Violations, Wait,
};

use crate::mutation::Mutation;
use crate::scenario::{Handle, Program, Speed, choose};

pub(crate) struct Running {
    /// In the checker.
    pub(crate) line: usize,
    pub(crate) restarts: u32,
    /// By the refusals of all its calls.
    pub(crate) stopped_until: Duration,
    handles: Vec<RunningHandle>,
    pub(crate) workers: Vec<Worker>,
}

pub(crate) struct RunningHandle {
    pub(crate) plan: Handle,
    config: CheckedConfig,
}

pub(crate) struct Worker {
    handle: usize,
    /// How many calls it still has to begin.
    left: u32,
}

/// A call of a worker.
pub(crate) struct Live {
    pub(crate) program: usize,
    pub(crate) worker: usize,
    /// Of its program, when it was begun.
    pub(crate) restarts: u32,
    pub(crate) safety: Safety,
    pub(crate) held: Held,
    pub(crate) exchanges: u32,
    /// For how long the server asked the last time.
    pub(crate) asked: Duration,
    pub(crate) is_over: bool,
    pub(crate) was_begun_again: bool,
}

/// Where a call is between two steps.
pub(crate) enum Held {
    Nothing,
    Wait(Wait<u64>),
    Attempt(Attempt<u64>),
}

impl Held {
    pub(crate) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::Nothing)
    }
}

/// An operation of each safety.
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

impl Running {
    pub(crate) fn new(
        plan: &Program,
        speed: Speed,
        line: usize,
        mutation: Option<Mutation>,
        paced: &Arc<AtomicBool>,
    ) -> Self {
        let workers = plan.handles.iter().enumerate().flat_map(|(handle, plan)| {
            (0..plan.workers).map(move |_| Worker { handle, left: plan.calls })
        });
        Self {
            line,
            restarts: 0,
            stopped_until: Duration::ZERO,
            handles: handles(plan, speed, mutation, paced),
            workers: workers.collect(),
        }
    }

    /// Nothing of what the program knew is left.
    pub(crate) fn restart(
        &mut self,
        plan: &Program,
        speed: Speed,
        line: usize,
        mutation: Option<Mutation>,
        paced: &Arc<AtomicBool>,
    ) {
        self.handles = handles(plan, speed, mutation, paced);
        self.line = line;
        self.restarts += 1;
        self.stopped_until = Duration::ZERO;
    }

    /// The handle and the safety of a worker's next call, if there is one.
    pub(crate) fn take_work(&mut self, worker: usize, rng: &mut Rng) -> Option<(Handle, Safety)> {
        let Worker { handle, left } = &mut self.workers[worker];
        *left = left.checked_sub(1)?;
        let plan = self.handles[*handle].plan;
        let any = choose(rng, &[Safety::Read, Safety::Idempotent, Safety::Once]);
        Some((plan, plan.safety.unwrap_or(any)))
    }

    /// A restart ended a call of this worker.
    pub(crate) fn take_back(&mut self, worker: usize) {
        self.workers[worker].left += 1;
    }

    pub(crate) fn handle(&self, worker: usize) -> Handle {
        self.handles[self.workers[worker].handle].plan
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

    pub(crate) fn note_stop(&mut self, now: Duration, asked: Option<Duration>) {
        let pause = asked.unwrap_or(RATE_LIMIT_WAIT).min(MAX_RATE_LIMIT_STOP);
        self.stopped_until = self.stopped_until.max(now + pause);
    }
}

fn handles(
    plan: &Program,
    speed: Speed,
    mutation: Option<Mutation>,
    paced: &Arc<AtomicBool>,
) -> Vec<RunningHandle> {
    let pace = match mutation {
        Some(Mutation::StopsForHours) => speed.rate_limit().max_stop(MAX_TIMEOUT),
        _ => speed.rate_limit(),
    };
    let shared = RateLimiter::new(pace);
    let of = |plan: &Handle| {
        let mut settings = BuilderSettings::new("token");
        settings.retry_policy = plan.retry_policy();
        settings.call_timeout = plan.call_timeout;
        settings.rate_limit = None;
        settings.rate_limiter = plan.is_paced.then(|| shared.clone());
        let paced = Arc::clone(paced);
        settings.observer = Some(Observer::new(move |event| {
            if matches!(event, CallEvent::Queued { .. }) {
                paced.store(true, Ordering::Relaxed);
            }
        }));
        let mut deadline = plan.deadline;
        match mutation {
            Some(Mutation::RepeatsSeen) => {
                settings.retry_policy = Handle { unprocessed_only: false, ..*plan }.retry_policy();
            }
            Some(Mutation::ExceedsAttempts) => {
                settings.retry_policy =
                    Handle { attempts: plan.attempts + 3, ..*plan }.retry_policy();
            }
            Some(Mutation::PassesDeadline) => {
                settings.call_timeout = MAX_TIMEOUT.min(plan.call_timeout * 10);
                deadline = deadline.map(|limit| limit * 10);
            }
            Some(Mutation::IgnoresRateLimiter) => settings.rate_limiter = None,
            Some(Mutation::SplitsPacer) if plan.is_paced => {
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
