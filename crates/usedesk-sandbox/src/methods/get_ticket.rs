//! `/ticket`: returns a ticket with its comments and history (EN 51377).

use serde_json::{Value, json};

use super::get_client::show_record;
use super::list_users::show_agent;
use super::parameters::Parameters;
use crate::api_error::ApiError;
use crate::desk::{Agent, Comment, Desk, Ticket};

/// `properties=sla` is accepted and adds nothing: no ticket here has an SLA.
pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let ticket = desk.known_ticket(parameters.required_number("ticket_id")?)?;
    let mut shown = show_ticket(desk, ticket);
    if let Some(agent) = parameters.number("accessible_for_agent_id")? {
        let agent = desk.known_agent(agent)?;
        shown["rights"] = rights(agent, ticket).into();
    }
    let comments = ticket.comments.iter().map(|comment| show_comment(desk, comment));
    let custom_fields = ticket.fields.iter().map(|(field, value)| {
        json!({
            "id": ticket.id * 1_000 + field,
            "ticket_id": ticket.id,
            "ticket_field_id": field,
            "value": value,
            "created_at": null,
            "updated_at": null,
        })
    });
    Ok(json!({
        "ticket": shown,
        "client": desk.client(ticket.client_id).map(|client| show_record(desk, client)),
        "comments": comments.collect::<Vec<_>>(),
        "tags": ticket.tags,
        "custom_fields": custom_fields.collect::<Vec<_>>(),
        "changes": ticket.changes,
    }))
}

/// Returns what an agent may do with a ticket.
pub(super) fn rights(agent: &Agent, ticket: &Ticket) -> &'static str {
    let may_write = ticket.group.is_none_or(|group| agent.groups.contains(&group));
    if may_write { "write" } else { "read" }
}

fn show_ticket(desk: &Desk, ticket: &Ticket) -> Value {
    let client = desk.client(ticket.client_id);
    let email = client.and_then(|client| client.emails.first()).map(|entry| &entry.email);
    json!({
        "id": ticket.id,
        "status_id": ticket.status,
        "subject": ticket.subject,
        "client_id": ticket.client_id,
        "client_name": client.map(|client| &client.name),
        "assignee_id": ticket.assignee,
        "group": ticket.group,
        "channel_id": ticket.channel_id,
        "priority": ticket.priority,
        "type": ticket.kind,
        "email": email,
        "published_at": ticket.published_at,
        "last_updated_at": ticket.last_updated_at,
        "company_id": desk.company_id,
        "additional_id": ticket.additional_id,
    })
}

fn show_comment(desk: &Desk, comment: &Comment) -> Value {
    let client = comment.client_id.and_then(|id| desk.client(id));
    let agent = comment.user_id.and_then(|id| desk.known_agent(id).ok());
    let mut shown = json!(comment);
    shown["client_name"] = json!(client.map(|client| &client.name));
    shown["file"] = Value::Null;
    shown["client"] = json!(client.map(|client| show_record(desk, client)));
    shown["user"] = json!(agent.map(|agent| show_agent(desk, agent)));
    shown
}
