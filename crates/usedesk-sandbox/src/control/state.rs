//! `/sandbox/state`: the whole desk.

use serde_json::Map;

use super::call::{self, Call};
use super::error::ControlError;
use crate::desk::Files;
use crate::document::{self, DocumentError};
use crate::reply::Reply;
use crate::shared::Shared;

pub(super) fn show(shared: &Shared, mut call: Call<'_>) -> Result<Reply, ControlError> {
    let members = call.query.text("members")?;
    call.nothing()?;
    // A copy, so that other requests do not wait for the serialization.
    let mut desk = shared.state().desk.clone();
    let Some(members) = members else { return Ok(call::json(&document::save(&desk))) };
    let names = members.split(',');
    if !names.clone().any(|name| name == "files") {
        // Files can be large.
        desk.files = Files::default();
    }
    let document = document::save(&desk);
    let found = names.map(|name| {
        let member = document.get(name).cloned().ok_or_else(|| {
            let rule = "must be names of members of the desk, separated by commas";
            ControlError::invalid("members", rule, name)
        })?;
        Ok((name.to_owned(), member))
    });
    let found = found.collect::<Result<Map<_, _>, ControlError>>()?;
    Ok(call::json(&found.into()))
}

/// Replaces the desk. A reset still returns to the desk at the start.
pub(super) fn replace(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    let document = call.json()?;
    call.query.finish()?;
    if !document.is_object() {
        return Err(ControlError::invalid("body", "must be an object", document));
    }
    let base_url = shared.state().desk.base_url.clone();
    let desk = document::load(document, &base_url)?;
    shared.update(|state| state.replace_desk(desk));
    Ok(call::no_content())
}

impl From<DocumentError> for ControlError {
    fn from(error: DocumentError) -> Self {
        Self::invalid(error.member, error.rule, error.value)
    }
}
