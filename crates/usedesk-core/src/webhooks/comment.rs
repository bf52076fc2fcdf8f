//! Events of comments, replies and ratings.

use serde::{Deserialize, Deserializer, Serialize};

use crate::date_time::UtcDateTime;
use crate::decode::lenient;
use crate::ids::{ClientId, CommentId, CompanyId, TicketId, UserId};
use crate::tickets::{Comment, TicketField};

use super::client::EventClient;
use super::error::ReadError;
use super::payload::Payload;
use super::ticket::{CustomBlock, fields};

/// A comment was added.
///
/// The documentation names the event (APIDOC 648348575); its shape is known from public receivers.
///
/// Whether a comment that you create through the API causes this event is not documented, so make
/// sure that your program does not reply to itself.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CommentCreated {
    /// The comment. Files sent as URLs have no name.
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::object")]
    pub comment: Comment,
    /// The client of the ticket.
    pub client: Option<EventClient>,
    /// The agent assigned to the ticket.
    pub assignee_id: Option<UserId>,
    /// The additional fields of the ticket that have a value.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "fields")]
    pub custom_fields: Vec<TicketField>,
    /// The dynamic blocks of the ticket.
    pub custom_blocks: Vec<CustomBlock>,
    /// Everything that was sent, except secrets.
    pub payload: Payload,
}

/// A client rated an agent (`csi` on the wire).
///
/// The documentation names the event (APIDOC 648348575); its shape is known from public receivers.
///
/// Use serde to store it only. A [`Receiver`](super::Receiver) decodes it from the member `csi` of
/// what Usedesk sends.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TicketRated {
    /// The id of the rating.
    pub id: Option<u64>,
    /// The rated agent.
    pub user_id: Option<UserId>,
    /// The client who gave the rating.
    pub client_id: Option<ClientId>,
    /// The rated ticket.
    pub ticket_id: Option<TicketId>,
    /// The rating, on a scale that is not documented; absent if it is not a number.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "number")]
    pub rating: Option<f64>,
    /// The company that owns the help desk.
    pub company_id: Option<CompanyId>,
    /// The rated comment of the ticket.
    pub ticket_comment_id: Option<CommentId>,
    /// The client's remark.
    pub comment: String,
    /// When the rating was given, [presumably in UTC](UtcDateTime#source).
    pub created_at: Option<UtcDateTime>,
    /// When the rating was last changed, [presumably in UTC](UtcDateTime#source).
    pub updated_at: Option<UtcDateTime>,
    /// Everything that was sent, except secrets.
    pub payload: Payload,
}

impl TicketRated {
    pub(super) fn read(payload: &Payload) -> Result<Self, ReadError> {
        #[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
        #[derive(Deserialize)]
        struct Sent {
            #[serde_with(skip_apply)]
            #[serde(deserialize_with = "lenient::object")]
            csi: TicketRated,
        }

        payload.read().map(|Sent { csi }| csi)
    }
}

/// Reads a finite number from a JSON number or a text.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let text: Option<String> = lenient::read(deserializer)?;
    let number = text.and_then(|text| text.trim().parse().ok());
    Ok(number.filter(|number: &f64| number.is_finite()))
}

/// An agent replied.
///
/// Undocumented: one public receiver saw it in multipart, with *JSON request* off.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgentReply {
    /// The text of the reply.
    pub message: String,
    /// The agent.
    pub user_id: Option<UserId>,
    /// The agent's name.
    pub user_name: Option<String>,
    /// The ticket; sometimes absent.
    pub ticket_id: Option<TicketId>,
    /// Everything that was sent, except secrets.
    pub payload: Payload,
}

impl AgentReply {
    /// Whether the payload is a reply: it has a message and names an agent.
    pub(super) fn fits(payload: &Payload) -> bool {
        payload.contains_key("message")
            && ["user_id", "user_name"].iter().any(|who| payload.has(who))
    }
}
