//! A ticket in a list.

use serde::{Deserialize, Serialize};

use crate::date_time::UtcDateTime;
use crate::decode::{Rows, lenient};
use crate::ids::{ChannelId, ClientId, FieldId, GroupId, TicketId, UserId};
use crate::tickets::{AccessRights, Sla, TicketPriority, TicketStatus, TicketType};

/// A ticket in a list.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TicketRow {
    /// The id.
    #[serde_with(skip_apply)]
    pub id: TicketId,
    /// The subject.
    pub subject: String,
    /// The status (`status` on the wire, unlike `status_id` in a single ticket).
    pub status: Option<TicketStatus>,
    /// The priority.
    pub priority: Option<TicketPriority>,
    /// The type.
    #[serde(rename = "type")]
    pub ticket_type: Option<TicketType>,
    /// The client.
    pub client_id: Option<ClientId>,
    /// The client's name.
    pub client_name: Option<String>,
    /// The assigned agent.
    pub assignee_id: Option<UserId>,
    /// The assigned group (`group` on the wire).
    #[serde(rename = "group")]
    pub group_id: Option<GroupId>,
    /// The channel.
    pub channel_id: Option<ChannelId>,
    /// The e-mail address of the channel.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "lenient::text_unless_zero")]
    pub channel_email: Option<String>,
    /// When the ticket was created, [presumably in UTC](UtcDateTime#source).
    pub created_at: Option<UtcDateTime>,
    /// When the ticket was last changed, [presumably in UTC](UtcDateTime#source).
    pub last_updated_at: Option<UtcDateTime>,
    /// The text of the last comment, possibly in HTML.
    pub last_comment: String,
    /// When agents are reminded of the ticket, in an undocumented format.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "lenient::text_unless_zero")]
    pub remind_at: Option<String>,
    /// The tags (objects with a name on the wire, texts in a single ticket).
    pub tags: Vec<String>,
    /// The additional fields (`ticket_fields` on the wire).
    #[serde(rename = "ticket_fields")]
    pub fields: Rows<TicketField>,
    /// The rights of the agent in
    /// [`ListTickets::accessible_for`](super::ListTickets::accessible_for). Their place in the
    /// response is not documented.
    pub rights: Option<AccessRights>,
    /// The time left by the service level agreement, if
    /// [requested](super::ListTickets::sla).
    pub sla: Option<Sla>,
}

/// An additional field of a ticket in a list.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TicketField {
    /// The id.
    #[serde_with(skip_apply)]
    pub id: FieldId,
    /// The name.
    pub name: String,
    /// The value as text.
    pub value: Option<String>,
}
