//! The trait between the engine and a store.

use super::slot::SlotRequest;
use super::terms::SharedLimit;

/// Asks a store for slots. Give one to a handle with `shared_rate_limiter` of its builder.
///
/// A blocking limiter has `Reply = SlotReply`, an async one a boxed future of it.
///
/// An implementation must return within the [`timeout`](SlotRequest::timeout) of the request, must
/// decide as [`reserve`](super::reserve) does, and must use one clock for all processes: that of
/// the store. It does not retry.
pub trait SharedRateLimiter: Send + Sync {
    /// A [`SlotReply`](super::SlotReply), or a future of one.
    type Reply;

    /// Returns the limit, and what happens while the store is unavailable. Clones of a limiter
    /// return clones of one value.
    fn limit(&self) -> &SharedLimit;

    /// Passes one request to the store.
    fn reserve(&self, request: SlotRequest) -> Self::Reply;
}
