//! Virtual time: an event queue, and the programs that live in it.

mod program;
mod queue;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use fastrand::Rng;
use usedesk_core::http::header::RETRY_AFTER;
use usedesk_core::{
    Attempt, Bytes, Error, ExchangeLimits, MAX_RATE_LIMIT_STOP, Moment, Response, Safety,
    StatusCode, Step,
};

use self::program::{Held, Live, Running};
use self::queue::Queue;
use crate::Report;
use crate::checker::{Checker, Facts, Limit, Terms};
use crate::mutation::Mutation;
use crate::scenario::{Handle, Scenario, Speed, seconds};
use crate::server::{Delivery, Dispatch, Server, deliver, dispatch};

/// All that there is.
pub(crate) struct World<'a> {
    scenario: &'a Scenario,
    mutation: Option<Mutation>,
    rng: Rng,
    /// What the engine takes for the beginning of time.
    origin: Instant,
    now: Duration,
    events: Queue<What>,
    server: Server,
    programs: Vec<Running>,
    calls: Vec<Live>,
    checker: Checker,
    /// Set by the observer of all handles when a call waits for its turn.
    paced: Arc<AtomicBool>,
    report: Report,
    is_traced: bool,
}

enum What {
    /// A worker begins a call, unless its program was restarted since.
    Work { program: usize, worker: usize, restarts: u32 },
    /// A call's wait is over.
    Resume { call: usize },
    /// The server gets a request.
    Arrive { call: usize, exchange: u32, started: Duration, limits: ExchangeLimits, is_late: bool },
    /// The client learns how an exchange ended.
    Deliver { call: usize, exchange: u32, delivery: Box<Delivery> },
    /// The user drops a call.
    Cancel { call: usize },
    /// A program ends and is started again.
    Restart { program: usize },
}

impl<'a> World<'a> {
    pub(crate) fn new(scenario: &'a Scenario, rng: Rng, mutation: Option<Mutation>) -> Self {
        let mut world = Self {
            scenario,
            mutation,
            rng,
            origin: Instant::now(),
            now: Duration::ZERO,
            events: Queue::default(),
            server: Server::new(scenario),
            programs: Vec::new(),
            calls: Vec::new(),
            checker: Checker::default(),
            paced: Arc::default(),
            report: Report::default(),
            is_traced: false,
        };
        for plan in &scenario.programs {
            let (speed, pace) = world.speed(plan.speed);
            let line = world.checker.line(speed, plan.lateness);
            let program = Running::new(plan, pace, line, world.mutation, &world.paced);
            world.programs.push(program);
            world.start_workers(world.programs.len() - 1);
            if let Some(restart) = plan.restart {
                let program = world.programs.len() - 1;
                world.schedule(restart, What::Restart { program });
            }
        }
        world
    }

    /// Writes down what happens.
    pub(crate) fn traced(self) -> Self {
        Self { is_traced: true, ..self }
    }

    /// Lets everything happen.
    pub(crate) fn run(mut self) -> Report {
        while let Some((time, what)) = self.events.pop() {
            self.now = time;
            self.happen(what);
        }
        self.report.violations = self.checker.finish(self.now);
        self.report
    }

    fn happen(&mut self, what: What) {
        match what {
            What::Work { program, worker, restarts } => {
                if self.programs[program].restarts == restarts {
                    self.work(program, worker);
                }
            }
            What::Resume { call } => {
                if let Held::Wait(waiting) = self.calls[call].held.take() {
                    let step = if self.mutation == Some(Mutation::NeverEnds) {
                        Step::Wait(waiting)
                    } else {
                        waiting.resume(self.origin + self.now)
                    };
                    self.advance(call, step);
                }
            }
            What::Arrive { call, exchange, started, limits, is_late } => {
                self.arrive(call, exchange, started, limits, is_late);
            }
            What::Deliver { call, exchange, delivery } => {
                if self.calls[call].exchanges == exchange
                    && let Held::Attempt(waiting) = self.calls[call].held.take()
                {
                    self.judge(call, waiting, *delivery);
                }
            }
            What::Cancel { call } => {
                if self.drop_call(call) {
                    self.rest(call);
                }
            }
            What::Restart { program } => self.restart(program),
        }
    }

