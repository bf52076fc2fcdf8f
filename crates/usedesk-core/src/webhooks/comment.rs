//! A comment was written, an agent replied, or an agent's work was rated.

use jiff::civil::DateTime;
use serde::{Deserialize, Deserializer, Serialize};

use crate::decode::lenient;
use crate::ids::{ClientId, CommentId, CompanyId, TicketId, UserId};
use crate::tickets::{Comment, TicketField};

use super::client::EventClient;
use super::error::ReadError;
use super::payload::Payload;
use super::ticket::{CustomBlock, fields};

/// A comment was written. The documentation names the event (APIDOC 648348575); its shape is known
/// from receivers.
///
/// A comment that you make through the API may come back as this event. That is not documented, so
/// guard against answering yourself.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CommentCreated {
    /// The comment. Files sent as URLs have no name.
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::object")]
    pub comment: Comment,
    /// The ticket's client.
    pub client: Option<EventClient>,
    /// The agent the ticket is assigned to.
    pub assignee_id: Option<UserId>,
    /// The additional fields that have a value.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "fields")]
    pub custom_fields: Vec<TicketField>,
    /// The dynamic blocks shown beside the ticket.
    pub custom_blocks: Vec<CustomBlock>,
    /// Everything that was sent.
    pub payload: Payload,
}

/// A client rated an agent's work (`csi` on the wire). The documentation names the event (APIDOC
/// 648348575); its shape is known from receivers.
///
/// Serde writes and reads it with the members it has here. A [`Receiver`](super::Receiver) reads
/// them from the member `csi` of what Usedesk sends.
#[serde_with::apply(
    _ => #[serde(default, deserialize_with = "lenient::read")],
    Option<DateTime> => #[serde(serialize_with = "lenient::date_time::serialize")],
)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rating {
    /// Its id.
    pub id: Option<u64>,
    /// The agent who was rated.
    pub user_id: Option<UserId>,
    /// The client who rated.
    pub client_id: Option<ClientId>,
    /// The ticket.
    pub ticket_id: Option<TicketId>,
    /// The rating itself; its scale is not documented. None when it is no number.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "number")]
    pub rating: Option<f64>,
    /// The company whose help desk it is in.
    pub company_id: Option<CompanyId>,
    /// The comment of the ticket that it belongs to.
    pub ticket_comment_id: Option<CommentId>,
    /// What the client wrote along with it.
    pub comment: String,
    /// When it was given.
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    pub updated_at: Option<DateTime>,
    /// Everything that was sent.
    pub payload: Payload,
}

impl Rating {
    pub(super) fn read(payload: &Payload) -> Result<Self, ReadError> {
        #[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
        #[derive(Deserialize)]
        struct Sent {
            #[serde_with(skip_apply)]
            #[serde(deserialize_with = "lenient::object")]
            csi: Rating,
        }

        payload.read().map(|Sent { csi }| csi)
    }
}

/// Reads a number, in JSON or as a text.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let text: Option<String> = lenient::read(deserializer)?;
    let number = text.and_then(|text| text.trim().parse().ok());
    Ok(number.filter(|number: &f64| number.is_finite()))
}

/// An agent replied. No page documents it: one public receiver saw it in multipart, with *JSON
/// request* off.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentReply {
    /// What the agent wrote.
    pub message: String,
    /// The agent.
    pub user_id: Option<UserId>,
    /// The agent's name.
    pub user_name: Option<String>,
    /// The ticket; sometimes there is none.
    pub ticket_id: Option<TicketId>,
    /// Everything that was sent.
    pub payload: Payload,
}

impl AgentReply {
    /// Whether it is one: somebody of the desk says something.
    pub(super) fn fits(payload: &Payload) -> bool {
        payload.contains_key("message")
            && ["user_id", "user_name"].iter().any(|who| payload.has(who))
    }
}
