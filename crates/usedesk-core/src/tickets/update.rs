//! Update a ticket.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::decode::{RawResponse, ResponseError};
use crate::encode::{Assignment, CommaAndSpace, Joined, Semicolon};
use crate::ids::{ClientId, FieldId, GroupId, OptionId, TicketId, UserId};
use crate::operation::{Operation, Safety};
use crate::tickets::parameters::{
    ListLevel, MAX_SUBJECT, MAX_WORD, check_fields, check_status, check_tags,
};
use crate::tickets::{FieldValue, TicketPriority, TicketStatus, TicketType};
use crate::violations::{ALL_PARAMETERS, Rule, Violations};

/// Changes a ticket: `POST /update/ticket`, articles 51379 (English) and 33737 (Russian).
///
/// What is not set stays as it is. At least one thing must be set to change;
/// [`silent`](Self::silent) and [`on_behalf_of`](Self::on_behalf_of) alone change nothing.
///
/// Unless [`silent`](Self::silent) is set, any update moves a ticket that is
/// [new](TicketStatus::New) to [open](TicketStatus::Open).
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid), and nothing is sent, when a rule
/// below is broken; the error holds every violation. A refusal of the server is
/// [`Refused`](crate::ErrorKind::Rejected): for a wrong assignee the documentation promises an
/// error, for the rest it says nothing. Whether an update that failed may have been made,
/// [`Error::may_have_acted`](crate::Error::may_have_acted) tells; making it twice leaves the
/// ticket as making it once does, but the desk's own rules may act twice.
///
/// # Examples
///
/// ```
/// use usedesk_core::{OptionId, TicketStatus, tickets::UpdateTicket};
///
/// let update = UpdateTicket::new(4501)
///     .status(TicketStatus::Solved)
///     .tags(["billing", "refund"])
///     .field(31, "Riga")
///     .field(32, true)
///     .field(33, OptionId(507))
///     .list(71, 9)
///     .list(72, 15)
///     .unassign();
/// # let _ = update;
/// ```
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct UpdateTicket {
    ticket_id: TicketId,
    subject: Option<String>,
    client_id: Option<ClientId>,
    group_id: Option<Assignment<GroupId>>,
    assignee_id: Option<Assignment<UserId>>,
    user_id: Option<UserId>,
    #[serde(skip_serializing_if = "Joined::is_empty")]
    tag: Joined<String, CommaAndSpace>,
    priority: Option<TicketPriority>,
    status: Option<TicketStatus>,
    silent: Option<bool>,
    r#type: Option<TicketType>,
    // Two strings on the wire, paired by position; here one setter fills both.
    #[serde(skip_serializing_if = "Joined::is_empty")]
    field_id: Joined<FieldId, Semicolon>,
    #[serde(skip_serializing_if = "Joined::is_empty")]
    field_value: Joined<FieldValue, Semicolon>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lists: Vec<ListLevel>,
}

impl UpdateTicket {
    /// An update of this ticket, still without a change.
    pub fn new(ticket: impl Into<TicketId>) -> Self {
        Self {
            ticket_id: ticket.into(),
            subject: None,
            client_id: None,
            group_id: None,
            assignee_id: None,
            user_id: None,
            tag: Joined::default(),
            priority: None,
            status: None,
            silent: None,
            r#type: None,
            field_id: Joined::default(),
            field_value: Joined::default(),
            lists: Vec::new(),
        }
    }

    /// Changes the subject: `subject`, 1 to [`MAX_SUBJECT`] characters.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Moves the ticket to this client: `client_id`.
    pub fn client(mut self, client: impl Into<ClientId>) -> Self {
        self.client_id = Some(client.into());
        self
    }

    /// Moves the ticket to this group: `group_id`.
    pub fn group(mut self, group: impl Into<GroupId>) -> Self {
        self.group_id = Some(Assignment::Set(group.into()));
        self
    }

    /// Takes the ticket out of its group: `group_id`, the word `null`.
    ///
    /// That it works without clearing the assignee too stands in the Russian page only; to leave
    /// the ticket to nobody at all, [`unassign`](Self::unassign) satisfies both pages.
    pub fn clear_group(mut self) -> Self {
        self.group_id = Some(Assignment::Clear);
        self
    }

    /// Assigns the ticket to this agent: `assignee_id`.
    ///
    /// Together with [`group`](Self::group) the ticket is assigned inside that group, when the
    /// agent belongs to it; when not, what happens is not documented.
    pub fn assignee(mut self, agent: impl Into<UserId>) -> Self {
        self.assignee_id = Some(Assignment::Set(agent.into()));
        self
    }

    /// Takes the ticket from its assignee: `assignee_id`, the word `null`.
    ///
    /// That it works without clearing the group too stands in the Russian page only.
    pub fn clear_assignee(mut self) -> Self {
        self.assignee_id = Some(Assignment::Clear);
        self
    }

