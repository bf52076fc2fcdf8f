//! `/sandbox/requests`: the journal.

use std::sync::Arc;

use serde_json::{Value, json};

use super::call::{self, Call};
use super::error::ControlError;
use crate::journal::JournalEntry;
use crate::methods;
use crate::reply::Reply;
use crate::shared::Shared;

const DEFAULT_LIMIT: u64 = 100;
const LIMIT: u64 = 1_000;
const OUTCOMES: &[&str] = &["ok", "rejected", "scripted"];

/// Lists the requests after an id, oldest first.
pub(super) fn list(shared: &Shared, mut call: Call<'_>) -> Result<Reply, ControlError> {
    let query = &mut call.query;
    let path = query.text("path")?;
    let operation = query.text("operation")?;
    let outcome = query.word("outcome", OUTCOMES)?;
    let after = query.number("after", 0..=u64::MAX)?.unwrap_or_default();
    let limit = query.number("limit", 1..=LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    call.nothing()?;

    let path = path.as_deref().map(methods::normalize);
    let matches = |entry: &&Arc<JournalEntry>| {
        path.is_none_or(|path| methods::normalize(&entry.request.path) == path)
            && operation.as_deref().is_none_or(|name| entry.operation == Some(name))
            && outcome.is_none_or(|word| entry.outcome.word() == word)
    };
    // Under the lock nothing is copied but references.
    let (page, has_more, last_id) = {
        let state = shared.state();
        let mut found = state.journal.after(after).filter(matches);
        let page: Vec<_> = (0..limit).map_while(|_| found.next().cloned()).collect();
        (page, found.next().is_some(), state.journal.last_id())
    };
    let next = if has_more { page.last().map_or(last_id, |entry| entry.id) } else { last_id };
    let rows: Value = page.iter().map(|entry| entry.to_json()).collect();
    Ok(call::json(&json!({ "requests": rows, "next": next, "has_more": has_more })))
}

pub(super) fn show(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    let id = call.id;
    call.nothing()?;
    let state = shared.state();
    let found =
        state.journal.after(id.saturating_sub(1)).next().filter(|entry| entry.id == id).cloned();
    drop(state);
    let rule = "must be the id of a request in the journal";
    let entry = found.ok_or_else(|| ControlError::with_status(404, "id", rule, id))?;
    Ok(call::json(&entry.to_json()))
}

pub(super) fn clear(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    call.nothing()?;
    shared.state().journal.clear();
    Ok(call::no_content())
}