    /// The speed that the checker expects, and the one that the pacer has.
    fn speed(&self, speed: Speed) -> (Speed, Speed) {
        if self.mutation == Some(Mutation::PacesAtTheLimit) && speed == Speed::STEADY {
            let faster = Speed { per_minute: crate::LIMIT, ..speed };
            return (faster, faster);
        }
        (speed, speed)
    }

    fn start_workers(&mut self, program: usize) {
        let restarts = self.programs[program].restarts;
        for worker in 0..self.programs[program].workers.len() {
            let time = self.now + seconds(&mut self.rng, 0.0, 1.0);
            self.schedule(time, What::Work { program, worker, restarts });
        }
    }

    fn work(&mut self, program: usize, worker: usize) {
        let running = &mut self.programs[program];
        let Some((plan, safety)) = running.take_work(worker, &mut self.rng) else { return };
        let terms = Terms {
            safety,
            attempts: plan.attempts,
            unprocessed_only: plan.unprocessed_only,
            limit: plan
                .deadline
                .map_or(Limit::FromItsTurn(plan.call_timeout), Limit::FromItsBeginning),
            lateness: self.scenario.programs[program].lateness,
            line: plan.is_paced.then_some(running.line),
        };
        let restarts = running.restarts;
        let call = self.checker.begins(self.now, terms);
        self.calls.push(Live {
            program,
            worker,
            restarts,
            safety,
            held: Held::Nothing,
            exchanges: 0,
            asked: Duration::ZERO,
            is_over: false,
            was_begun_again: false,
        });
        self.report.calls += 1;
        self.trace(call, || format!("begins, {safety:?} of {plan:?}"));
        if plan.is_concurrent {
            self.rest(call);
        }
        if self.rng.f64() < plan.cancelled {
            let time = self.now + seconds(&mut self.rng, 0.0, 20.0);
            self.schedule(time, What::Cancel { call });
        }
        self.begin(call);
    }

    fn begin(&mut self, call: usize) {
        let Live { program, worker, safety, .. } = self.calls[call];
        let now = self.origin + self.now;
        let step = self.programs[program].begin(worker, safety, now);
        self.advance(call, step);
    }

    /// Its worker begins another call after a rest.
    fn rest(&mut self, call: usize) {
        let Live { program, worker, restarts, .. } = self.calls[call];
        let longest = self.programs[program].handle(worker).rest;
        let time = self.now + longest.mul_f64(self.rng.f64());
        self.schedule(time, What::Work { program, worker, restarts });
    }

    fn advance(&mut self, call: usize, step: Step<u64>) {
        match step {
            Step::Wait(waiting) => {
                let is_for_turn = self.paced.swap(false, Ordering::Relaxed);
                let wait = waiting.duration();
                self.trace(call, || {
                    format!("waits {wait:?}{}", if is_for_turn { " for its turn" } else { "" })
                });
                let goes_on = self.checker.waits(call, self.now, wait, is_for_turn);
                self.calls[call].held = Held::Wait(waiting);
                if !goes_on {
                    self.calls[call].held = Held::Nothing;
                } else if let Some(time) = self.wake_up(call, wait, is_for_turn) {
                    self.schedule(time, What::Resume { call });
                }
            }
            Step::Attempt(exchange) => {
                let limits = exchange.limits();
                self.trace(call, || format!("starts an exchange of at most {:?}", limits.attempt));
                self.report.exchanges += 1;
                self.report.repetitions += u32::from(self.calls[call].exchanges > 0);
                self.calls[call].exchanges += 1;
                if self.checker.exchanges(call, self.now, limits) {
                    self.calls[call].held = Held::Attempt(exchange);
                    self.dispatch(call, limits);
                }
            }
            Step::Done(result) => self.end(call, &result),
        }
    }