    /// Leaves the ticket to nobody: no group and no assignee.
    pub fn unassign(self) -> Self {
        self.clear_group().clear_assignee()
    }

    /// Records this agent as the author of the change: `user_id`. Changes nothing by itself.
    pub fn on_behalf_of(mut self, agent: impl Into<UserId>) -> Self {
        self.user_id = Some(agent.into());
        self
    }

    /// Adds one tag to those of this request: `tag`. A tag is not empty and has no comma; all of
    /// them, joined by comma and space, have at most [`MAX_TAGS`](super::MAX_TAGS) characters.
    ///
    /// Whether the server adds the tags of a request to those of the ticket or replaces them is
    /// **not documented**; one public tool relies on adding. How to remove a tag is not known.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tag.push(tag.into());
        self
    }

    /// Makes these the tags of this request, in the place of those added before: see
    /// [`tag`](Self::tag). An empty list sends nothing.
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.tag = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Changes the priority: `priority`.
    pub fn priority(mut self, priority: TicketPriority) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Changes the status: `status`. Ten are known; any number up to [`MAX_ID`](crate::MAX_ID) is
    /// sent.
    pub fn status(mut self, status: TicketStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Leaves a [new](TicketStatus::New) ticket new, where any update would open it: `silent`.
    /// Changes nothing by itself.
    ///
    /// A later addition to the English page. What it does beside an explicit status is not
    /// documented.
    pub fn silent(mut self) -> Self {
        self.silent = Some(true);
        self
    }

    /// Changes the type: `type`.
    pub fn ticket_type(mut self, ticket_type: TicketType) -> Self {
        self.r#type = Some(ticket_type);
        self
    }

    /// Sets an additional field: `field_id` and `field_value`.
    ///
    /// The value is a text (at most [`MAX_FIELD_TEXT`](super::MAX_FIELD_TEXT) characters, and no `;`, which separates
    /// values on the wire), a flag for a checkbox, or an [`OptionId`] for a list. An empty text
    /// writes an empty value; whether that clears the field is **not proven**. Nested lists are
    /// set by [`list`](Self::list). Each field once, here or there.
    pub fn field(mut self, field: impl Into<FieldId>, value: impl Into<FieldValue>) -> Self {
        self.field_id.push(field.into());
        self.field_value.push(value.into());
        self
    }

    /// Chooses the option of one level of a nested list: `lists`.
    ///
    /// Parents come first and must be there: to change the second level, set the first one too.
    /// The order is kept as given.
    pub fn list(mut self, field: impl Into<FieldId>, option: impl Into<OptionId>) -> Self {
        self.lists.push(ListLevel::chosen(field.into(), option.into()));
        self
    }

    /// Clears one level of a nested list: `lists` with an empty value.
    ///
    /// The levels below it stay as they are (25564): clear each.
    pub fn clear_list(mut self, field: impl Into<FieldId>) -> Self {
        self.lists.push(ListLevel::cleared(field.into()));
        self
    }

    fn changes_nothing(&self) -> bool {
        let unchanged =
            Self { user_id: self.user_id, silent: self.silent, ..Self::new(self.ticket_id) };
        *self == unchanged
    }
}

impl Operation for UpdateTicket {
    type Output = Updated;

    const NAME: &'static str = "update_ticket";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Idempotent;

    fn path(&self) -> Cow<'_, str> {
        "/update/ticket".into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("ticket_id", self.ticket_id.0);
        violations.check_optional_length("subject", self.subject.as_ref(), MAX_SUBJECT);
        let (group, assignee) = (self.group_id, self.assignee_id);
        violations.check_optional_id("client_id", self.client_id.map(|id| id.0));
        violations.check_optional_id("group_id", group.and_then(Assignment::id).map(|id| id.0));
        let assignee = assignee.and_then(Assignment::id);
        violations.check_optional_id("assignee_id", assignee.map(|id| id.0));
        violations.check_optional_id("user_id", self.user_id.map(|id| id.0));
        check_tags(&self.tag, violations);
        let priority = self.priority.as_ref().map(TicketPriority::as_str);
        violations.check_optional_length("priority", priority, MAX_WORD);
        check_status(self.status, violations);
        let ticket_type = self.r#type.as_ref().map(TicketType::as_str);
        violations.check_optional_length("type", ticket_type, MAX_WORD);
        check_fields(&self.field_id, &self.field_value, &self.lists, violations);
        if self.changes_nothing() {
            violations.push(ALL_PARAMETERS, Rule::Change, "nothing to change");
        }
    }

    fn decode(answer: &RawResponse<'_>) -> Result<Updated, ResponseError> {
        answer.success().map(|()| Updated {})
    }
}

/// The server's word that it updated the ticket. It returns nothing of the ticket: read it back
/// with [`GetTicket`](super::GetTicket).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Updated {}
