//! Something happened in a chat, or a WhatsApp message went out.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_path_to_error::deserialize;

use super::client::EventClient;
use super::error::ReadError;
use super::ticket::{CustomBlock, Inside, fields};
use crate::ids::{ChatId, ClientId, CommentId, TicketId};
use crate::lenient;
use crate::open_enum::open_enum;
use crate::tickets::{AuthorSide, CommentFile, Ticket, TicketField};

/// A chat began, went on, or somebody wrote in it (article 51406).
///
/// What a rule writes in a chat sends no such event but a
/// [ticket change](super::Event::TicketChanged).
///
/// Serde writes and reads it with the members it has here. In what Usedesk sends, some are inside
/// `ticket`: serde alone would lose them without a word, a [`Receiver`](super::Receiver) reads them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatEvent {
    /// The chat.
    pub chat_id: ChatId,
    /// What became of the chat; none when it is about a message. Only receivers saw it.
    #[serde(default, deserialize_with = "lenient::word")]
    pub state: Option<ChatState>,
    /// What was written.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub text: String,
    /// Which side wrote it.
    #[serde(default, deserialize_with = "lenient::word")]
    pub from: Option<AuthorSide>,
    /// The client.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub client_id: Option<ClientId>,
    /// The client with contact data.
    #[serde(default)]
    pub client: Option<EventClient>,
    /// By which service it came: an open set of names such as `usedesk_tg`.
    #[serde(default, deserialize_with = "lenient::text")]
    pub platform: Option<String>,
    /// The ticket of the chat.
    #[serde(default)]
    pub ticket: Option<Ticket>,
    /// The message the ticket began with (`ticket.message` on the wire).
    #[serde(default, rename = "message", deserialize_with = "lenient::text_or_empty")]
    pub first_message: String,
    /// The ticket's files (`ticket.files` on the wire); those sent as URLs have no name.
    #[serde(default, deserialize_with = "CommentFile::list")]
    pub files: Vec<CommentFile>,
    /// The ticket's additional fields that have a value.
    #[serde(default, deserialize_with = "fields")]
    pub custom_fields: Vec<TicketField>,
    /// The dynamic blocks shown beside the ticket.
    #[serde(default, deserialize_with = "lenient::list")]
    pub custom_blocks: Vec<CustomBlock>,
}

impl ChatEvent {
    /// Reads a payload, its secret taken out already.
    pub(super) fn read(payload: &Value) -> Result<Self, ReadError> {
        let mut chat: Self = deserialize(payload)?;
        Inside::read(payload)?.join(
            &mut chat.first_message,
            &mut chat.files,
            &mut chat.custom_fields,
            &mut chat.custom_blocks,
        );
        Ok(chat)
    }
}

open_enum! {
    /// What became of a chat.
    pub enum ChatState {
        /// `new`: it began.
        New = "new",
        /// `reopened`: it was resumed.
        Reopened = "reopened",
        /// `closed`: it ended.
        Closed = "closed",
    }
}

/// What became of an outgoing WhatsApp message (release notes 22500, and 25564 in Portuguese). The
/// sample has no secret: see
/// [`Receiver::deliveries_without_secret`](super::Receiver::deliveries_without_secret).
///
/// For serde it is the member `message_status` of what is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "MessageStatus")]
#[non_exhaustive]
pub struct WhatsAppDelivery {
    /// What became of it.
    #[serde(rename = "delivery_status")]
    pub status: Option<DeliveryStatus>,
    /// The comment that is the message.
    pub comment_id: Option<CommentId>,
    /// The ticket (`extras.ticket_id` on the wire).
    pub ticket_id: Option<TicketId>,
}

open_enum! {
    /// What became of a WhatsApp message. Only one value is documented.
    pub enum DeliveryStatus {
        /// `DELIVERED`
        Delivered = "DELIVERED",
    }
}

/// A delivery as it is sent, and as we write it.
#[derive(Deserialize)]
struct MessageStatus {
    #[serde(default, deserialize_with = "lenient::word")]
    delivery_status: Option<DeliveryStatus>,
    #[serde(default, deserialize_with = "lenient::nobody")]
    comment_id: Option<CommentId>,
    #[serde(default, deserialize_with = "lenient::nobody")]
    ticket_id: Option<TicketId>,
    #[serde(default, deserialize_with = "lenient::optional")]
    extras: Option<Extras>,
}

#[derive(Deserialize)]
struct Extras {
    #[serde(default, deserialize_with = "lenient::nobody")]
    ticket_id: Option<TicketId>,
}

impl From<MessageStatus> for WhatsAppDelivery {
    fn from(sent: MessageStatus) -> Self {
        let MessageStatus { delivery_status, comment_id, ticket_id, extras } = sent;
        let ticket_of_extras = extras.and_then(|extras| extras.ticket_id);
        Self { status: delivery_status, comment_id, ticket_id: ticket_of_extras.or(ticket_id) }
    }
}

lenient::objects!(Extras);