    /// When a waiting call goes on: when its wait is over, if no rule is to be broken.
    fn wake_up(&mut self, call: usize, wait: Duration, is_for_turn: bool) -> Option<Duration> {
        let index = self.calls[call].program;
        let late = self.scenario.programs[index].lateness.mul_f64(self.rng.f64());
        let program = &self.programs[index];
        let due = self.now + wait + late;
        let is_chosen = call % 5 == 4;
        match self.mutation {
            Some(Mutation::SkipsServerWaits) if !is_for_turn => Some(self.now),
            Some(Mutation::SkipsBackoff) if !is_for_turn => Some(self.now + self.calls[call].asked),
            Some(Mutation::CrowdsAfterStop) if is_for_turn => {
                Some(due.min(self.now.max(program.stopped_until)))
            }
            Some(Mutation::Starves) if is_for_turn && is_chosen => {
                Some(due + Duration::from_secs(3 * 60 * 60))
            }
            Some(Mutation::Overtakes) if is_for_turn && is_chosen => {
                Some(due + Duration::from_secs(2))
            }
            Some(Mutation::RepeatsLast) if is_for_turn && self.calls[call].exchanges > 0 => {
                let is_waiting =
                    |other: &&Live| other.program == index && matches!(other.held, Held::Wait(_));
                let ahead = self.calls.iter().filter(is_waiting).count();
                let interval = self.scenario.programs[index].speed.interval();
                Some(due + interval * u32::try_from(ahead).unwrap_or(u32::MAX))
            }
            Some(Mutation::ForgetsCall) if is_chosen => None,
            _ => Some(due),
        }
    }

    fn dispatch(&mut self, call: usize, limits: ExchangeLimits) {
        let (exchange, started) = (self.calls[call].exchanges, self.now);
        let dispatched = dispatch(self.scenario, &mut self.rng, started, limits);
        let mut arrive = |time, is_late| {
            let what = What::Arrive { call, exchange, started, limits, is_late };
            self.schedule(time, what);
        };
        match dispatched {
            Dispatch::Lost(delivery) => self.deliver(call, exchange, delivery),
            Dispatch::Arrives(time) => arrive(time, false),
            Dispatch::Late(time, delivery) => {
                arrive(time, true);
                self.deliver(call, exchange, delivery);
            }
        }
    }

    fn deliver(&mut self, call: usize, exchange: u32, delivery: Delivery) {
        let delivery = Box::new(delivery);
        self.schedule(delivery.time, What::Deliver { call, exchange, delivery });
    }

    fn arrive(
        &mut self,
        call: usize,
        exchange: u32,
        started: Duration,
        limits: ExchangeLimits,
        is_late: bool,
    ) {
        let reaction = self.server.react(self.scenario, &mut self.rng, self.now);
        self.trace(call, || format!("the server: {reaction:?}"));
        if reaction.acts && self.mutation != Some(Mutation::LosesEffect) {
            self.checker.acts(call, self.now);
        }
        if reaction.is_over_limit {
            self.report.refusals += 1;
            if self.scenario.is_steady() {
                self.checker.refuses_steady(call, self.now);
            }
        }
        if !is_late {
            let (scenario, rng) = (self.scenario, &mut self.rng);
            let delivery = deliver(scenario, rng, self.now, started, limits, &reaction);
            self.deliver(call, exchange, delivery);
        }
    }

