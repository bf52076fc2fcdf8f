//! `/sandbox/settings`.

use super::call::{self, Call};
use super::error::ControlError;
use crate::reply::Reply;
use crate::shared::Shared;

pub(super) fn show(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    call.nothing()?;
    Ok(call::json(&shared.state().settings.to_json()))
}

pub(super) fn change(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    let members = call.members()?;
    let settings = &mut shared.state().settings;
    settings.change(members)?;
    Ok(call::json(&settings.to_json()))
}
