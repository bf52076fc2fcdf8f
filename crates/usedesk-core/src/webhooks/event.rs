//! The kinds of events, identified by their members.

use serde::{Deserialize, Serialize};

use crate::ids::ChatId;

use super::chat::{ChatEvent, WhatsAppDelivery};
use super::comment::{AgentReply, CommentCreated, TicketRated};
use super::error::{ReadError, WebhookError};
use super::payload::Payload;
use super::ticket::{TicketChanged, TicketCreated};

/// An event in the help desk.
///
/// Kinds have no name on the wire. They are identified by their members, in the order below. A
/// member counts if it is an object that is not empty, or a `chat_id` that is an id. If none
/// counts, but one of these members has another shape, the request is an error, unless the member
/// is null, false, 0, `"0"` or empty.
///
/// Only the members that identify the event are required: the object or id in this list, and the
/// `id` in a comment or a created ticket. Any other member that cannot be decoded is absent; the
/// event's `payload` keeps it as it was sent.
///
/// A [`Receiver`](super::Receiver) decodes what Usedesk sends. To store events, use serde: it
/// writes an object with the members `kind`, the variant's name in snake case (`ticket_created`,
/// `whatsapp_delivery`), and `value`, and reads it back. Later versions keep this format. It
/// contains no secrets, since an event has none.
///
/// # Examples
///
/// An event for a test, from the JSON of the documentation:
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
    /// The delivery status of a WhatsApp message: has `message_status`.
    #[serde(rename = "whatsapp_delivery")]
    WhatsAppDelivery(WhatsAppDelivery),
    /// A chat started, was resumed or closed, or has a new message: has `chat_id`.
    Chat(ChatEvent),
    /// A ticket was changed: has `trigger`.
    TicketChanged(TicketChanged),
    /// A comment was added: has `comment`.
    CommentCreated(CommentCreated),
    /// A client rated an agent: has `csi`.
    TicketRated(TicketRated),
    /// A ticket was created: has `ticket`.
    TicketCreated(TicketCreated),
    /// An agent replied: has none of the above, but `message`, and `user_id` or `user_name`.
    AgentReply(AgentReply),
    /// Usedesk checks that the URL responds: has `ping`, with any value.
    ///
    /// Needs no secret, and other members are ignored. Usedesk sends it when the URL is saved, and
    /// accepts the URL only if the response is 200. A request that has only the right secret is a
    /// ping, too.
    Ping,
    /// An event of another kind, with everything that was sent except the secrets.
    Unknown(Payload),
}

/// A kind of events.
pub(super) struct Kind {
    /// The member that identifies it.
    member: &'static str,
    read: fn(&Payload) -> Result<Event, ReadError>,
}

const DELIVERY: &str = "message_status";
const CHAT: &str = "chat_id";

/// In order of precedence.
const KINDS: &[Kind] = &[
    Kind {
        member: DELIVERY,
        read: |payload| WhatsAppDelivery::read(payload).map(Event::WhatsAppDelivery),
    },
    Kind { member: CHAT, read: |payload| ChatEvent::read(payload).map(Event::Chat) },
    Kind { member: "trigger", read: |payload| payload.read().map(Event::TicketChanged) },
    Kind { member: "comment", read: |payload| payload.read().map(Event::CommentCreated) },
    Kind { member: "csi", read: |payload| TicketRated::read(payload).map(Event::TicketRated) },
    Kind {
        member: "ticket",
        read: |payload| TicketCreated::read(payload).map(Event::TicketCreated),
    },
];

impl Kind {
    /// Returns the kind whose member is present and has the right shape.
    pub(super) fn of(payload: &Payload) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.fits(payload))
    }

    /// Whether this is a WhatsApp delivery, whose documented sample has no secret.
    pub(super) fn is_delivery(&self) -> bool {
        self.member == DELIVERY
    }

    fn fits(&self, payload: &Payload) -> bool {
        let Some(value) = payload.get(self.member) else { return false };
        if self.member == CHAT {
            return ChatId::deserialize(value).is_ok_and(|chat| chat.0 != 0);
        }
        // PHP writes a list as an object if its keys are not 0, 1, 2 and so on.
        let is_index = |name: &String| name.parse::<i64>().is_ok();
        value.as_object().is_some_and(|members| !members.keys().all(is_index))
    }
}

/// Decodes an event of this kind.
pub(super) fn decode(kind: Option<&Kind>, payload: Payload) -> Result<Event, WebhookError> {
    if let Some(kind) = kind {
        return decode_as(kind.read, payload);
    }
    if payload.is_blank() {
        return Ok(Event::Ping);
    }
    if AgentReply::fits(&payload) {
        return decode_as(|payload| payload.read().map(Event::AgentReply), payload);
    }
    // A known member of another shape: the error names it.
    match KINDS.iter().find(|kind| payload.has(kind.member)) {
        Some(kind) => decode_as(kind.read, payload),
        None => Ok(Event::Unknown(payload)),
    }
}

/// Decodes an event and stores the payload in it.
fn decode_as(
    read: fn(&Payload) -> Result<Event, ReadError>,
    payload: Payload,
) -> Result<Event, WebhookError> {
    let (mut event, payload) = payload.decode(read)?;
    match &mut event {
        Event::WhatsAppDelivery(delivery) => delivery.payload = payload,
        Event::Chat(chat) => chat.payload = payload,
        Event::TicketChanged(changed) => changed.payload = payload,
        Event::CommentCreated(created) => created.payload = payload,
        Event::TicketRated(rated) => rated.payload = payload,
        Event::TicketCreated(created) => created.payload = payload,
        Event::AgentReply(reply) => reply.payload = payload,
        Event::Ping | Event::Unknown(_) => {}
    }
    Ok(event)
}
