//! The blocking world.

pub(crate) use usedesk_blocking as sdk;

#[path = "scenes.rs"]
pub(crate) mod scenes;

/// Blocking needs no waiting.
pub(crate) fn wait<T>(result: T) -> T {
    result
}
