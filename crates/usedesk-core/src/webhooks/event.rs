//! What happened, told apart by which members are there.

use serde::Deserialize;
use serde_json::{Map, Value};
use serde_path_to_error::deserialize;

use super::chat::{ChatEvent, WhatsAppDelivery};
use super::comment::{CommentCreated, Rating};
use super::error::{self, ReadError, WebhookError};
use super::ticket::{TicketChanged, TicketCreated};
use crate::lenient;

/// What happened in the help desk.
///
/// Kinds have no name on the wire. They are told apart by their members, in the order below; one
/// that is null, false, 0, `"0"` or empty does not count.
///
/// What Usedesk sends is read by a [`Receiver`](super::Receiver). The structs in here are written
/// by serde with their own members, to keep them, and read again from that.
///
/// # Examples
///
/// An event for a test, from the JSON that the documentation shows:
///
/// ```
/// use usedesk_core::webhooks::{Event, Receiver, TicketCreated};
///
/// let body = br#"{"ticket": {"id": 4501, "status_id": 8, "message": "<p>Hi</p>"}}"#;
/// let event = Receiver::without_secret().event("application/json", body)?;
/// let Event::TicketCreated(created) = event else { panic!("another event") };
/// assert_eq!(created.message, "<p>Hi</p>");
///
/// let kept = serde_json::to_string(&created)?;
/// assert_eq!(serde_json::from_str::<TicketCreated>(&kept)?, created);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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

/// What an event of some kind must have.
struct Kind {
    member: &'static str,
    /// The members that are read and are objects.
    objects: &'static [&'static str],
    read: fn(&Value) -> Result<Event, ReadError>,
}

const DELIVERY: &str = "message_status";

/// In the order in which they are looked for.
const KINDS: &[Kind] = &[
    Kind {
        member: DELIVERY,
        objects: &[DELIVERY],
        read: |payload| {
            deserialize(payload)
                .map(|Delivered { message_status }| Event::WhatsAppDelivery(message_status))
        },
    },
    Kind {
        member: "chat_id",
        objects: &["ticket", "client"],
        read: |payload| ChatEvent::read(payload).map(Event::Chat),
    },
    Kind {
        member: "trigger",
        objects: &["trigger", "client"],
        read: |payload| deserialize(payload).map(Event::TicketChanged),
    },
    Kind {
        member: "comment",
        objects: &["comment", "client"],
        read: |payload| deserialize(payload).map(Event::CommentCreated),
    },
    Kind {
        member: "csi",
        objects: &["csi"],
        read: |payload| deserialize(payload).map(|Rated { csi }| Event::Rating(csi)),
    },
    Kind {
        member: "ticket",
        objects: &["ticket", "client"],
        read: |payload| TicketCreated::read(payload).map(Event::TicketCreated),
    },
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
    match KINDS.iter().find(|kind| has(&payload, kind.member)) {
        Some(kind) => error::read(payload, kind.objects, kind.read),
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
