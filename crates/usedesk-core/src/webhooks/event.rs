//! What happened, told apart by which members are there.

use serde::{Deserialize, Serialize};

use crate::ids::ChatId;

use super::chat::{ChatEvent, WhatsAppDelivery};
use super::comment::{AgentReply, CommentCreated, Rating};
use super::error::{self, ReadError, WebhookError};
use super::payload::Payload;
use super::ticket::{TicketChanged, TicketCreated};

/// What happened in the help desk.
///
/// Kinds have no name on the wire. They are told apart by their members, in the order below. A
/// member counts that is an object and not empty, and a `chat_id` that is an id. When nothing in the
/// list fits, one of these members that is of another shape makes it an error, unless it is null,
/// false, 0, `"0"` or empty.
///
/// Only what tells the event is required: the object or id in this list and, in a comment and a
/// created ticket, its `id`. Whatever else cannot be read is absent, and is kept as it was sent in
/// the event's `payload`.
///
/// What Usedesk sends is read by a [`Receiver`](super::Receiver). Serde writes an event as an object
/// with the members `kind`, the variant's name in snake case (`ticket_created`,
/// `whatsapp_delivery`), and `value`, and reads that again. The form is kept in later versions, and
/// secrets are not in it: they are not in an event.
///
/// # Examples
///
/// An event for a test, from the JSON that the documentation shows:
///
/// ```
/// use usedesk_core::webhooks::{Event, Receiver};
///
/// let body = br#"{"ticket": {"id": 4501, "status_id": 8, "message": "<p>Hi</p>"}}"#;
/// let event = Receiver::without_secret().event("application/json", body)?;
///
/// let kept = serde_json::to_string(&event)?;
/// assert_eq!(serde_json::from_str::<Event>(&kept)?, event);
///
/// let Event::TicketCreated(created) = event else { panic!("another event") };
/// assert_eq!(created.message, "<p>Hi</p>");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// A WhatsApp message went out, or did not: there is a `message_status`.
    #[serde(rename = "whatsapp_delivery")]
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
    /// An agent replied: none of the above, but a `message`, and a `user_id` or a `user_name`.
    AgentReply(AgentReply),
    /// Usedesk checks that the URL answers: there is a `ping`, whatever its value and whatever else
    /// there is; nothing else of it is read, and no secret is needed. Usedesk sends it when the URL
    /// is saved, and does not accept the URL unless it is answered with 200. A request with nothing
    /// but the right secret is one too.
    Ping,
    /// None of these. Here is everything that was sent, but for the secrets.
    Unknown(Payload),
}

/// What an event of some kind must have.
pub(super) struct Kind {
    member: &'static str,
    read: fn(&Payload) -> Result<Event, ReadError>,
}

const DELIVERY: &str = "message_status";
const CHAT: &str = "chat_id";

/// In the order in which they are looked for.
const KINDS: &[Kind] = &[
    Kind {
        member: DELIVERY,
        read: |payload| WhatsAppDelivery::read(payload).map(Event::WhatsAppDelivery),
    },
    Kind { member: CHAT, read: |payload| ChatEvent::read(payload).map(Event::Chat) },
    Kind { member: "trigger", read: |payload| payload.read().map(Event::TicketChanged) },
    Kind { member: "comment", read: |payload| payload.read().map(Event::CommentCreated) },
    Kind { member: "csi", read: |payload| Rating::read(payload).map(Event::Rating) },
    Kind {
        member: "ticket",
        read: |payload| TicketCreated::read(payload).map(Event::TicketCreated),
    },
];

impl Kind {
    /// The kind of an event whose member is of the right shape.
    pub(super) fn of(payload: &Payload) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.fits(payload))
    }

    /// Whether it is a WhatsApp delivery, whose sample has no secret.
    pub(super) fn is_delivery(&self) -> bool {
        self.member == DELIVERY
    }

    fn fits(&self, payload: &Payload) -> bool {
        let Some(value) = payload.get(self.member) else { return false };
        if self.member == CHAT {
            return ChatId::deserialize(value).is_ok_and(|chat| chat.0 != 0);
        }
        // PHP writes a list as an object when its keys are not 0, 1, 2 and so on.
        let is_index = |name: &String| name.parse::<i64>().is_ok();
        value.as_object().is_some_and(|members| !members.keys().all(is_index))
    }
}

/// The event of this kind that a payload is.
pub(super) fn read(kind: Option<&Kind>, payload: Payload) -> Result<Event, WebhookError> {
    if let Some(kind) = kind {
        return read_as(kind.read, payload);
    }
    if payload.says_nothing() {
        return Ok(Event::Ping);
    }
    if AgentReply::fits(&payload) {
        return read_as(|payload| payload.read().map(Event::AgentReply), payload);
    }
    // Its member is of another shape, so that is an error that names it.
    match KINDS.iter().find(|kind| payload.has(kind.member)) {
        Some(kind) => read_as(kind.read, payload),
        None => Ok(Event::Unknown(payload)),
    }
}

/// The event that is read from a payload, and keeps it.
fn read_as(
    read: fn(&Payload) -> Result<Event, ReadError>,
    payload: Payload,
) -> Result<Event, WebhookError> {
    let (mut event, payload) = error::read(payload, read)?;
    match &mut event {
        Event::WhatsAppDelivery(delivery) => delivery.payload = payload,
        Event::Chat(chat) => chat.payload = payload,
        Event::TicketChanged(changed) => changed.payload = payload,
        Event::CommentCreated(created) => created.payload = payload,
        Event::Rating(rated) => rated.payload = payload,
        Event::TicketCreated(created) => created.payload = payload,
        Event::AgentReply(reply) => reply.payload = payload,
        Event::Ping | Event::Unknown(_) => {}
    }
    Ok(event)
}
