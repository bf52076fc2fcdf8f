//! `/sandbox/scripts`: scripted responses.

use serde_json::{Value, json};

use super::call::{self, Call};
use super::error::ControlError;
use crate::reply::Reply;
use crate::script::Scripted;
use crate::scripted_response::ScriptedResponse;
use crate::shared::Shared;

/// Limit on scripted responses in the queue.
const LIMIT: usize = 1_000;

pub(super) fn add(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    let response = ScriptedResponse::from_members(call.members()?)?;
    let script = &mut shared.state().script;
    if script.entries().len() >= LIMIT {
        let rule = format!("at most {LIMIT} scripted responses can wait: delete some");
        return Err(ControlError::with_status(409, "scripts", rule, LIMIT));
    }
    let id = script.add(response);
    Ok(call::with_status(201, &json!({ "id": id })))
}

pub(super) fn list(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    call.nothing()?;
    let rows: Value = shared.state().script.entries().iter().map(to_json).collect();
    Ok(call::json(&json!({ "scripts": rows })))
}

pub(super) fn show(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    let id = call.id;
    call.nothing()?;
    let state = shared.state();
    let found = state.script.entries().iter().find(|entry| entry.id == id);
    found.map(|entry| call::json(&to_json(entry))).ok_or_else(|| unknown(id))
}

pub(super) fn remove(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    let id = call.id;
    call.nothing()?;
    if shared.state().script.remove(id) { Ok(call::no_content()) } else { Err(unknown(id)) }
}

pub(super) fn clear(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    call.nothing()?;
    shared.state().script.clear();
    Ok(call::no_content())
}

fn unknown(id: u64) -> ControlError {
    let rule = "must be the id of a scripted response that is not used up";
    ControlError::with_status(404, "id", rule, id)
}

fn to_json(entry: &Scripted) -> Value {
    let mut shown = entry.response.to_json();
    shown["id"] = entry.id.into();
    shown["used"] = entry.used.into();
    shown
}
