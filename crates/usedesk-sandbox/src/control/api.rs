//! `/sandbox/api/…`: methods of the API for tests and the console.

use super::call::Call;
use super::error::ControlError;
use crate::reply::Reply;
use crate::shared::Shared;

const PREFIX: &str = "/sandbox/api";

/// Runs a method. What a script or a fault is for are the requests of a client, so this is none: it
/// takes no token, no scripted response and no fault, and is not journaled.
#[expect(clippy::unnecessary_wraps, reason = "all calls have this signature")]
pub(super) fn act(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    let request = call.into_request_of_api(PREFIX);
    Ok(shared.update(|state| state.call(request)).response.into())
}
