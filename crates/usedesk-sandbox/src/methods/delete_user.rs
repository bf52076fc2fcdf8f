//! `/delete/user`: removes an agent (EN 51417).

use serde_json::{Value, json};

use super::parameters::Parameters;
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::{Action, Agent, Desk};

/// The agent's tickets stay assigned and their comments keep their author.
pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let leaving = desk.known_agent(parameters.required_number("user_id")?)?;
    let id = leaving.id;
    let is_admin = |agent: &&Agent| agent.role == "admin";
    if is_admin(&leaving) && desk.agents.iter().filter(is_admin).count() == 1 {
        return Err(ErrorCode::LastAdmin.error("the last administrator cannot be deleted"));
    }
    desk.agents.retain(|agent| agent.id != id);
    desk.note("agent", id, Action::Deleted);
    Ok(json!({ "status": "success", "user_id": id }))
}
