//! What happened, told apart by which members are there.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::chat::{ChatEvent, WhatsAppDelivery};
use super::comment::{CommentCreated, Rating};
use super::error::{self, WebhookError};
use super::ticket::{TicketChanged, TicketCreated};
use crate::lenient;

/// What happened in the help desk.
///
/// Kinds have no name on the wire. They are told apart by their members, in the order below; one
/// that is null, false, 0, `"0"` or empty does not count.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A WhatsApp message went out, or did not: there is a `message_status`.
    WhatsAppDelivery(WhatsAppDelivery),
    /// A chat began or went on, or somebody wrote in it: there is a `chat_id`.
    Chat(ChatEvent),
    /// A ticket was changed: there is a `trigger`.
    TicketChanged(TicketChanged),
    /// A comment was written: there is a `comment`.
    CommentCreated(CommentCreated),
    /// A client rated an agent's work: there is a `csi`.
    Rating(Rating),
    /// A ticket was created: there is a `ticket`.
    TicketCreated(TicketCreated),
    /// Nothing but a secret, if that.
    Ping,
    /// None of these. Here is everything that was sent, but for the secrets.
    Unknown(Value),
}

type Payload = Map<String, Value>;
type Read = fn(Payload, Payload) -> Result<Event, WebhookError>;

const DELIVERY: &str = "message_status";

/// What an event of some kind must have, in the order in which it is looked for.
const KINDS: &[(&str, Read)] = &[
    (DELIVERY, |members, payload| {
        error::read(members, payload)
            .map(|Delivered { message_status: delivery }| Event::WhatsAppDelivery(delivery))
    }),
    ("chat_id", |members, payload| error::read(members, payload).map(Event::Chat)),
    ("trigger", |members, payload| error::read(members, payload).map(Event::TicketChanged)),
    ("comment", |members, payload| error::read(members, payload).map(Event::CommentCreated)),
    ("csi", |members, payload| {
        error::read(members, payload).map(|Rated { csi }| Event::Rating(csi))
    }),
    ("ticket", |members, payload| error::read(members, payload).map(Event::TicketCreated)),
];

#[derive(Deserialize)]
struct Delivered {
    message_status: WhatsAppDelivery,
}

#[derive(Deserialize)]
struct Rated {
    csi: Rating,
}

/// Whether it is a WhatsApp delivery, whose sample has no secret.
pub(super) fn is_delivery(payload: &Payload) -> bool {
    has(payload, DELIVERY)
}

/// The event that a payload is, its secret taken out already.
pub(super) fn read(mut payload: Payload) -> Result<Event, WebhookError> {
    forget_block_secrets(&mut payload);
    if payload.is_empty() {
        return Ok(Event::Ping);
    }
    match KINDS.iter().find(|(member, _)| has(&payload, member)) {
        Some((_, read)) => {
            let mut members = payload.clone();
            bring_into_one_spelling(&mut members);
            read(members, payload)
        }
        None => Ok(Event::Unknown(payload.into())),
    }
}

fn has(payload: &Payload, member: &str) -> bool {
    payload.get(member).is_some_and(|value| !lenient::is_empty(value))
}

/// The custom blocks of a ticket come with their secret keys.
fn forget_block_secrets(members: &mut Payload) {
    members.remove("secret_key");
    for value in members.values_mut() {
        match value {
            Value::Object(members) => forget_block_secrets(members),
            Value::Array(items) => {
                items.iter_mut().filter_map(Value::as_object_mut).for_each(forget_block_secrets);
            }
            _ => {}
        }
    }
}

/// Sources differ in where members are and what they are called.
fn bring_into_one_spelling(payload: &mut Payload) {
    // The documentation has the first two inside the ticket, receivers saw them beside it.
    lift(payload, "ticket", &["custom_fields", "custom_blocks", "message", "files"]);
    if let Some(delivery) = payload.get_mut(DELIVERY).and_then(Value::as_object_mut) {
        lift(delivery, "extras", &["ticket_id"]);
    }
    for object in ["ticket", "client"] {
        if !has(payload, object) {
            payload.remove(object);
        }
    }
    each(payload, "custom_fields", |field| {
        if let Value::Object(field) = field
            && let Some(id) = field.remove("ticket_field_id")
        {
            field.insert("id".to_owned(), id);
        }
    });
}

/// Moves members of the object `from` to where that object is, unless there is something already.
fn lift(members: &mut Payload, from: &str, names: &[&str]) {
    for name in names {
        if let Some(Value::Object(inner)) = members.get_mut(from)
            && let Some(value) = inner.remove(*name)
            && !has(members, name)
        {
            members.insert((*name).to_owned(), value);
        }
    }
}

/// Changes every item of a list, which PHP may have written as an object.
fn each(members: &mut Payload, list: &str, change: impl FnMut(&mut Value)) {
    match members.get_mut(list) {
        Some(Value::Array(items)) => items.iter_mut().for_each(change),
        Some(Value::Object(items)) => items.values_mut().for_each(change),
        _ => {}
    }
}
