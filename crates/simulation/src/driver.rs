//! Runs a scenario in virtual time.

mod calls;
mod event_queue;
mod program;
mod reserve;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use fastrand::Rng;
use usedesk_core::ExchangeLimits;
use usedesk_core::internal::Step;
use usedesk_core::shared_limit::SlotReply;

use self::event_queue::EventQueue;
use self::program::{CallStep, RunningCall, RunningProgram};
use self::reserve::StoreRequest;
use crate::Report;
use crate::checker::Checker;
use crate::mutation::Mutation;
use crate::scenario::{Scenario, Speed, seconds};
use crate::server::{Delivery, Server};
use crate::store::{SharedStore, Store};

/// The state of a running scenario.
pub(crate) struct Driver<'a> {
    scenario: &'a Scenario,
    mutation: Option<Mutation>,
    rng: Rng,
    /// The instant of time zero.
    origin: Instant,
    now: Duration,
    events: EventQueue<EventKind>,
    server: Server,
    /// The store of the shared rate limiter; a mutation has one for each program.
    stores: Vec<Store>,
    programs: Vec<RunningProgram>,
    calls: Vec<RunningCall>,
    checker: Checker,
    /// Set by the observer of all handles when a call is queued.
    queued_flag: Arc<AtomicBool>,
    report: Report,
    is_traced: bool,
}

enum EventKind {
    /// A worker starts a call, unless its program was restarted.
    Work { program: usize, worker: usize, restarts: u32 },
    /// A call's wait ends.
    Resume { call: usize },
    /// The server receives a request.
    Arrive { call: usize, attempt: u32, started: Duration, limits: ExchangeLimits, is_late: bool },
    /// The client receives the result of an attempt.
    Deliver { call: usize, attempt: u32, delivery: Box<Delivery> },
    /// The caller drops a call.
    Drop { call: usize },
    /// The store receives a request.
    ReachStore { call: usize, request: Box<StoreRequest> },
    /// A call gets the reply of the store, and in which life of its data it was decided.
    Reply { call: usize, reply: Box<SlotReply>, epoch: Option<usize> },
    /// A program restarts.
    Restart { program: usize },
}

impl<'a> Driver<'a> {
    pub(crate) fn new(scenario: &'a Scenario, rng: Rng, mutation: Option<Mutation>) -> Self {
        let mut driver = Self {
            scenario,
            mutation,
            rng,
            origin: Instant::now(),
            now: Duration::ZERO,
            events: EventQueue::default(),
            server: Server::new(scenario),
            stores: scenario.programs.iter().map(|_| Store::default()).collect(),
            programs: Vec::new(),
            calls: Vec::new(),
            checker: Checker::new(scenario),
            queued_flag: Arc::default(),
            report: Report::default(),
            is_traced: false,
        };
        for plan in &scenario.programs {
            let speed = driver.speed(plan.speed);
            let queue = driver.checker.queue(speed, plan.lateness);
            let budgets = driver.checker.budgets(&plan.handles);
            let shared = driver.checker.program(plan.lateness);
            let limit = scenario.shared.as_ref().map(SharedStore::limit);
            let (mutation, flag) = (driver.mutation, &driver.queued_flag);
            let handles = program::handles(plan, speed, limit.as_ref(), mutation, flag);
            let program = RunningProgram::new(plan, handles, queue, shared, budgets);
            driver.programs.push(program);
            driver.start_workers(driver.programs.len() - 1);
            if let Some(restart) = plan.restart {
                let program = driver.programs.len() - 1;
                driver.schedule(restart, EventKind::Restart { program });
            }
        }
        driver
    }

    /// Turns tracing on.
    pub(crate) fn traced(self) -> Self {
        Self { is_traced: true, ..self }
    }

    /// Handles all events.
    pub(crate) fn run(mut self) -> Report {
        while let Some((time, kind)) = self.events.pop() {
            self.now = time;
            self.happen(kind);
        }
        self.report.violations = self.checker.finish(self.now);
        self.report
    }

    fn happen(&mut self, kind: EventKind) {
        match kind {
            EventKind::Work { program, worker, restarts } => {
                if self.programs[program].restarts == restarts {
                    self.work(program, worker);
                }
            }
            EventKind::Resume { call } => {
                if let CallStep::Wait(waiting) = self.calls[call].step.take() {
                    let step = if self.mutation == Some(Mutation::NeverEnds) {
                        Step::Wait(waiting)
                    } else {
                        waiting.resume(self.origin + self.now)
                    };
                    self.advance(call, step);
                }
            }
            EventKind::Arrive { call, attempt, started, limits, is_late } => {
                self.arrive(call, attempt, started, limits, is_late);
            }
            EventKind::Deliver { call, attempt, delivery } => {
                if self.calls[call].attempts == attempt
                    && let CallStep::Attempt(waiting) = self.calls[call].step.take()
                {
                    self.judge(call, waiting, *delivery);
                }
            }
            EventKind::Drop { call } => {
                if self.drop_call(call) {
                    self.start_next(call);
                }
            }
            EventKind::ReachStore { call, request } => self.reach_store(call, &request),
            EventKind::Reply { call, reply, epoch } => self.reply(call, *reply, epoch),
            EventKind::Restart { program } => self.restart(program),
        }
    }

    /// Returns the speed of a program's rate limiter.
    fn speed(&self, speed: Speed) -> Speed {
        if self.mutation == Some(Mutation::SendsAtTheLimit) && speed == Speed::STEADY {
            return Speed { per_minute: crate::LIMIT, ..speed };
        }
        speed
    }

    fn start_workers(&mut self, program: usize) {
        let restarts = self.programs[program].restarts;
        for worker in 0..self.programs[program].workers.len() {
            let time = self.now + seconds(&mut self.rng, 0.0, 1.0);
            self.schedule(time, EventKind::Work { program, worker, restarts });
        }
    }

    fn restart(&mut self, program: usize) {
        for call in 0..self.calls.len() {
            if self.calls[call].program != program || self.calls[call].is_finished {
                continue;
            }
            let worker = self.calls[call].worker;
            self.drop_call(call);
            self.programs[program].take_back(worker);
        }
        let plan = &self.scenario.programs[program];
        let speed = self.speed(plan.speed);
        let queue = self.checker.queue(speed, plan.lateness);
        let budgets = self.checker.budgets(&plan.handles);
        let shared = self.checker.program(plan.lateness);
        let limit = self.scenario.shared.as_ref().map(SharedStore::limit);
        let flag = &self.queued_flag;
        let handles = program::handles(plan, speed, limit.as_ref(), self.mutation, flag);
        self.programs[program].restart(handles, queue, shared, budgets);
        self.start_workers(program);
    }

    fn schedule(&mut self, time: Duration, kind: EventKind) {
        self.events.push(time, kind);
    }

    fn trace(&mut self, call: usize, text: impl FnOnce() -> String) {
        if self.is_traced {
            self.report.trace.push((self.now, call, text()));
        }
    }
}
