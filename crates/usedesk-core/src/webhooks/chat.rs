//! Events of chats, and deliveries of WhatsApp messages.

use serde::{Deserialize, Serialize};

use crate::date_time::UtcDateTime;
use crate::decode::{lenient, open_enum};
use crate::ids::{ChannelId, ChatId, ClientId, CommentId, CompanyId, GroupId, TicketId, UserId};
use crate::tickets::{AuthorSide, CommentFile, ExternalId, TicketField, TicketStatus};

use super::client::EventClient;
use super::error::ReadError;
use super::payload::Payload;
use super::ticket::{CustomBlock, Inside, fields};

/// A chat started, was resumed or closed, or has a new message (article 51406).
///
/// A message that a rule writes causes a [ticket change](super::Event::TicketChanged) instead.
///
/// Use serde to store it only. To decode what Usedesk sends, use a [`Receiver`](super::Receiver):
/// there some members are inside `ticket`, and serde alone would silently drop them.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatEvent {
    /// The chat.
    #[serde_with(skip_apply)]
    pub chat_id: ChatId,
    /// The new state of the chat; absent for a message. Undocumented, seen by public receivers.
    pub state: Option<ChatState>,
    /// The text of the message.
    pub text: String,
    /// Which side wrote the message.
    pub from: Option<AuthorSide>,
    /// The client.
    pub client_id: Option<ClientId>,
    /// The client, with contact data.
    pub client: Option<EventClient>,
    /// The service of the chat: an open set of names such as `usedesk_tg`.
    pub platform: Option<String>,
    /// The ticket of the chat.
    pub ticket: Option<ChatTicket>,
    /// The first message of the ticket (`ticket.message` on the wire).
    #[serde(rename = "message")]
    pub first_message: String,
    /// The files of the ticket (`ticket.files` on the wire). Files sent as URLs have no name.
    pub files: Vec<CommentFile>,
    /// The additional fields of the ticket that have a value.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "fields")]
    pub custom_fields: Vec<TicketField>,
    /// The dynamic blocks of the ticket.
    pub custom_blocks: Vec<CustomBlock>,
    /// Everything that was sent, except secrets.
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

/// The ticket of a chat.
///
/// Unlike a [`Ticket`](crate::tickets::Ticket), it may have no id: public receivers saw some
/// without an id or a status.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChatTicket {
    /// The id of the ticket.
    pub id: Option<TicketId>,
    /// The status (`status_id` on the wire).
    #[serde(rename = "status_id")]
    pub status: Option<TicketStatus>,
    /// The subject.
    pub subject: String,
    /// The client.
    pub client_id: Option<ClientId>,
    /// The assigned agent.
    pub assignee_id: Option<UserId>,
    /// The assigned group (`group` on the wire).
    #[serde(rename = "group")]
    pub group_id: Option<GroupId>,
    /// The channel.
    pub channel_id: Option<ChannelId>,
    /// The client's e-mail address.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "lenient::text_unless_zero")]
    pub email: Option<String>,
    /// When the ticket was created, [presumably in UTC](UtcDateTime#source).
    pub published_at: Option<UtcDateTime>,
    /// When the ticket was last changed, [presumably in UTC](UtcDateTime#source).
    pub last_updated_at: Option<UtcDateTime>,
    /// The company that owns the help desk.
    pub company_id: Option<CompanyId>,
    /// The external id. In chats of an SDK it is the client's chat token, a secret.
    pub additional_id: Option<ExternalId>,
}

open_enum! {
    /// The new state of a chat.
    pub enum ChatState {
        /// `new`: started.
        New = "new",
        /// `reopened`: resumed.
        Reopened = "reopened",
        /// `closed`
        Closed = "closed",
    }
}

/// The delivery of an outgoing WhatsApp message (release notes 22500, and 25564 in Portuguese).
///
/// The documented sample has no secret: see
/// [`Receiver::deliveries_without_secret`](super::Receiver::deliveries_without_secret).
///
/// Use serde to store it only. A [`Receiver`](super::Receiver) decodes it from the member
/// `message_status` of what Usedesk sends.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WhatsAppDelivery {
    /// The delivery status (`delivery_status` on the wire).
    #[serde(rename = "delivery_status")]
    pub status: Option<DeliveryStatus>,
    /// The comment that holds the message.
    pub comment_id: Option<CommentId>,
    /// The ticket (`extras.ticket_id` on the wire).
    pub ticket_id: Option<TicketId>,
    /// Everything that was sent, except secrets.
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
    /// The delivery status of a WhatsApp message. Only one value is documented.
    pub enum DeliveryStatus {
        /// `DELIVERED`
        Delivered = "DELIVERED",
    }
}

/// The shape on the wire.
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
