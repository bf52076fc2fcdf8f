//! `/sandbox/operations`: the methods of the API and the parameters that they read.

use serde_json::json;

use super::call::{self, Call};
use super::error::ControlError;
use crate::methods;
use crate::reply::Reply;
use crate::shared::Shared;

pub(super) fn list(_: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    call.nothing()?;
    Ok(call::json(&json!({ "operations": methods::describe() })))
}
