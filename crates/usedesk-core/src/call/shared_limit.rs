//! One rate limit for many processes and hosts: the interface between the engine and a store that
//! hands out the slots.
//!
//! A [`SharedRateLimiter`] asks a store, such as Redis, for slots. The crate `usedesk-redis` has
//! one. What the store decides is a pure function, [`reserve`], so that every store decides alike.
//!
//! One request to the store reserves a slot and returns how long to wait for it. After the wait, a
//! second request confirms the slot: meanwhile a response with too many requests to any process may
//! have stopped all calls, or retries may have been served first. Without a wait there is no second
//! request.
//!
//! A call that is dropped while it waits costs its slot: nothing starts at that time. So does a
//! request to the store that times out after the store has reserved the slot, and a call that gives up
//! because its slot was put off until after its deadline.

pub use self::decision::{SlotState, reserve};
pub use self::limiter::SharedRateLimiter;
pub use self::slot::{
    Slot, SlotDecision, SlotKind, SlotLimit, SlotOutcome, SlotReply, SlotRequest, StoreError,
};
pub(crate) use self::terms::ASK_AGAIN;
pub use self::terms::SharedLimit;

mod decision;
mod limiter;
mod slot;
mod terms;
