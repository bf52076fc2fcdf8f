//! `/sandbox/requests`: the journal.

use std::sync::Arc;

use serde_json::{Value, json};

use super::call::{self, Call};
use super::error::ControlError;
use super::view::View;
use crate::http::Response;
use crate::journal::{self, JournalEntry};
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
    let view = View::read(query)?;
    let after = query.number("after", 0..=u64::MAX)?.unwrap_or_default();
    let limit = query.number("limit", 1..=LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
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
        let (page, has_more) = journal::page(state.journal.after(after).filter(matches), limit);
        (page, has_more, state.journal.last_id())
    };
    let next = if has_more { page.last().map_or(last_id, |entry| entry.id) } else { last_id };
    let rows: Value = page.iter().map(|entry| view.show(entry)).collect();
    Ok(call::json(&json!({ "requests": rows, "next": next, "has_more": has_more })))
}

pub(super) fn show(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    let id = call.id;
    call.nothing()?;
    Ok(call::json(&find(shared, id)?.to_json()))
}

/// Returns the content of an uploaded file, by its number from 1.
pub(super) fn file(shared: &Shared, mut call: Call<'_>) -> Result<Reply, ControlError> {
    let number = call.query.number("number", 1..=u64::MAX)?.unwrap_or(1);
    let id = call.id;
    call.nothing()?;
    let entry = find(shared, id)?;
    let at = usize::try_from(number - 1).unwrap_or(usize::MAX);
    let rule = format!("must be at most {}, the number of files", entry.request.files.len());
    let file = entry.request.files.get(at);
    let file = file.ok_or_else(|| ControlError::with_status(404, "number", rule, number))?;
    Ok(Response::upload(&file.media_type, file.bytes.clone()).into())
}

fn find(shared: &Shared, id: u64) -> Result<Arc<JournalEntry>, ControlError> {
    let state = shared.state();
    let mut later = state.journal.after(id.saturating_sub(1));
    let found = later.next().filter(|entry| entry.id == id).cloned();
    let rule = "must be the id of a request in the journal";
    found.ok_or_else(|| ControlError::with_status(404, "id", rule, id))
}

pub(super) fn clear(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    call.nothing()?;
    shared.update(|state| {
        state.journal.clear();
        state.changed("requests");
    });
    Ok(call::no_content())
}
