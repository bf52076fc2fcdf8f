//! `/sandbox/health`.

use serde_json::json;

use super::call::{self, Call};
use super::error::ControlError;
use crate::reply::Reply;
use crate::shared::Shared;

pub(super) fn show(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    call.nothing()?;
    let state = shared.state();
    Ok(call::json(&json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "uptime_seconds": shared.started.elapsed().as_secs(),
        "requests": state.journal.last_id(),
        "waiting_webhooks": state.outbox.waiting(),
        "scripts": state.script.entries().len(),
        "settings": state.settings.to_json(),
    })))
}
