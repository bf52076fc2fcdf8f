//! The life of a call.

use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use usedesk_core::http::header::RETRY_AFTER;
use usedesk_core::internal::{Attempt, Moment, Step};
use usedesk_core::{
    Bytes, Error, ExchangeLimits, MAX_RATE_LIMIT_STOP, Response, Safety, StatusCode,
};

use super::program::{CallStep, RunningCall};
use super::{Driver, EventKind};
use crate::checker::{Reported, Terms, TimeLimit};
use crate::mutation::Mutation;
use crate::scenario::{Handle, seconds};
use crate::server::{Delivery, Dispatch, deliver, dispatch};

impl Driver<'_> {
    pub(super) fn work(&mut self, program: usize, worker: usize) {
        let running = &mut self.programs[program];
        let Some((plan, safety)) = running.take_work(worker, &mut self.rng) else { return };
        let terms = Terms {
            safety,
            max_attempts: plan.max_attempts,
            unprocessed_only: plan.unprocessed_only,
            limit: plan
                .deadline
                .map_or(TimeLimit::FromSlot(plan.call_timeout), TimeLimit::FromStart),
            lateness: self.scenario.programs[program].lateness,
            queue: Some(running.queue).filter(|_| plan.is_rate_limited && running.shared.is_none()),
            shared: running.shared.filter(|_| plan.is_rate_limited),
            budget: running.budget(worker),
        };
        let restarts = running.restarts;
        let call = self.checker.begins(self.now, terms);
        self.calls.push(RunningCall {
            program,
            worker,
            restarts,
            safety,
            step: CallStep::Nothing,
            attempts: 0,
            retry_after: Duration::ZERO,
            is_finished: false,
            was_restarted: false,
        });
        self.report.calls += 1;
        self.trace(call, || format!("begins, {safety:?} of {plan:?}"));
        if plan.is_concurrent {
            self.start_next(call);
        }
        if self.rng.f64() < plan.dropped {
            let time = self.now + seconds(&mut self.rng, 0.0, 20.0);
            self.schedule(time, EventKind::Drop { call });
        }
        self.begin(call);
    }

    fn begin(&mut self, call: usize) {
        let RunningCall { program, worker, safety, .. } = self.calls[call];
        let now = self.origin + self.now;
        let step = self.programs[program].begin(worker, safety, now);
        self.advance(call, step);
    }

    /// Schedules the next call of the worker after a pause.
    pub(super) fn start_next(&mut self, call: usize) {
        let RunningCall { program, worker, restarts, .. } = self.calls[call];
        let longest = self.programs[program].handle(worker).max_pause;
        let time = self.now + longest.mul_f64(self.rng.f64());
        self.schedule(time, EventKind::Work { program, worker, restarts });
    }

    pub(super) fn advance(&mut self, call: usize, step: Step<u64>) {
        match step {
            Step::Wait(waiting) => {
                let for_slot = self.queued_flag.swap(false, Ordering::Relaxed);
                let wait = waiting.duration();
                self.trace(call, || {
                    format!("waits {wait:?}{}", if for_slot { " for its slot" } else { "" })
                });
                let goes_on = self.checker.waits(call, self.now, wait, for_slot);
                self.calls[call].step = CallStep::Wait(waiting);
                if !goes_on {
                    self.calls[call].step = CallStep::Nothing;
                } else if let Some(time) = self.wake_up(call, wait, for_slot) {
                    self.schedule(time, EventKind::Resume { call });
                }
            }
            Step::Attempt(attempt) => {
                let limits = attempt.limits();
                self.trace(call, || format!("starts an attempt of at most {:?}", limits.attempt));
                self.report.attempts += 1;
                self.report.retries += u32::from(self.calls[call].attempts > 0);
                self.calls[call].attempts += 1;
                if self.checker.attempts(call, self.now, limits) {
                    self.calls[call].step = CallStep::Attempt(attempt);
                    self.dispatch(call, limits);
                }
            }
            Step::Reserve(reserve) => self.reserve(call, reserve),
            Step::Done(result) => self.end(call, &result),
        }
    }

    /// Returns when a waiting call resumes: at the end of its wait, unless a mutation changes it.
    fn wake_up(&mut self, call: usize, wait: Duration, for_slot: bool) -> Option<Duration> {
        let index = self.calls[call].program;
        let late = self.scenario.programs[index].lateness.mul_f64(self.rng.f64());
        let program = &self.programs[index];
        let due = self.now + wait + late;
        let is_affected = call % 5 == 4;
        match self.mutation {
            Some(Mutation::IgnoresRetryAfter) if !for_slot => Some(self.now),
            Some(Mutation::SkipsBackoff) if !for_slot => {
                Some(self.now + self.calls[call].retry_after)
            }
            Some(Mutation::BurstsAfterStop) if for_slot => {
                Some(due.min(self.now.max(program.stopped_until)))
            }
            Some(Mutation::Starves) if for_slot && is_affected => {
                Some(due + Duration::from_secs(3 * 60 * 60))
            }
            Some(Mutation::MissesSlot) if for_slot && is_affected => {
                Some(due + Duration::from_secs(2))
            }
            Some(Mutation::QueuesRetriesLast) if for_slot && self.calls[call].attempts > 0 => {
                let is_waiting = |other: &&RunningCall| {
                    other.program == index && matches!(other.step, CallStep::Wait(_))
                };
                let ahead = self.calls.iter().filter(is_waiting).count();
                let interval = self.scenario.programs[index].speed.interval();
                Some(due + interval * u32::try_from(ahead).unwrap_or(u32::MAX))
            }
            Some(Mutation::ForgetsCall) if is_affected => None,
            _ => Some(due),
        }
    }

    fn dispatch(&mut self, call: usize, limits: ExchangeLimits) {
        let (attempt, started) = (self.calls[call].attempts, self.now);
        let dispatched = dispatch(self.scenario, &mut self.rng, started, limits);
        let mut arrive = |time, is_late| {
            let kind = EventKind::Arrive { call, attempt, started, limits, is_late };
            self.schedule(time, kind);
        };
        match dispatched {
            Dispatch::Lost(delivery) => self.deliver(call, attempt, delivery),
            Dispatch::Arrives(time) => arrive(time, false),
            Dispatch::Late(time, delivery) => {
                arrive(time, true);
                self.deliver(call, attempt, delivery);
            }
        }
    }

    fn deliver(&mut self, call: usize, attempt: u32, delivery: Delivery) {
        let delivery = Box::new(delivery);
        self.schedule(delivery.time, EventKind::Deliver { call, attempt, delivery });
    }

    pub(super) fn arrive(
        &mut self,
        call: usize,
        attempt: u32,
        started: Duration,
        limits: ExchangeLimits,
        is_late: bool,
    ) {
        let reaction = self.server.react(self.scenario, &mut self.rng, self.now);
        self.trace(call, || format!("the server: {reaction:?}"));
        self.checker.arrives(call, self.now);
        if reaction.acts && self.mutation != Some(Mutation::LosesEffect) {
            self.checker.acts(call, self.now);
        }
        if reaction.is_over_limit {
            self.report.rate_limited += 1;
            if self.scenario.is_steady() {
                self.checker.limits_steady(call, self.now);
            }
        }
        if !is_late {
            let (scenario, rng) = (self.scenario, &mut self.rng);
            let delivery = deliver(scenario, rng, self.now, started, limits, &reaction);
            self.deliver(call, attempt, delivery);
        }
    }

    pub(super) fn judge(&mut self, call: usize, attempt: Attempt<u64>, delivery: Delivery) {
        let Delivery { mut result, summary, .. } = delivery;
        self.trace(call, || format!("gets: {result:?}"));
        if summary.is_rate_limited {
            self.programs[self.calls[call].program].note_stop(self.now, summary.retry_after);
        }
        let random = self.rng.u32(..);
        self.checker.judges(call, self.now, summary, random);
        self.calls[call].retry_after = summary.retry_after.unwrap_or_default();
        if summary.is_rate_limited && self.mutation == Some(Mutation::TakesRateLimitForSuccess) {
            drop(attempt);
            return self.end(call, &Ok(Response::new(1)));
        }
        if let (Some(Mutation::IgnoresCode), Ok(response)) = (self.mutation, &mut result)
            && summary.is_rate_limited
            && response.status().is_success()
        {
            *response.body_mut() = Bytes::from_static(br#"{"error":"no"}"#);
        }
        let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(1_714_564_800) + self.now;
        let now = self.origin + self.now;
        let step = attempt.judge(result, Moment { now, wall, random });
        match step {
            Step::Done(Ok(_)) => {}
            Step::Done(Err(_)) => self.checker.gives_up(call, self.now),
            Step::Wait(_) | Step::Attempt(_) | Step::Reserve(_) => {
                self.checker.retries(call, self.now);
            }
        }
        self.advance(call, step);
    }

    fn end(&mut self, call: usize, result: &Result<Response<u64>, Error>) {
        let RunningCall { safety, was_restarted, .. } = self.calls[call];
        let again = match (result, self.mutation) {
            (Err(error), Some(Mutation::RetriesOnce)) => error.may_have_acted(),
            (Err(error), Some(Mutation::Trusts503)) => {
                error.status() == Some(StatusCode::SERVICE_UNAVAILABLE)
                    && error.headers().is_some_and(|headers| headers.contains_key(RETRY_AFTER))
            }
            _ => false,
        };
        if again && safety == Safety::Once && !was_restarted {
            self.calls[call].was_restarted = true;
            return self.begin(call);
        }
        let mut reported = reported(result);
        match self.mutation {
            Some(Mutation::DeniesAction) => reported.may_have_acted = false,
            Some(Mutation::ClaimsAction) => reported.may_have_acted = true,
            Some(Mutation::ClaimsReadsAct) => {
                reported.may_have_acted |= safety == Safety::Read && !reported.succeeded;
            }
            Some(Mutation::DropsRetryAfter) => reported.retry_after = None,
            Some(Mutation::CapsRetryAfter) => {
                reported.retry_after = reported.retry_after.min(Some(MAX_RATE_LIMIT_STOP));
            }
            _ => {}
        }
        self.trace(call, || format!("ends: {reported:?}"));
        self.checker.ends(call, self.now, reported);
        self.calls[call].is_finished = true;
        self.report.time = self.now;
        self.report.successes += u32::from(reported.succeeded);
        if !self.plan_of(call).is_concurrent {
            self.start_next(call);
        }
    }

    /// Drops a call. True if its worker has to start the next one.
    pub(super) fn drop_call(&mut self, call: usize) -> bool {
        if self.calls[call].is_finished {
            return false;
        }
        self.trace(call, || "is dropped".to_owned());
        self.calls[call].step = CallStep::Nothing;
        self.calls[call].is_finished = true;
        self.checker.drops(call, self.now);
        !self.plan_of(call).is_concurrent
    }

    fn plan_of(&self, call: usize) -> Handle {
        let RunningCall { program, worker, .. } = self.calls[call];
        self.programs[program].handle(worker)
    }
}

fn reported(result: &Result<Response<u64>, Error>) -> Reported {
    let error = result.as_ref().err();
    Reported {
        succeeded: error.is_none(),
        may_have_acted: error.is_some_and(Error::may_have_acted),
        is_rate_limited: error.is_some_and(Error::is_rate_limited),
        retry_after: error.and_then(Error::retry_after),
    }
}
