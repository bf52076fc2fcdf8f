//! `/sandbox/token`: what a client needs besides the URL.

use serde_json::json;

use super::call::{self, Call};
use super::error::ControlError;
use crate::reply::Reply;
use crate::shared::Shared;

pub(super) fn show(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    call.nothing()?;
    Ok(call::json(&json!({ "api_token": shared.state().settings.token })))
}
