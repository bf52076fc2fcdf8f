//! Get a ticket.

use std::borrow::Cow;

use http::Method;
use jiff::civil::DateTime;
use serde::de::MapAccess;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use crate::clients::Client;
use crate::decode::lenient::{self, FromJson, Scalar, Text, members::Members};
use crate::decode::{RawResponse, ResponseError, Rows};
use crate::ids::{
    ChannelId, ClientId, CommentId, CompanyId, FieldId, GroupId, RuleId, TicketId, UserId,
};
use crate::operation::{Operation, Safety};
use crate::tickets::{
    AccessRights, AuthorSide, ChangeTarget, CommentType, ExternalId, TicketPriority, TicketStatus,
    TicketType,
};
use crate::users::User;
use crate::violations::Violations;

/// Reads one ticket with its comments, tags, additional fields and history: `POST /ticket`,
/// article 51377.
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid) when the id is out of range, and
/// with [`Refused`](crate::ErrorKind::Rejected) when the server does not give the ticket. How it
/// answers for an unknown one is not documented; for an empty answer
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
    /// The ticket with this id.
    pub fn new(ticket: impl Into<TicketId>) -> Self {
        Self { ticket_id: ticket.into(), accessible_for_agent_id: None, properties: None }
    }

    /// Asks what this agent may do with it: `accessible_for_agent_id`, answered in
    /// [`TicketDetails::rights`].
    pub fn accessible_for(mut self, agent: impl Into<UserId>) -> Self {
        self.accessible_for_agent_id = Some(agent.into());
        self
    }

    /// Asks for what is left of the time that its service level agreement gives: `properties`,
    /// the word `sla`, answered in [`TicketDetails::sla`].
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
        violations.check_id("ticket_id", self.ticket_id.0);
        let agent = self.accessible_for_agent_id.map(|id| id.0);
        violations.check_optional_id("accessible_for_agent_id", agent);
    }

    fn decode(answer: &RawResponse<'_>) -> Result<TicketDetails, ResponseError> {
        answer.found("ticket")
    }
}

/// The only property that is documented.
pub(super) const SLA: [&str; 1] = ["sla"];

/// A ticket and what belongs to it.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TicketDetails {
    /// The ticket itself.
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::object")]
    pub ticket: Ticket,
    /// Its comments.
    pub comments: Rows<Comment>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The additional fields that have a value.
    pub custom_fields: Rows<CustomField>,
    /// What was changed, and by whom.
    pub changes: Vec<Change>,
    /// The client it belongs to. Only a public client of the API shows it, and not the
    /// documentation.
    pub client: Option<Box<Client>>,
    rights: Option<AccessRights>,
    sla: Option<Sla>,
}

impl TicketDetails {
    /// What the agent that was [asked for](GetTicket::accessible_for) may do. Where in the answer
    /// it stands is not documented; it is looked for beside the ticket and in it.
    #[must_use]
    pub fn rights(&self) -> Option<&AccessRights> {
        self.rights.as_ref().or(self.ticket.rights.as_ref())
    }

    /// What is left of the times of the service level agreement, when it was
    /// [asked for](GetTicket::sla) and the ticket has one. Looked for as [`rights`](Self::rights).
    #[must_use]
    pub fn sla(&self) -> Option<&Sla> {
        self.sla.as_ref().or(self.ticket.sla.as_ref())
    }
}

/// A ticket.
#[serde_with::apply(
    _ => #[serde(default, deserialize_with = "lenient::read")],
    Option<DateTime> => #[serde(serialize_with = "lenient::date_time::serialize")],
)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Ticket {
    /// Its id.
    #[serde_with(skip_apply)]
    pub id: TicketId,
    /// Where it stands.
    #[serde(rename = "status_id")]
    pub status: Option<TicketStatus>,
    /// Its subject.
    pub subject: String,
    /// The client it belongs to.
    pub client_id: Option<ClientId>,
    /// The client's name.
    pub client_name: Option<String>,
    /// The agent it is assigned to.
    pub assignee_id: Option<UserId>,
    /// The group it is in.
    #[serde(rename = "group")]
    pub group_id: Option<GroupId>,
    /// The channel by which it arrived.
    pub channel_id: Option<ChannelId>,
    /// How urgent it is.
    pub priority: Option<TicketPriority>,
    /// What it is about.
    #[serde(rename = "type")]
    pub ticket_type: Option<TicketType>,
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
    /// The hidden external id it was created with; of a chat in an SDK the client's chat token.
    pub additional_id: Option<ExternalId>,
    rights: Option<AccessRights>,
    sla: Option<Sla>,
}

/// What is left of the times of a service level agreement, in units that are not documented.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sla {
    /// Until the first reply.
    pub first_reply: Option<Value>,
    /// Until the next reply.
    pub next_reply: Option<Value>,
    /// Until the ticket is closed.
    pub close: Option<Value>,
}

