//! The async flavor.

use std::sync::LazyLock;

use tokio::runtime::{Builder, Runtime};
pub(crate) use usedesk_async as sdk;

#[path = "scenes.rs"]
pub(crate) mod scenes;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
});

pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    RUNTIME.block_on(future)
}
