//! Reading a ticket.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::clients::Client;
use crate::date_time::UtcDateTime;
use crate::decode::{RawResponse, ResponseError, Rows, lenient};
use crate::ids::{FieldId, TicketId, UserId};
use crate::operation::{Operation, Safety};
use crate::tickets::AccessRights;
use crate::violations::Violations;

use self::change::Change;
use self::comment::Comment;
use self::ticket::{Sla, Ticket};

pub(super) mod change;
pub(super) mod comment;
pub(super) mod ticket;

/// Reads one ticket with its comments, tags, additional fields and history: `POST /ticket`,
/// article 51377.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if an id is out of range (nothing is sent),
/// and with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the request. The
/// response for an unknown ticket is not documented; if it is empty,
/// [`Error::is_not_found`](crate::Error::is_not_found) is true. Reading changes nothing.
///
/// # Examples
///
/// ```
/// use usedesk_core::tickets::GetTicket;
///
/// let get = GetTicket::new(4501).accessible_for(17).sla();
/// # let _ = get;
/// ```
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct GetTicket {
    ticket_id: TicketId,
    accessible_for_agent_id: Option<UserId>,
    properties: Option<[&'static str; 1]>,
}

impl GetTicket {
    /// Creates a request for the ticket with this id.
    pub fn new(ticket: impl Into<TicketId>) -> Self {
        Self { ticket_id: ticket.into(), accessible_for_agent_id: None, properties: None }
    }

    /// Requests the rights of this agent: `accessible_for_agent_id`. They are returned in
    /// [`TicketDetails::rights`].
    pub fn accessible_for(mut self, agent: impl Into<UserId>) -> Self {
        self.accessible_for_agent_id = Some(agent.into());
        self
    }

    /// Requests the time left by the service level agreement: `properties`, the word `sla`. It is
    /// returned in [`TicketDetails::sla`].
    pub fn sla(mut self) -> Self {
        self.properties = Some(SLA);
        self
    }
}

impl Operation for GetTicket {
    type Output = TicketDetails;

    const NAME: &'static str = "get_ticket";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        "/ticket".into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("ticket_id", self.ticket_id);
        violations.check_id("accessible_for_agent_id", self.accessible_for_agent_id);
    }

    fn decode(response: &RawResponse<'_>) -> Result<TicketDetails, ResponseError> {
        response.found("ticket")
    }
}

/// The only documented property.
pub(super) const SLA: [&str; 1] = ["sla"];

/// A ticket with its comments, tags, additional fields and history.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TicketDetails {
    /// The ticket.
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::object")]
    pub ticket: Ticket,
    /// The comments.
    pub comments: Rows<Comment>,
    /// The tags.
    pub tags: Vec<String>,
    /// The additional fields that have a value.
    pub custom_fields: Rows<CustomField>,
    /// The history.
    pub changes: Vec<Change>,
    /// The client. Undocumented, seen in a public client of the API.
    pub client: Option<Box<Client>>,
    rights: Option<AccessRights>,
    sla: Option<Sla>,
}

impl TicketDetails {
    /// Returns the rights of the agent in [`GetTicket::accessible_for`].
    ///
    /// Their place in the response is not documented, so they are read from beside the ticket or
    /// from inside it.
    #[must_use]
    pub fn rights(&self) -> Option<&AccessRights> {
        self.rights.as_ref().or(self.ticket.rights.as_ref())
    }

    /// Returns the time left by the service level agreement, if it was
    /// [requested](GetTicket::sla) and the ticket has one. Read from the same places as
    /// [`rights`](Self::rights).
    #[must_use]
    pub fn sla(&self) -> Option<&Sla> {
        self.sla.as_ref().or(self.ticket.sla.as_ref())
    }
}

/// The value of an additional field of a ticket.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CustomField {
    /// The id of the entry, not of the field.
    pub id: Option<u64>,
    /// The ticket.
    pub ticket_id: Option<TicketId>,
    /// The additional field (`ticket_field_id` on the wire).
    #[serde_with(skip_apply)]
    #[serde(rename = "ticket_field_id")]
    pub field_id: FieldId,
    /// The value as text; for a list, the id of the option.
    pub value: Option<String>,
    /// When the value was first set, [presumably in UTC](UtcDateTime#source).
    pub created_at: Option<UtcDateTime>,
    /// When the value was last set, [presumably in UTC](UtcDateTime#source).
    pub updated_at: Option<UtcDateTime>,
}
