//! `/groups`: lists the groups and their agents (EN 51418).

use serde_json::{Value, json};

use super::parameters::Parameters;
use crate::api_error::ApiError;
use crate::desk::{Agent, Desk, Group};

#[expect(clippy::unnecessary_wraps, reason = "all methods have this signature")]
pub(super) fn act(desk: &mut Desk, _: Parameters<'_>) -> Result<Value, ApiError> {
    let groups = desk.groups.iter().map(|group| {
        let members = desk.agents.iter().filter(|agent| agent.groups.contains(&group.id));
        let mut shown = show_group(desk, group);
        shown["users"] = members.map(|agent| show_member(group, agent)).collect();
        shown
    });
    Ok(groups.collect())
}

/// Serializes a group without its agents.
pub(super) fn show_group(desk: &Desk, group: &Group) -> Value {
    json!({
        "id": group.id,
        "name": group.name,
        "company_id": desk.company_id,
        "deleted": 0,
        "deleted_at": "0000-00-00 00:00:00",
        "custom_working_time": 0,
        "timezone": "UTC",
        "is_demo": 0,
    })
}

fn show_member(group: &Group, agent: &Agent) -> Value {
    json!({
        "id": agent.id,
        "name": agent.name,
        "email": agent.email,
        "position": agent.position,
        "role": agent.role,
        "phone": agent.phone,
        "avatar": agent.avatar,
        "pivot": { "user_group_id": group.id, "user_id": agent.id },
    })
}
