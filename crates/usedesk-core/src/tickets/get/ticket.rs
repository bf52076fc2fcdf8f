//! A ticket.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::date_time::UtcDateTime;
use crate::decode::lenient;
use crate::ids::{ChannelId, ClientId, CompanyId, GroupId, TicketId, UserId};
use crate::tickets::{AccessRights, ExternalId, TicketPriority, TicketStatus, TicketType};

/// A ticket. Its comments, tags, additional fields and history are beside it, in what
/// [`GetTicket`](crate::tickets::GetTicket) returns.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Ticket {
    /// The id.
    #[serde_with(skip_apply)]
    pub id: TicketId,
    /// The status (`status_id` on the wire).
    #[serde(rename = "status_id")]
    pub status: Option<TicketStatus>,
    /// The subject.
    pub subject: String,
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
    /// The priority.
    pub priority: Option<TicketPriority>,
    /// The type.
    #[serde(rename = "type")]
    pub ticket_type: Option<TicketType>,
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
    pub(super) rights: Option<AccessRights>,
    pub(super) sla: Option<Sla>,
}

/// The time left by a service level agreement, in units that are not documented.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sla {
    /// The time left until the first reply.
    pub first_reply: Option<Value>,
    /// The time left until the next reply.
    pub next_reply: Option<Value>,
    /// The time left until the ticket is closed.
    pub close: Option<Value>,
}

lenient::objects!(Sla);
