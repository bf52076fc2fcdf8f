//! Builds payloads in their documented form.

use std::io::{self, ErrorKind};

use serde_json::{Value, json};

use super::kind::Kind;
use crate::desk::{Client, Comment, Desk, Ticket, now};

/// Builds the payload of an event. Fails if the desk lacks its subject.
pub(super) fn of(kind: &Kind, secret: &str, desk: &Desk) -> io::Result<Value> {
    let mut payload = match kind {
        // Has no secret.
        Kind::Ping => return Ok(json!({ "ping": true })),
        Kind::TicketCreated(id) => {
            let ticket = known_ticket(desk, *id)?;
            json!({
                "ticket": show_ticket(desk, ticket),
                "client": show_client(desk, ticket.client_id),
            })
        }
        Kind::TicketChanged(id) => {
            let ticket = known_ticket(desk, *id)?;
            let change = ticket.changes.last().ok_or_else(|| {
                let text = format!("ticket {id} has no changes");
                io::Error::new(ErrorKind::InvalidInput, text)
            })?;
            json!({
                "trigger": change,
                "client": show_client(desk, ticket.client_id),
                "assignee_id": ticket.assignee,
                "custom_fields": show_fields(desk, ticket),
                "custom_blocks": [],
            })
        }
        Kind::CommentCreated(id) => {
            let (ticket, comment) = known_comment(desk, *id)?;
            json!({
                "comment": show_comment(comment),
                "client": show_client(desk, ticket.client_id),
                "assignee_id": ticket.assignee,
                "custom_fields": show_fields(desk, ticket),
            })
        }
        Kind::Rating(id, rating) => {
            json!({ "csi": rate(desk, known_ticket(desk, *id)?, *rating) })
        }
        Kind::ChatMessage(id) => tell_of_chat(desk, *id)?,
        // Has no secret in the documented sample.
        Kind::WhatsAppDelivery(id) => {
            let (ticket, comment) = known_comment(desk, *id)?;
            return Ok(json!({
                "message_status": {
                    "delivery_status": "DELIVERED",
                    "comment_id": comment.id,
                    "extras": { "ticket_id": ticket.id },
                },
            }));
        }
        Kind::DynamicBlock(id) => {
            let mut payload = ask_for_block(desk, known_ticket(desk, *id)?);
            payload["secret_key"] = secret.into();
            return Ok(payload);
        }
        Kind::Custom(payload) => return Ok(payload.clone()),
    };
    payload["secret"] = secret.into();
    Ok(payload)
}

fn rate(desk: &Desk, ticket: &Ticket, rating: u64) -> Value {
    // The rating is for the last comment of an agent.
    let rated = ticket.comments.iter().rfind(|comment| comment.user_id.is_some());
    let now = now();
    json!({
        "id": ticket.id,
        "user_id": ticket.assignee,
        "client_id": ticket.client_id,
        "ticket_id": ticket.id,
        "rating": rating,
        "company_id": desk.company_id,
        "ticket_comment_id": rated.or(ticket.comments.last()).map(|comment| comment.id),
        "comment": "",
        "created_at": now,
        "updated_at": now,
    })
}

fn tell_of_chat(desk: &Desk, id: u64) -> io::Result<Value> {
    let chat = desk.known_chat(id).map_err(|_| unknown("chat", id))?;
    let ticket = known_ticket(desk, chat.ticket_id)?;
    let last = ticket.comments.last();
    Ok(json!({
        "chat_id": chat.id,
        "text": last.map(|message| &message.message),
        "client_id": chat.client_id,
        "client": show_client(desk, chat.client_id),
        "from": last.map(|message| &message.from),
        "platform": "usedesk_chat",
        "ticket": show_ticket(desk, ticket),
        "state": (ticket.comments.len() == 1).then_some("new"),
    }))
}

fn ask_for_block(desk: &Desk, ticket: &Ticket) -> Value {
    let client = desk.client(ticket.client_id);
    let email = client.and_then(first_email);
    let channel = desk.channels.iter().find(|channel| channel.id == ticket.channel_id);
    let channel_type = channel.map(|channel| &channel.kind);
    json!({
        "ticket_id": ticket.id,
        "subject": ticket.subject,
        "client_id": ticket.client_id,
        "contact": email,
        "channel_type": channel_type,
        "channel_id": ticket.channel_id,
        "from_email": email,
        "from_id": "",
        "client_data": client.map(show_client_data),
        "channel_data": { "type": channel_type, "data": email, "id": ticket.channel_id },
        "is_auto_load": "0",
    })
}