/// A comment of a ticket.
#[serde_with::apply(
    _ => #[serde(default, deserialize_with = "lenient::read")],
    Option<DateTime> => #[serde(serialize_with = "lenient::date_time::serialize")],
)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Comment {
    /// Its id.
    #[serde_with(skip_apply)]
    pub id: CommentId,
    /// What it says, in HTML: escape or clean it before you show it.
    pub message: String,
    /// Which side wrote it.
    pub from: Option<AuthorSide>,
    /// Who can see it.
    #[serde(rename = "type")]
    pub comment_type: Option<CommentType>,
    /// The agent who wrote it.
    pub user_id: Option<UserId>,
    /// The client who wrote it.
    pub client_id: Option<ClientId>,
    /// The client's name.
    pub client_name: Option<String>,
    /// The ticket it belongs to.
    pub ticket_id: Option<TicketId>,
    /// Whether the ticket began with it.
    pub is_first: Option<bool>,
    /// Whether it was delivered.
    pub delivered: Option<bool>,
    /// Whether it was read (`readed` on the wire).
    #[serde(rename = "readed")]
    pub read: Option<bool>,
    /// When it was written.
    pub published_at: Option<DateTime>,
    /// A file that stands beside the [others](Self::files). A public client of the API shows that
    /// there may be one.
    pub file: Option<CommentFile>,
    /// Its files.
    pub files: Vec<CommentFile>,
    /// Who got a copy.
    pub cc: Vec<String>,
    /// Who got a blind copy.
    pub bcc: Vec<String>,
    /// The client who wrote it. A public client of the API shows a whole record here.
    pub client: Option<Box<Client>>,
    /// The agent who wrote it. A public client of the API shows a whole record here, with more
    /// members than these.
    pub user: Option<Box<User>>,
}

/// A file of a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CommentFile {
    /// Its name; empty where only the URL was sent.
    pub name: String,
    /// Where it can be fetched (`file` on the wire). Whether that needs a login is not documented.
    #[serde(rename = "file")]
    pub url: String,
}

// By hand, since a file is an object or no more than its URL.
impl FromJson for CommentFile {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        let Text(url) = Text::from_scalar(scalar)?;
        Some(Self { name: String::new(), url })
    }

    fn from_members<'de, A: MapAccess<'de>>(
        members: &mut Members<'de, A>,
    ) -> Result<Option<Self>, A::Error> {
        #[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
        #[derive(Deserialize)]
        struct File {
            name: String,
            file: String,
        }

        let file = members.read()?.ok();
        Ok(file.map(|File { name, file }| Self { name, url: file }))
    }
}

impl<'de> Deserialize<'de> for CommentFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::required(deserializer)
    }
}

/// The value of an additional field.
#[serde_with::apply(
    _ => #[serde(default, deserialize_with = "lenient::read")],
    Option<DateTime> => #[serde(serialize_with = "lenient::date_time::serialize")],
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CustomField {
    /// The id of this entry, not of the field.
    pub id: Option<u64>,
    /// The ticket it belongs to.
    pub ticket_id: Option<TicketId>,
    /// The additional field.
    #[serde_with(skip_apply)]
    #[serde(rename = "ticket_field_id")]
    pub field_id: FieldId,
    /// Its value as text; of a list, the option's id.
    pub value: Option<String>,
    /// When it was first set.
    pub created_at: Option<DateTime>,
    /// When it was last set.
    pub updated_at: Option<DateTime>,
}

/// One entry of a ticket's history.
#[serde_with::apply(
    _ => #[serde(default, deserialize_with = "lenient::read")],
    Option<DateTime> => #[serde(serialize_with = "lenient::date_time::serialize")],
)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Change {
    /// Its id.
    pub id: Option<u64>,
    /// The rule that made it; none when a person did.
    pub trigger_id: Option<RuleId>,
    /// The agent who made it; none when a rule did.
    pub user_id: Option<UserId>,
    /// The ticket it belongs to.
    pub ticket_id: Option<TicketId>,
    /// What was changed.
    pub data: Vec<ChangedValue>,
    /// When.
    pub changed_at: Option<DateTime>,
    /// The status before.
    pub old_status: Option<TicketStatus>,
    /// The status after.
    pub new_status: Option<TicketStatus>,
    /// The company whose help desk it is in.
    pub company_id: Option<CompanyId>,
}

/// One value that was changed.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChangedValue {
    /// What was changed.
    pub target: Option<ChangeTarget>,
    /// The value after; its shape depends on the target.
    pub value: Option<Value>,
    /// The value before.
    pub old_value: Option<Value>,
    /// The service level agreement it belongs to.
    pub sla_id: Option<u64>,
}

lenient::objects!(Sla, Change, ChangedValue);