    fn judge(&mut self, call: usize, exchange: Attempt<u64>, delivery: Delivery) {
        let Delivery { mut outcome, seen, .. } = delivery;
        self.trace(call, || format!("is told: {outcome:?}"));
        if seen.is_rate_limited {
            self.programs[self.calls[call].program].note_stop(self.now, seen.asked);
        }
        let random = self.rng.u32(..);
        self.checker.judges(call, self.now, seen, random);
        self.calls[call].asked = seen.asked.unwrap_or_default();
        if seen.is_rate_limited && self.mutation == Some(Mutation::TakesRefusalForSuccess) {
            drop(exchange);
            return self.end(call, &Ok(Response::new(1)));
        }
        if let (Some(Mutation::OverlooksCode), Ok(response)) = (self.mutation, &mut outcome)
            && seen.is_rate_limited
            && response.status().is_success()
        {
            *response.body_mut() = Bytes::from_static(br#"{"error":"no"}"#);
        }
        let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(1_714_564_800) + self.now;
        let now = self.origin + self.now;
        let step = exchange.judge(outcome, Moment { now, wall, random });
        self.advance(call, step);
    }

    fn end(&mut self, call: usize, result: &Result<Response<u64>, Error>) {
        let Live { safety, was_begun_again, .. } = self.calls[call];
        let again = match (result, self.mutation) {
            (Err(error), Some(Mutation::RepeatsOnce)) => error.may_have_acted(),
            (Err(error), Some(Mutation::TrustsUnavailable)) => {
                error.status() == Some(StatusCode::SERVICE_UNAVAILABLE)
                    && error.headers().is_some_and(|headers| headers.contains_key(RETRY_AFTER))
            }
            _ => false,
        };
        if again && safety == Safety::Once && !was_begun_again {
            self.calls[call].was_begun_again = true;
            return self.begin(call);
        }
        let mut facts = facts(result);
        match self.mutation {
            Some(Mutation::HidesAction) => facts.may_have_acted = false,
            Some(Mutation::ClaimsAction) => facts.may_have_acted = true,
            Some(Mutation::DoubtsReads) => {
                facts.may_have_acted |= safety == Safety::Read && !facts.succeeded;
            }
            Some(Mutation::ForgetsRetryAfter) => facts.retry_after = None,
            Some(Mutation::CutsRetryAfter) => {
                facts.retry_after = facts.retry_after.min(Some(MAX_RATE_LIMIT_STOP));
            }
            _ => {}
        }
        self.trace(call, || format!("ends: {facts:?}"));
        self.checker.ends(call, self.now, facts);
        self.calls[call].is_over = true;
        self.report.time = self.now;
        self.report.successes += u32::from(facts.succeeded);
        if !self.plan_of(call).is_concurrent {
            self.rest(call);
        }
    }

    /// False when it had already ended.
    fn drop_call(&mut self, call: usize) -> bool {
        if self.calls[call].is_over {
            return false;
        }
        self.trace(call, || "is dropped".to_owned());
        self.calls[call].held = Held::Nothing;
        self.calls[call].is_over = true;
        self.checker.drops(call, self.now);
        !self.plan_of(call).is_concurrent
    }

    fn restart(&mut self, program: usize) {
        for call in 0..self.calls.len() {
            if self.calls[call].program != program || self.calls[call].is_over {
                continue;
            }
            let worker = self.calls[call].worker;
            self.drop_call(call);
            self.programs[program].take_back(worker);
        }
        let plan = &self.scenario.programs[program];
        let (expected, pace) = self.speed(plan.speed);
        let line = self.checker.line(expected, plan.lateness);
        self.programs[program].restart(plan, pace, line, self.mutation, &self.paced);
        self.start_workers(program);
    }

    fn plan_of(&self, call: usize) -> Handle {
        let Live { program, worker, .. } = self.calls[call];
        self.programs[program].handle(worker)
    }

    fn schedule(&mut self, time: Duration, what: What) {
        self.events.push(time, what);
    }

    fn trace(&mut self, call: usize, text: impl FnOnce() -> String) {
        if self.is_traced {
            self.report.trace.push((self.now, call, text()));
        }
    }
}

fn facts(result: &Result<Response<u64>, Error>) -> Facts {
    let error = result.as_ref().err();
    Facts {
        succeeded: error.is_none(),
        may_have_acted: error.is_some_and(Error::may_have_acted),
        is_rate_limited: error.is_some_and(Error::is_rate_limited),
        retry_after: error.and_then(Error::retry_after),
    }
}
