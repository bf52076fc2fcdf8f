//! `/sandbox/scripts`: scripted responses.

use serde_json::{Value, json};

use super::call::{self, Call};
use super::error::ControlError;
use crate::reply::Reply;
use crate::script::Scripted;
use crate::scripted_response::ScriptedResponse;
use crate::shared::Shared;
use crate::state::State;

/// Limit on scripted responses in the queue.
const LIMIT: usize = 1_000;
/// Limit on the size of all of them together, in bytes.
const SIZE_LIMIT: usize = 32 * 1024 * 1024;

pub(super) fn add(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    let response = ScriptedResponse::from_members(call.members()?)?;
    shared.update(|state| queue(state, response))
}

fn queue(state: &mut State, response: ScriptedResponse) -> Result<Reply, ControlError> {
    let script = &mut state.script;
    if script.entries().len() >= LIMIT {
        let rule = format!("at most {LIMIT} scripted responses can wait: delete some");
        return Err(ControlError::with_status(409, "scripts", rule, LIMIT));
    }
    let size: usize = script.entries().iter().map(|entry| entry.response.size()).sum();
    if size + response.size() > SIZE_LIMIT {
        let rule =
            format!("at most {SIZE_LIMIT} bytes of scripted responses can wait: delete some");
        return Err(ControlError::with_status(409, "scripts", rule, size));
    }
    let id = script.add(response);
    state.changed("scripts");
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
    let removed = shared.update(|state| {
        state.changed("scripts");
        state.script.remove(id)
    });
    if removed { Ok(call::no_content()) } else { Err(unknown(id)) }
}

pub(super) fn clear(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    call.nothing()?;
    shared.update(State::clear_script);
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
