//! `/sandbox/state`: the whole desk.

use super::call::{self, Call};
use super::error::ControlError;
use crate::document::{self, DocumentError};
use crate::reply::Reply;
use crate::shared::Shared;

pub(super) fn show(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    call.nothing()?;
    // A copy, so that other requests do not wait for the serialization.
    let desk = shared.state().desk.clone();
    Ok(call::json(&document::save(&desk)))
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
