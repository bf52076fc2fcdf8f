//! The blocking flavor.

pub(crate) use usedesk_blocking as sdk;

#[path = "scenes.rs"]
pub(crate) mod scenes;

/// The blocking flavor has nothing to await.
pub(crate) fn wait<T>(result: T) -> T {
    result
}
