//! The requests of calls to the store of a shared rate limiter.

use std::time::Duration;

use usedesk_core::internal::Reserve;
use usedesk_core::shared_limit::{
    SlotDecision, SlotKind, SlotLimit, SlotOutcome, SlotReply, SlotRequest,
};

use super::program::CallStep;
use super::{Driver, EventKind};
use crate::checker::Stop;
use crate::mutation::Mutation;

/// A request on its way to the store.
pub(super) struct StoreRequest {
    request: SlotRequest,
    /// The stop that the program knew when it asked.
    known: Stop,
    is_retry: bool,
    /// How long the reply takes; none if it is lost or too late.
    back: Option<Duration>,
}

impl Driver<'_> {
    pub(super) fn reserve(&mut self, call: usize, reserve: Reserve<u64>) {
        let Some(plan) = &self.scenario.shared else { return };
        let mut request = reserve.request();
        self.trace(call, || format!("asks the store: {request:?}"));
        let known = self.checker.asks(call, self.now, request.timeout);
        self.calls[call].step = CallStep::Reserve(reserve);
        match self.mutation {
            Some(Mutation::ForgetsSharedStop) => request.stop = Duration::ZERO,
            Some(Mutation::QueuesSharedRetriesLast) if request.kind == SlotKind::Retry => {
                request.kind = SlotKind::FirstAttempt;
            }
            _ => {}
        }
        let sent = plan.dispatch(&mut self.rng, self.now, &request);
        if let Some(time) = sent.arrives {
            let is_retry = self.calls[call].attempts > 0;
            let back = sent.fails.is_none().then_some(sent.back);
            let request = Box::new(StoreRequest { request, known, is_retry, back });
            self.schedule(time, EventKind::ReachStore { call, request });
        }
        if let Some((mut time, error)) = sent.fails {
            let mut reply = Err(error);
            if self.mutation == Some(Mutation::IgnoresStoreError) {
                reply = Ok(SlotDecision::new(SlotOutcome::Start, SlotLimit::new(1, 1)));
            }
            if self.mutation == Some(Mutation::OutlivesStoreTimeout) {
                time += Duration::from_secs(60);
            }
            self.schedule(time, EventKind::Reply { call, reply: Box::new(reply), epoch: None });
        }
    }

    pub(super) fn reach_store(&mut self, call: usize, sent: &StoreRequest) {
        let Some(plan) = &self.scenario.shared else { return };
        let StoreRequest { request, known, is_retry, back } = sent;
        let is_split = self.mutation == Some(Mutation::SplitsStore);
        let index = if is_split { self.calls[call].program } else { 0 };
        let store = &mut self.stores[index];
        let decision = store.decide(plan, self.now, request);
        let epoch = store.epoch;
        self.trace(call, || format!("the store: {decision:?}"));
        self.checker.decided(call, self.now, epoch, (*known, request, *is_retry), decision.outcome);
        if let Some(back) = back {
            let (reply, epoch) = (Box::new(Ok(decision)), Some(epoch));
            self.schedule(self.now + *back, EventKind::Reply { call, reply, epoch });
        }
    }

    pub(super) fn reply(&mut self, call: usize, reply: SlotReply, epoch: Option<usize>) {
        if self.mutation == Some(Mutation::ForgetsReply) && call % 5 == 4 {
            return;
        }
        if let CallStep::Reserve(reserve) = self.calls[call].step.take() {
            self.trace(call, || format!("gets from the store: {reply:?}"));
            self.checker.gets_reply(call, epoch);
            let step = reserve.resume(reply, self.origin + self.now);
            self.advance(call, step);
        }
    }
}
