//! Parameters shared by creating and updating a ticket.

use super::fields;
use super::parameters::{self, Parameters};
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::{Desk, Ticket};

/// Limit in characters.
const SUBJECT_LIMIT: usize = 255;
/// Limit on all tags with their separators, in characters.
const TAG_LIMIT: usize = 255;
const STATUSES: std::ops::RangeInclusive<u64> = 1..=10;
pub(super) const PRIORITIES: &[&str] = &["low", "medium", "urgent", "extreme"];
pub(super) const TYPES: &[&str] = &["question", "task", "problem", "incident"];

/// Applies all parameters but `status`, whose default differs between the two methods.
pub(super) fn apply(
    desk: &Desk,
    parameters: Parameters<'_>,
    ticket: &mut Ticket,
) -> Result<(), ApiError> {
    if let Some(subject) = parameters.short_text("subject", SUBJECT_LIMIT)? {
        ticket.subject = subject.into_owned();
    }
    assign(desk, parameters, ticket)?;
    if let Some(tags) = parameters.tags()? {
        parameters::check_length("tag", &tags, TAG_LIMIT)?;
        add_tags(&mut ticket.tags, &tags);
    }
    if let Some(priority) = parameters.word("priority", PRIORITIES, ErrorCode::UnknownPriority)? {
        priority.clone_into(&mut ticket.priority);
    }
    if let Some(kind) = parameters.word("type", TYPES, ErrorCode::UnknownType)? {
        kind.clone_into(&mut ticket.kind);
    }
    fields::set_plain(desk, parameters, ticket)?;
    fields::set_nested(desk, parameters, ticket)
}

pub(super) fn status(parameters: Parameters<'_>) -> Result<Option<u64>, ApiError> {
    parameters.number("status")?.map(known_status).transpose()
}

pub(super) fn known_status(status: u64) -> Result<u64, ApiError> {
    if STATUSES.contains(&status) {
        return Ok(status);
    }
    let text = format!("there is no status {status}: statuses are 1 to 10");
    Err(ErrorCode::UnknownStatus.error(text))
}

/// Returns the agent in `user_id`.
pub(super) fn acting_agent(
    desk: &Desk,
    parameters: Parameters<'_>,
) -> Result<Option<u64>, ApiError> {
    let id = parameters.number("user_id")?;
    id.map(|id| desk.known_agent(id).map(|agent| agent.id)).transpose()
}

/// Applies `group_id` and `assignee_id`, whose effects depend on each other.
fn assign(desk: &Desk, parameters: Parameters<'_>, ticket: &mut Ticket) -> Result<(), ApiError> {
    let group_id = parameters.reference("group_id")?;
    let assignee_id = parameters.reference("assignee_id")?;
    let group = group_id.id().map(|id| desk.known_group(id)).transpose()?;
    let agent = assignee_id.id().map(|id| desk.known_agent(id)).transpose()?;
    match (group, agent) {
        (Some(group), Some(agent)) if !agent.groups.contains(&group.id) => {
            let text = format!("{} does not belong to the group {}", agent.name, group.name);
            return Err(ErrorCode::AgentNotInGroup.error(text));
        }
        // The assignee is removed if they do not belong to the new group.
        (Some(group), None) => {
            let agent = ticket.assignee.and_then(|id| desk.known_agent(id).ok());
            let stays = agent.filter(|agent| agent.groups.contains(&group.id));
            ticket.assignee = stays.map(|agent| agent.id);
        }
        (None, Some(agent)) => ticket.group = Some(agent.default_group),
        _ => {}
    }
    // Explicit parameters override what was derived from the other one.
    group_id.apply(&mut ticket.group);
    assignee_id.apply(&mut ticket.assignee);
    Ok(())
}

/// Adds comma-separated tags that the ticket does not have yet.
fn add_tags(tags: &mut Vec<String>, joined: &str) {
    for tag in parameters::comma_separated(joined) {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
}
