//! Get a ticket.

use std::borrow::Cow;
use std::fmt;

use http::Method;
use jiff::civil::DateTime;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use crate::answer::{Answer, AnswerError};
use crate::ids::{
    ChannelId, ClientId, CommentId, CompanyId, FieldId, GroupId, RuleId, TicketId, UserId,
};
use crate::lenient;
use crate::operation::{Operation, Safety};
use crate::tickets::{
    AccessRights, AuthorSide, ChangeTarget, CommentType, TicketPriority, TicketStatus, TicketType,
};
use crate::violations::Violations;

/// Reads one ticket with its comments, tags, additional fields and history: `POST /ticket`,
/// article 51377.
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid) when the id is out of range, and
/// with [`Refused`](crate::ErrorKind::Refused) when the server does not give the ticket. How it
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

    fn decode(answer: &Answer<'_>) -> Result<TicketDetails, AnswerError> {
        answer.found("ticket")
    }
}

/// The only property that is documented.
pub(super) const SLA: [&str; 1] = ["sla"];

/// A ticket and what belongs to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TicketDetails {
    /// The ticket itself.
    #[serde(deserialize_with = "lenient::object")]
    pub ticket: Ticket,
    /// Its comments.
    #[serde(default, deserialize_with = "lenient::list")]
    pub comments: Vec<Comment>,
    /// Its tags.
    #[serde(default, deserialize_with = "lenient::names")]
    pub tags: Vec<String>,
    /// The additional fields that have a value.
    #[serde(default, deserialize_with = "lenient::list")]
    pub custom_fields: Vec<CustomField>,
    /// What was changed, and by whom.
    #[serde(default, deserialize_with = "lenient::list")]
    pub changes: Vec<Change>,
    /// See [`rights`](Self::rights).
    #[serde(default, deserialize_with = "lenient::word")]
    pub rights: Option<AccessRights>,
    /// See [`sla`](Self::sla).
    #[serde(default, deserialize_with = "lenient::optional")]
    pub sla: Option<Sla>,
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Ticket {
    /// Its id.
    pub id: TicketId,
    /// Where it stands.
    #[serde(rename = "status_id")]
    pub status: TicketStatus,
    /// Its subject.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub subject: String,
    /// The client it belongs to.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub client_id: Option<ClientId>,
    /// The client's name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub client_name: Option<String>,
    /// The agent it is assigned to.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub assignee_id: Option<UserId>,
    /// The group it is in.
    #[serde(default, rename = "group", deserialize_with = "lenient::nobody")]
    pub group_id: Option<GroupId>,
    /// The channel by which it arrived.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub channel_id: Option<ChannelId>,
    /// How urgent it is.
    #[serde(default, deserialize_with = "lenient::word")]
    pub priority: Option<TicketPriority>,
    /// What it is about.
    #[serde(default, rename = "type", deserialize_with = "lenient::word")]
    pub ticket_type: Option<TicketType>,
    /// The client's e-mail address.
    #[serde(default, deserialize_with = "lenient::text_unless_zero")]
    pub email: Option<String>,
    /// When it was created.
    #[serde(default, with = "lenient::date_time")]
    pub published_at: Option<DateTime>,
    /// When it was last changed.
    #[serde(default, with = "lenient::date_time")]
    pub last_updated_at: Option<DateTime>,
    /// The company whose help desk it is in.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub company_id: Option<CompanyId>,
    /// The hidden external id it was created with.
    #[serde(default, deserialize_with = "lenient::text")]
    pub additional_id: Option<String>,
    /// See [`TicketDetails::rights`].
    #[serde(default, deserialize_with = "lenient::word")]
    pub rights: Option<AccessRights>,
    /// See [`TicketDetails::sla`].
    #[serde(default, deserialize_with = "lenient::optional")]
    pub sla: Option<Sla>,
}

/// What is left of the times of a service level agreement, in units that are not documented.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sla {
    /// Until the first reply.
    #[serde(default)]
    pub first_reply: Option<Value>,
    /// Until the next reply.
    #[serde(default)]
    pub next_reply: Option<Value>,
    /// Until the ticket is closed.
    #[serde(default)]
    pub close: Option<Value>,
}

