//! `/users`: lists agents (EN 51414, RU 49529).

use serde_json::{Value, json};

use super::create_user::{DEFAULT_ROLE, ROLES};
use super::list_groups::show_group;
use super::parameters::Parameters;
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::{Agent, Desk};

pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let id = parameters.number("user_id")?;
    let group = parameters.number("group_id")?;
    let role = parameters.word("user_type", ROLES, ErrorCode::UnknownRole)?;
    // The default role does not apply to a request for a single agent.
    let role = role.or_else(|| id.is_none().then_some(DEFAULT_ROLE));
    let query = parameters.text("query")?.unwrap_or_default().to_lowercase();
    let matching = desk.agents.iter().filter(|agent| {
        id.is_none_or(|id| agent.id == id)
            && group.is_none_or(|group| agent.groups.contains(&group))
            && role.is_none_or(|role| agent.role == role)
            && [&agent.name, &agent.email].iter().any(|text| text.to_lowercase().contains(&query))
    });
    Ok(matching.map(|agent| show_agent(desk, agent)).collect())
}

/// Serializes an agent, as `/ticket` does, too.
pub(super) fn show_agent(desk: &Desk, agent: &Agent) -> Value {
    let groups = desk.groups.iter().filter(|group| agent.groups.contains(&group.id));
    let groups = groups.map(|group| {
        let mut shown = show_group(desk, group);
        shown["pivot"] = json!({ "user_id": agent.id, "user_group_id": group.id });
        shown
    });
    json!({
        "id": agent.id,
        "name": agent.name,
        "email": agent.email,
        "position": agent.position,
        "role": agent.role,
        "phone": agent.phone,
        "chat_online_status": u8::from(agent.chat_online),
        "online_status": u8::from(agent.ticket_online),
        "avatar": agent.avatar,
        "groups": groups.collect::<Vec<_>>(),
    })
}
