//! `/tickets`: lists tickets in pages of 100 (EN 51376, RU 33062).

mod filters;

use serde_json::{Value, json};

use super::get_ticket;
use super::listing::Page;
use super::parameters::Parameters;
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::{Desk, Ticket};

const SORTS: &[&str] =
    &["id", "status_id", "client_id", "assignee_id", "group", "last_updated_at", "published_at"];
const ASCENDING: &str = "asc";
const DESCENDING: &str = "desc";

/// `accessible_for_agent_id` hides no ticket, since every agent may read all of them; it adds the
/// agent's rights. `properties=sla` is accepted and adds nothing, as in `/ticket`.
pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    parameters.reject_null("tag", ErrorCode::BadTags)?;
    parameters.reject_null("accessible_for_agent_id", ErrorCode::WrongKind)?;
    let page = Page::read(parameters)?;
    let agent = parameters.number("accessible_for_agent_id")?;
    let agent = agent.map(|id| desk.known_agent(id)).transpose()?;
    let mut tickets: Vec<_> = desk.tickets.iter().collect();
    filters::apply(desk, parameters, &mut tickets)?;
    sort(parameters, &mut tickets)?;
    let rows = page.of(tickets).map(|ticket| {
        let mut row = show_row(desk, ticket);
        if let Some(agent) = agent {
            row["rights"] = get_ticket::rights(agent, ticket).into();
        }
        row
    });
    Ok(rows.collect())
}

/// Sorts tickets, by id by default. The sort is stable, so equal tickets stay ordered by id.
fn sort(parameters: Parameters<'_>, tickets: &mut [&Ticket]) -> Result<(), ApiError> {
    let key = parameters.word("sort", SORTS, ErrorCode::UnknownWord)?;
    let order = parameters.word("order", &[ASCENDING, DESCENDING], ErrorCode::UnknownWord)?;
    tickets.sort_by(|one, other| {
        let ordering = match key {
            Some("status_id") => one.status.cmp(&other.status),
            Some("client_id") => one.client_id.cmp(&other.client_id),
            Some("assignee_id") => one.assignee.cmp(&other.assignee),
            Some("group") => one.group.cmp(&other.group),
            Some("last_updated_at") => one.last_updated_at.cmp(&other.last_updated_at),
            Some("published_at") => one.published_at.cmp(&other.published_at),
            _ => one.id.cmp(&other.id),
        };
        if order == Some(DESCENDING) { ordering.reverse() } else { ordering }
    });
    Ok(())
}

fn show_row(desk: &Desk, ticket: &Ticket) -> Value {
    let tags = ticket.tags.iter().map(|tag| json!({ "name": tag }));
    let fields = desk.fields.iter().map(|field| {
        json!({ "id": field.id, "name": field.name, "value": ticket.fields.get(&field.id) })
    });
    let channel = desk.channels.iter().find(|channel| channel.id == ticket.channel_id);
    json!({
        "id": ticket.id,
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "type": ticket.kind,
        "client_id": ticket.client_id,
        "client_name": desk.client(ticket.client_id).map(|client| &client.name),
        "assignee_id": ticket.assignee,
        "group": ticket.group,
        "channel_id": ticket.channel_id,
        "channel_email": channel.and_then(|channel| channel.email.as_ref()),
        "created_at": ticket.published_at,
        "last_updated_at": ticket.last_updated_at,
        "last_comment": ticket.comments.last().map(|comment| &comment.message),
        "remind_at": ticket.remind_at,
        "tags": tags.collect::<Vec<_>>(),
        "ticket_fields": fields.collect::<Vec<_>>(),
    })
}