/// A comment of a ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Comment {
    /// Its id.
    pub id: CommentId,
    /// What it says, in HTML: escape or clean it before you show it.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub message: String,
    /// Which side wrote it.
    #[serde(default, deserialize_with = "lenient::word")]
    pub from: Option<AuthorSide>,
    /// Who can see it.
    #[serde(default, rename = "type", deserialize_with = "lenient::word")]
    pub comment_type: Option<CommentType>,
    /// The agent who wrote it.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub user_id: Option<UserId>,
    /// The client who wrote it.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub client_id: Option<ClientId>,
    /// The client's name.
    #[serde(default, deserialize_with = "lenient::text")]
    pub client_name: Option<String>,
    /// The ticket it belongs to.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub ticket_id: Option<TicketId>,
    /// Whether the ticket began with it.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub is_first: bool,
    /// Whether it was delivered.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub delivered: bool,
    /// Whether it was read (`readed` on the wire).
    #[serde(default, rename = "readed", deserialize_with = "lenient::flag")]
    pub read: bool,
    /// When it was written.
    #[serde(default, with = "lenient::date_time")]
    pub published_at: Option<DateTime>,
    /// A file, in a shape that is not documented.
    #[serde(default)]
    pub file: Option<Value>,
    /// Its files.
    #[serde(default, deserialize_with = "CommentFile::list")]
    pub files: Vec<CommentFile>,
    /// Who got a copy.
    #[serde(default, deserialize_with = "lenient::names")]
    pub cc: Vec<String>,
    /// Who got a blind copy.
    #[serde(default, deserialize_with = "lenient::names")]
    pub bcc: Vec<String>,
    /// The client who wrote it, in a shape that is not documented.
    #[serde(default)]
    pub client: Option<Value>,
    /// The agent who wrote it, in a shape that is not documented.
    #[serde(default)]
    pub user: Option<Value>,
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

impl CommentFile {
    /// Reads a list of files; one URL is a list too.
    pub(crate) fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Self>, D::Error> {
        lenient::list_or(deserializer, |url| Some(vec![Self::at(url)]))
    }

    fn at(url: &str) -> Self {
        Self { name: String::new(), url: url.to_owned() }
    }
}

// By hand, since a file is an object or no more than its URL.
impl<'de> Deserialize<'de> for CommentFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Members {
            #[serde(default, deserialize_with = "lenient::text_or_empty")]
            name: String,
            #[serde(default, deserialize_with = "lenient::text_or_empty")]
            file: String,
        }

        struct File;

        impl<'de> Visitor<'de> for File {
            type Value = CommentFile;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a file or its URL")
            }

            fn visit_str<E: de::Error>(self, url: &str) -> Result<CommentFile, E> {
                Ok(CommentFile::at(url))
            }

            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<CommentFile, A::Error> {
                let members = MapAccessDeserializer::new(members);
                let Members { name, file } = Deserialize::deserialize(members)?;
                Ok(CommentFile { name, url: file })
            }
        }

        deserializer.deserialize_any(File)
    }
}

/// The value of an additional field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CustomField {
    /// The id of this entry, not of the field.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub id: Option<u64>,
    /// The ticket it belongs to.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub ticket_id: Option<TicketId>,
    /// The additional field.
    #[serde(rename = "ticket_field_id")]
    pub field_id: FieldId,
    /// Its value as text; of a list, the option's id.
    #[serde(default, deserialize_with = "lenient::text")]
    pub value: Option<String>,
    /// When it was first set.
    #[serde(default, with = "lenient::date_time")]
    pub created_at: Option<DateTime>,
    /// When it was last set.
    #[serde(default, with = "lenient::date_time")]
    pub updated_at: Option<DateTime>,
}

/// One entry of a ticket's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Change {
    /// Its id.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub id: Option<u64>,
    /// The rule that made it; none when a person did.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub trigger_id: Option<RuleId>,
    /// The agent who made it; none when a rule did.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub user_id: Option<UserId>,
    /// The ticket it belongs to.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub ticket_id: Option<TicketId>,
    /// What was changed.
    #[serde(default, deserialize_with = "lenient::list")]
    pub data: Vec<ChangedValue>,
    /// When.
    #[serde(default, with = "lenient::date_time")]
    pub changed_at: Option<DateTime>,
    /// The status before.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub old_status: Option<TicketStatus>,
    /// The status after.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub new_status: Option<TicketStatus>,
    /// The company whose help desk it is in.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub company_id: Option<CompanyId>,
}

/// One value that was changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChangedValue {
    /// What was changed.
    #[serde(default, deserialize_with = "lenient::word")]
    pub target: Option<ChangeTarget>,
    /// The value after; its shape depends on the target.
    #[serde(default)]
    pub value: Option<Value>,
    /// The value before.
    #[serde(default)]
    pub old_value: Option<Value>,
    /// The service level agreement it belongs to.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub sla_id: Option<u64>,
}
