//! `/sandbox/reset`.

use super::call::{self, Call};
use super::error::ControlError;
use crate::reply::Reply;
use crate::shared::Shared;
use crate::state::State;

pub(super) fn reset(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    call.nothing()?;
    shared.update(State::reset);
    Ok(call::no_content())
}
