//! `/create/ticket`: creates a ticket, and a client if none matches (EN 51378, RU 33735).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::client_details::ClientDetails;
use super::message::{self, Message};
use super::parameters::Parameters;
use super::ticket_parameters;
use crate::api_error::ApiError;
use crate::desk::{Client, Desk, Ticket, now};

/// Limit on `additional_id`, in characters.
const ADDITIONAL_ID_LIMIT: usize = 255;
/// The value of `client_id` that creates a client even if one matches.
pub(super) const NEW_CLIENT: &str = "new_client";
/// Default of `channel_id`.
const DEFAULT_CHANNEL: u64 = 3;

/// Checks all parameters first, so that a rejected request changes nothing.
pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    parameters.required_text("subject")?;
    let message = Message::read(desk, parameters, message::CLIENT)?;
    let is_private = parameters.flag("private_comment")?;
    let names_author = parameters.value("user_id").is_some();
    let details = ClientDetails::of_ticket(parameters)?;
    let client = find_client(desk, parameters, &details)?;
    let mut ticket = blank_ticket();
    ticket_parameters::apply(desk, parameters, &mut ticket)?;
    if let Some(status) = ticket_parameters::status(parameters)? {
        ticket.status = status;
    }
    if let Some(id) = parameters.short_text("additional_id", ADDITIONAL_ID_LIMIT)? {
        ticket.additional_id = id.into_owned();
    }
    if let Some(channel) = parameters.number("channel_id")? {
        ticket.channel_id = channel;
    }

    ticket.client_id = match client {
        Some(id) => {
            details.for_known_client().apply(desk, id);
            id
        }
        None => details.into_new_client(desk),
    };
    ticket.id = desk.ticket_ids.take();
    let mut comment = message.into_comment(desk, ticket.id, ticket.client_id);
    comment.is_first = 1;
    if is_private {
        "private".clone_into(&mut comment.kind);
    }
    // A message of an agent is delivered only with `user_id`.
    let is_delivered = comment.from != message::USER || names_author;
    comment.delivered = u8::from(is_delivered);
    ticket.comments.push(comment);
    let id = ticket.id;
    desk.add_ticket(ticket);
    let message_status = if is_delivered { "delivered" } else { "not delivered" };
    Ok(json!({ "status": "success", "ticket_id": id, "message_status": message_status }))
}

/// Finds the client of the request; `None` if a new one is to be created.
fn find_client(
    desk: &Desk,
    parameters: Parameters<'_>,
    details: &ClientDetails<'_>,
) -> Result<Option<u64>, ApiError> {
    if parameters.value("client_id").is_some_and(|word| word == NEW_CLIENT) {
        return Ok(None);
    }
    if let Some(id) = parameters.number("client_id")? {
        return desk.known_client(id).map(|client| Some(client.id));
    }
    let has_email = |client: &&Client| details.emails.iter().any(|email| client.has_email(email));
    let has_phone =
        |client: &&Client| details.phone.as_ref().is_some_and(|phone| client.has_phone(phone));
    // The phone is used only without an email.
    let known = if details.emails.is_empty() {
        desk.clients.iter().find(has_phone)
    } else {
        desk.clients.iter().find(has_email)
    };
    Ok(known.map(|client| client.id))
}

/// Creates a ticket with default values and without an id.
fn blank_ticket() -> Ticket {
    let now = now();
    Ticket {
        id: 0,
        subject: String::new(),
        status: Ticket::NEW,
        priority: "medium".to_owned(),
        kind: "question".to_owned(),
        client_id: 0,
        group: None,
        assignee: None,
        channel_id: DEFAULT_CHANNEL,
        additional_id: String::new(),
        remind_at: None,
        tags: Vec::new(),
        fields: BTreeMap::new(),
        comments: Vec::new(),
        changes: Vec::new(),
        published_at: now.clone(),
        last_updated_at: now,
    }
}
