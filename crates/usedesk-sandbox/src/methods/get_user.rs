//! `/user`: returns an agent. Not documented, but seen in a public client.

use serde_json::Value;

use super::list_users::show_agent;
use super::parameters::Parameters;
use crate::api_error::ApiError;
use crate::desk::Desk;

pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let agent = desk.known_agent(parameters.required_number("user_id")?)?;
    Ok(show_agent(desk, agent))
}
