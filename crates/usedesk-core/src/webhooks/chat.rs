//! Something happened in a chat, or a WhatsApp message went out.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::decode::{lenient, open_enum};
use crate::ids::{ChannelId, ChatId, ClientId, CommentId, CompanyId, GroupId, TicketId, UserId};
use crate::tickets::{AuthorSide, CommentFile, ExternalId, TicketField, TicketStatus};

use super::client::EventClient;
use super::error::ReadError;
use super::payload::Payload;
use super::ticket::{CustomBlock, Inside, fields};

/// A chat began, went on, or somebody wrote in it (article 51406).
///
/// What a rule writes in a chat sends no such event but a
/// [ticket change](super::Event::TicketChanged).
///
/// Serde writes and reads it with the members it has here. In what Usedesk sends, some are inside
/// `ticket`: serde alone would lose them without a word, a [`Receiver`](super::Receiver) reads them.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatEvent {
    /// The chat.
    #[serde_with(skip_apply)]
    pub chat_id: ChatId,
    /// What became of the chat; none when it is about a message. Only receivers saw it.
    pub state: Option<ChatState>,
    /// What was written.
    pub text: String,
    /// Which side wrote it.
    pub from: Option<AuthorSide>,
    /// The client.
    pub client_id: Option<ClientId>,
    /// The client with contact data.
    pub client: Option<EventClient>,
    /// By which service it came: an open set of names such as `usedesk_tg`.
    pub platform: Option<String>,
    /// The ticket of the chat.
    pub ticket: Option<ChatTicket>,
    /// The message the ticket began with (`ticket.message` on the wire).
    #[serde(rename = "message")]
    pub first_message: String,
    /// The ticket's files (`ticket.files` on the wire); those sent as URLs have no name.
    pub files: Vec<CommentFile>,
    /// The ticket's additional fields that have a value.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "fields")]
    pub custom_fields: Vec<TicketField>,
    /// The dynamic blocks shown beside the ticket.
    pub custom_blocks: Vec<CustomBlock>,
    /// Everything that was sent.
    pub payload: Payload,
}

impl ChatEvent {
    pub(super) fn read(payload: &Payload) -> Result<Self, ReadError> {
        let mut chat: Self = payload.read()?;
        Inside::read(payload)?.join(
            &mut chat.first_message,
            &mut chat.files,
            &mut chat.custom_fields,
            &mut chat.custom_blocks,
        );
        Ok(chat)
    }
}

/// The ticket of a chat: a [`Ticket`](crate::tickets::Ticket) of which receivers saw some without
/// an id and without a status.
#[serde_with::apply(
    _ => #[serde(default, deserialize_with = "lenient::read")],
    Option<DateTime> => #[serde(serialize_with = "lenient::date_time::serialize")],
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatTicket {
    /// Its id.
    pub id: Option<TicketId>,
    /// Its status.
    #[serde(rename = "status_id")]
    pub status: Option<TicketStatus>,
    /// Its subject.
    pub subject: String,
    /// The client it belongs to.
    pub client_id: Option<ClientId>,
    /// The agent it is assigned to.
    pub assignee_id: Option<UserId>,
    /// The group it is in.
    #[serde(rename = "group")]
    pub group_id: Option<GroupId>,
    /// The channel by which it arrived.
    pub channel_id: Option<ChannelId>,
    /// The client's e-mail address.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "lenient::text_unless_zero")]
    pub email: Option<String>,
    /// When it was created.
    pub published_at: Option<DateTime>,
    /// When it was last changed.
    pub last_updated_at: Option<DateTime>,
    /// The company whose help desk it is in.
    pub company_id: Option<CompanyId>,
    /// Of a chat in an SDK: the client's chat token, which is a secret.
    pub additional_id: Option<ExternalId>,
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
/// Serde writes and reads it with the members it has here. A [`Receiver`](super::Receiver) reads
/// them from the member `message_status` of what Usedesk sends.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WhatsAppDelivery {
    /// What became of it.
    #[serde(rename = "delivery_status")]
    pub status: Option<DeliveryStatus>,
    /// The comment that is the message.
    pub comment_id: Option<CommentId>,
    /// The ticket (`extras.ticket_id` on the wire).
    pub ticket_id: Option<TicketId>,
    /// Everything that was sent.
    pub payload: Payload,
}

impl WhatsAppDelivery {
    pub(super) fn read(payload: &Payload) -> Result<Self, ReadError> {
        let Sent { message_status: MessageStatus { mut delivery, extras } } = payload.read()?;
        if let Some(ticket) = extras.and_then(|extras| extras.ticket_id) {
            delivery.ticket_id = Some(ticket);
        }
        Ok(delivery)
    }
}

open_enum! {
    /// What became of a WhatsApp message. Only one value is documented.
    pub enum DeliveryStatus {
        /// `DELIVERED`
        Delivered = "DELIVERED",
    }
}

/// What is sent.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Deserialize)]
struct Sent {
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::object")]
    message_status: MessageStatus,
}

#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Deserialize)]
struct MessageStatus {
    #[serde_with(skip_apply)]
    #[serde(flatten)]
    delivery: WhatsAppDelivery,
    extras: Option<Extras>,
}

#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Deserialize)]
struct Extras {
    ticket_id: Option<TicketId>,
}

lenient::objects!(ChatTicket, Extras);
