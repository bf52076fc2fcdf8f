//! `/sandbox/state`: the whole desk.

use serde_json::Value;

use super::call::{self, Call};
use super::error::ControlError;
use crate::document::{self, DocumentError};
use crate::reply::Reply;
use crate::shared::Shared;

pub(super) fn show(shared: &Shared, mut call: Call<'_>) -> Result<Reply, ControlError> {
    let members = call.query.text("members")?;
    call.nothing()?;
    // A copy, so that other requests do not wait for the serialization.
    let desk = shared.state().desk.clone();
    let Value::Object(mut document) = document::save(&desk) else { return Ok(call::no_content()) };
    if let Some(members) = members {
        let mut all = std::mem::take(&mut document);
        for name in members.split(',') {
            let member = all.remove(name).ok_or_else(|| {
                let rule = "must be names of members of the desk, separated by commas";
                ControlError::invalid("members", rule, name)
            })?;
            document.insert(name.to_owned(), member);
        }
    }
    Ok(call::json(&document.into()))
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