fn show_client_data(client: &Client) -> Value {
    let emails = client.emails.iter().map(|entry| entry.email.as_str());
    let phones =
        client.phones.iter().map(|entry| json!({ "type": entry.kind, "phone": entry.phone }));
    let addresses = client.addresses.iter().map(|entry| {
        json!({
            "country": entry.country,
            "city": entry.city,
            "address": entry.address,
            "type": entry.kind,
        })
    });
    let messengers =
        client.messengers.iter().map(|entry| json!({ "type": entry.kind, "id": entry.identity }));
    let sites = client.sites.iter().map(|entry| entry.url.as_str());
    json!({
        "name": client.name,
        "emails": emails.collect::<Value>(),
        "phones": phones.collect::<Value>(),
        "social_services": [],
        "addresses": addresses.collect::<Value>(),
        "messengers": messengers.collect::<Value>(),
        "sites": sites.collect::<Value>(),
    })
}

/// Includes `custom_fields` and `custom_blocks`, as in the documented sample.
fn show_ticket(desk: &Desk, ticket: &Ticket) -> Value {
    let email = desk.client(ticket.client_id).and_then(first_email);
    let first = ticket.comments.first();
    let group = ticket.group.map_or_else(|| json!("0"), |group| json!(group));
    json!({
        "id": ticket.id,
        "status_id": ticket.status,
        "subject": ticket.subject,
        "client_id": ticket.client_id,
        "assignee_id": ticket.assignee,
        "group": group,
        "last_updated_at": ticket.last_updated_at,
        "channel_id": ticket.channel_id,
        "email": email,
        "published_at": ticket.published_at,
        "company_id": desk.company_id,
        "additional_id": ticket.additional_id,
        "message": first.map(|comment| &comment.message),
        "files": first.map(show_files).unwrap_or_default(),
        "custom_fields": show_fields(desk, ticket),
        "custom_blocks": [],
    })
}

fn show_fields(desk: &Desk, ticket: &Ticket) -> Value {
    let fields = desk.fields.iter().map(|field| {
        json!({ "id": field.id, "name": field.name, "value": ticket.fields.get(&field.id) })
    });
    fields.collect()
}

fn show_comment(comment: &Comment) -> Value {
    json!({
        "id": comment.id,
        "message": comment.message,
        "from": comment.from,
        "type": comment.kind,
        "user_id": comment.user_id,
        "client_id": comment.client_id,
        "ticket_id": comment.ticket_id,
        "is_first": comment.is_first,
        "delivered": comment.delivered,
        "readed": comment.readed,
        "published_at": comment.published_at,
        "file": null,
        "files": show_files(comment),
    })
}

/// Returns only the URLs.
fn show_files(comment: &Comment) -> Vec<&str> {
    comment.files.iter().map(|file| file.file.as_str()).collect()
}

fn show_client(desk: &Desk, id: u64) -> Option<Value> {
    let client = desk.client(id)?;
    let emails = client.emails.iter().map(|entry| json!({ "email": entry.email, "client_id": id }));
    let phones = client
        .phones
        .iter()
        .map(|entry| json!({ "phone": entry.phone, "type": entry.kind, "client_id": id }));
    Some(json!({
        "id": id,
        "name": client.name,
        "avatar": client.avatar,
        "note": client.note,
        "emails": emails.collect::<Value>(),
        "phones": phones.collect::<Value>(),
        "additional_ids": [],
    }))
}

fn first_email(client: &Client) -> Option<&str> {
    client.emails.first().map(|entry| entry.email.as_str())
}

fn known_ticket(desk: &Desk, id: u64) -> io::Result<&Ticket> {
    desk.ticket(id).ok_or_else(|| unknown("ticket", id))
}

/// Finds a comment and its ticket.
fn known_comment(desk: &Desk, id: u64) -> io::Result<(&Ticket, &Comment)> {
    let mut comments = desk
        .tickets
        .iter()
        .flat_map(|ticket| ticket.comments.iter().map(move |comment| (ticket, comment)));
    comments.find(|(_, comment)| comment.id == id).ok_or_else(|| unknown("comment", id))
}

fn unknown(what: &str, id: u64) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, format!("the desk has no {what} {id}"))
}
