//! `/update/user`: updates an agent (EN 51416).

use serde_json::{Value, json};

use super::create_user::ROLES;
use super::parameters::Parameters;
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::{Action, Desk};

/// Value of `avatar` that removes the picture.
const DELETE: &str = "delete";

/// Works on a copy of the agent, so that a rejected request changes nothing.
pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let mut agent = desk.known_agent(parameters.required_number("user_id")?)?.clone();
    for (name, member) in [("name", &mut agent.name), ("email", &mut agent.email)] {
        if parameters.value(name).is_some() {
            *member = parameters.required_text(name)?.into_owned();
        }
    }
    if let Some(role) = parameters.word("role", ROLES, ErrorCode::UnknownRole)? {
        role.clone_into(&mut agent.role);
    }
    if let Some(group) = parameters.number("group")? {
        agent.move_to(desk.known_group(group)?.id);
    }
    if let Some(phone) = parameters.text("phone")? {
        agent.phone = Some(phone.into_owned()).filter(|phone| !phone.is_empty());
    }
    if let Some(online) = parameters.switch("chat_online_status")? {
        agent.chat_online = online;
    }
    if let Some(online) = parameters.switch("ticket_online_status")? {
        agent.ticket_online = online;
    }
    if parameters.value("avatar").is_some_and(|value| value == DELETE) {
        agent.avatar = None;
    } else if let Some(file) = parameters.files("avatar")?.pop() {
        agent.avatar = Some(desk.files.keep(file).file);
    }

    let id = agent.id;
    if let Some(before) = desk.agents.iter_mut().find(|known| known.id == id)
        && *before != agent
    {
        *before = agent;
        desk.note("agent", id, Action::Changed);
    }
    Ok(json!({ "status": "success", "user_id": id }))
}
