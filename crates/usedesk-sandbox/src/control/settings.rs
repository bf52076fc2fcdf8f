//! `/sandbox/settings`.

use super::call::{self, Call};
use super::error::ControlError;
use crate::reply::Reply;
use crate::settings::Change;
use crate::shared::Shared;

pub(super) fn show(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    call.nothing()?;
    Ok(call::json(&shared.state().settings.to_json()))
}

pub(super) fn change(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    let change = Change::read(call.members()?)?;
    let settings = shared.update(|state| {
        state.change_settings(change.of(&state.settings));
        state.changed("settings");
        state.settings.to_json()
    });
    Ok(call::json(&settings))
}
