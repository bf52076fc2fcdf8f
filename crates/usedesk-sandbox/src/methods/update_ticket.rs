//! `/update/ticket`: changes a ticket (EN 51379, RU 33737).

mod fields;

use serde_json::{Value, json};

use super::parameters::{self, Parameters};
use crate::desk::{Desk, Ticket};
use crate::refusal::{ErrorCode, Refusal};

/// In characters.
const SUBJECT_LIMIT: usize = 255;
/// In characters, all tags and the separators between them.
const TAG_LIMIT: usize = 255;
const STATUSES: std::ops::RangeInclusive<u64> = 1..=10;
const PRIORITIES: &[&str] = &["low", "medium", "urgent", "extreme"];
const TYPES: &[&str] = &["question", "task", "problem", "incident"];

/// Works on a copy of the ticket, so that a refusal changes nothing.
pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, Refusal> {
    let mut ticket = desk.known_ticket(parameters.required_number("ticket_id")?)?.clone();

    if let Some(subject) = parameters.short_text("subject", SUBJECT_LIMIT)? {
        ticket.subject = subject.into_owned();
    }
    if let Some(client) = parameters.number("client_id")? {
        ticket.client_id = desk.known_client(client)?.id;
    }
    assign(desk, parameters, &mut ticket)?;
    let author = parameters.number("user_id")?;
    if let Some(author) = author {
        desk.known_agent(author)?;
    }
    if let Some(tags) = parameters.short_text("tag", TAG_LIMIT)? {
        add_tags(&mut ticket.tags, &tags);
    }
    if let Some(priority) = parameters.word("priority", PRIORITIES, ErrorCode::UnknownPriority)? {
        priority.clone_into(&mut ticket.priority);
    }
    if let Some(kind) = parameters.word("type", TYPES, ErrorCode::UnknownType)? {
        kind.clone_into(&mut ticket.kind);
    }
    fields::set_plain(desk, parameters, &mut ticket)?;
    fields::set_nested(desk, parameters, &mut ticket)?;
    set_status(parameters, &mut ticket)?;

    desk.replace_ticket(ticket, author);
    Ok(json!({ "status": "success" }))
}

/// Each of the two parameters keeps, clears or sets; what one of them means depends on the other.
fn assign(desk: &Desk, parameters: Parameters<'_>, ticket: &mut Ticket) -> Result<(), Refusal> {
    let group_id = parameters.reference("group_id")?;
    let assignee_id = parameters.reference("assignee_id")?;
    let group = group_id.id().map(|id| desk.known_group(id)).transpose()?;
    let agent = assignee_id.id().map(|id| desk.known_agent(id)).transpose()?;
    match (group, agent) {
        (Some(group), Some(agent)) if !agent.groups.contains(&group.id) => {
            let text = format!("{} does not belong to the group {}", agent.name, group.name);
            return Err(ErrorCode::AgentNotInGroup.because(text));
        }
        // An agent who does not belong to the new group loses the ticket.
        (Some(group), None) => {
            let agent = ticket.assignee.and_then(|id| desk.known_agent(id).ok());
            let stays = agent.filter(|agent| agent.groups.contains(&group.id));
            ticket.assignee = stays.map(|agent| agent.id);
        }
        (None, Some(agent)) => ticket.group = Some(agent.default_group),
        _ => {}
    }
    // What is said in so many words goes over what follows from the other.
    group_id.apply(&mut ticket.group);
    assignee_id.apply(&mut ticket.assignee);
    Ok(())
}

/// Tags are joined by a comma and a space. Those that the ticket has already stay as they are.
fn add_tags(tags: &mut Vec<String>, joined: &str) {
    for tag in parameters::comma_separated(joined) {
        if !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
}

/// Any action opens a new ticket, unless the request is silent or says what the status shall be.
fn set_status(parameters: Parameters<'_>, ticket: &mut Ticket) -> Result<(), Refusal> {
    let silent = parameters.flag("silent")?;
    match parameters.number("status")? {
        Some(status) if STATUSES.contains(&status) => ticket.status = status,
        Some(status) => {
            let text = format!("there is no status {status}, they go from 1 to 10");
            return Err(ErrorCode::UnknownStatus.because(text));
        }
        None if !silent => ticket.open_if_new(),
        None => {}
    }
    Ok(())
}
