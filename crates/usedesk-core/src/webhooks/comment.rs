//! A comment was written, or an agent's work rated.

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use super::client::EventClient;
use super::ticket::fields;
use crate::ids::{ClientId, CommentId, CompanyId, TicketId, UserId};
use crate::lenient;
use crate::tickets::{Comment, TicketField};

/// A comment was written. The documentation names the event (APIDOC 648348575); its shape is known
/// from receivers.
///
/// A comment that you make through the API may come back as this event. That is not documented, so
/// guard against answering yourself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CommentCreated {
    /// The comment. Files sent as URLs have no name.
    pub comment: Comment,
    /// The ticket's client.
    #[serde(default)]
    pub client: Option<EventClient>,
    /// The agent the ticket is assigned to.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub assignee_id: Option<UserId>,
    /// The additional fields that have a value.
    #[serde(default, deserialize_with = "fields")]
    pub custom_fields: Vec<TicketField>,
}

/// A client rated an agent's work (`csi` on the wire). The documentation names the event (APIDOC
/// 648348575); its shape is known from receivers.
///
/// For serde it is the member `csi` of what is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rating {
    /// Its id.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub id: Option<u64>,
    /// The agent who was rated.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub user_id: Option<UserId>,
    /// The client who rated.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub client_id: Option<ClientId>,
    /// The ticket.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub ticket_id: Option<TicketId>,
    /// The rating itself; its scale is not documented.
    #[serde(deserialize_with = "lenient::number")]
    pub rating: u64,
    /// The company whose help desk it is in.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub company_id: Option<CompanyId>,
    /// The comment of the ticket that it belongs to.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub ticket_comment_id: Option<CommentId>,
    /// What the client wrote along with it.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub comment: String,
    /// When it was given.
    #[serde(default, with = "lenient::date_time")]
    pub created_at: Option<DateTime>,
    /// When it was last changed.
    #[serde(default, with = "lenient::date_time")]
    pub updated_at: Option<DateTime>,
}
