//! Updating a ticket.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_with::formats::SemicolonSeparator;
use serde_with::{StringWithSeparator, serde_as, skip_serializing_none};

use crate::decode::{RawResponse, ResponseError};
use crate::encode::Assignment;
use crate::encode::formats::CommaAndSpace;
use crate::ids::{ClientId, FieldId, GroupId, OptionId, TicketId, UserId};
use crate::operation::{Operation, Safety};
use crate::tickets::parameters::{ListLevel, MAX_SUBJECT, MAX_WORD, check_fields, check_tags};
use crate::tickets::{FieldValue, TicketPriority, TicketStatus, TicketType};
use crate::violations::Violations;

/// Updates a ticket: `POST /update/ticket`, articles 51379 (English) and 33737 (Russian).
///
/// Only what is set is changed, and at least one change is required:
/// [`silent`](Self::silent) and [`on_behalf_of`](Self::on_behalf_of) are not changes.
///
/// Unless [`silent`](Self::silent) is set, any update moves a [new](TicketStatus::New) ticket to
/// [open](TicketStatus::Open).
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if rules below are violated (nothing is sent;
/// the error has every violation), and with [`Rejected`](crate::ErrorKind::Rejected) if the server
/// rejects the request: documented for a wrong assignee only. If
/// [`Error::may_have_acted`](crate::Error::may_have_acted) is true, the ticket may have been
/// updated. Updating it again has the same effect on the ticket, but may trigger the rules of the
/// desk a second time.
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
#[serde_as]
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "StringWithSeparator<CommaAndSpace, String>")]
    tag: Vec<String>,
    priority: Option<TicketPriority>,
    status: Option<TicketStatus>,
    silent: Option<bool>,
    r#type: Option<TicketType>,
    // Two strings on the wire, paired by position; here one setter fills both.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "StringWithSeparator<SemicolonSeparator, FieldId>")]
    field_id: Vec<FieldId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "StringWithSeparator<SemicolonSeparator, FieldValue>")]
    field_value: Vec<FieldValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lists: Vec<ListLevel>,
}

impl UpdateTicket {
    /// Creates an update of this ticket without changes.
    pub fn new(ticket: impl Into<TicketId>) -> Self {
        Self {
            ticket_id: ticket.into(),
            subject: None,
            client_id: None,
            group_id: None,
            assignee_id: None,
            user_id: None,
            tag: Vec::new(),
            priority: None,
            status: None,
            silent: None,
            r#type: None,
            field_id: Vec::new(),
            field_value: Vec::new(),
            lists: Vec::new(),
        }
    }

    /// Sets the subject: `subject`, 1 to [`MAX_SUBJECT`] characters.
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Sets the client: `client_id`.
    pub fn client(mut self, client: impl Into<ClientId>) -> Self {
        self.client_id = Some(client.into());
        self
    }

    /// Sets the assigned group: `group_id`.
    pub fn group(mut self, group: impl Into<GroupId>) -> Self {
        self.group_id = Some(Assignment::Set(group.into()));
        self
    }

    /// Removes the ticket from its group: `group_id`, the word `null`.
    ///
    /// Only the Russian page says that this works without clearing the assignee.
    /// [`unassign`](Self::unassign) clears both, which both pages describe.
    pub fn clear_group(mut self) -> Self {
        self.group_id = Some(Assignment::Clear);
        self
    }

    /// Sets the assigned agent: `assignee_id`.
    ///
    /// With [`group`](Self::group), the agent is assigned within that group. What happens if the
    /// agent does not belong to it is not documented.
    pub fn assignee(mut self, agent: impl Into<UserId>) -> Self {
        self.assignee_id = Some(Assignment::Set(agent.into()));
        self
    }

    /// Removes the assigned agent: `assignee_id`, the word `null`.
    ///
    /// Only the Russian page says that this works without clearing the group.
    pub fn clear_assignee(mut self) -> Self {
        self.assignee_id = Some(Assignment::Clear);
        self
    }

    /// Removes both the group and the assigned agent.
    pub fn unassign(self) -> Self {
        self.clear_group().clear_assignee()
    }

    /// Sets the agent recorded as the author of the update: `user_id`. This alone is not a change.
    pub fn on_behalf_of(mut self, agent: impl Into<UserId>) -> Self {
        self.user_id = Some(agent.into());
        self
    }

    /// Adds a tag to this request: `tag`. A tag must not be empty or contain a comma. Joined by
    /// comma and space, the tags have at most [`MAX_TAGS`](super::MAX_TAGS) characters.
    ///
    /// Whether the server adds the tags of a request to those of the ticket or replaces them is
    /// **not documented**; one public tool relies on adding. How to remove a tag is not known.
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tag.push(tag.into());
        self
    }

    /// Sets the tags of this request and replaces those added before: see [`tag`](Self::tag). An
    /// empty list is not sent.
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.tag = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the priority: `priority`.
    pub fn priority(mut self, priority: TicketPriority) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Sets the status: `status`. Ten are known, but any number up to [`MAX_ID`](crate::MAX_ID) is
    /// allowed.
    pub fn status(mut self, status: TicketStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Keeps a [new](TicketStatus::New) ticket new, which any other update would open: `silent`.
    /// This alone is not a change.
    ///
    /// A later addition to the English page. Its effect together with a status is not documented.
    pub fn silent(mut self) -> Self {
        self.silent = Some(true);
        self
    }

    /// Sets the type: `type`.
    pub fn ticket_type(mut self, ticket_type: TicketType) -> Self {
        self.r#type = Some(ticket_type);
        self
    }

    /// Sets an additional field: `field_id` and `field_value`.
    ///
    /// The value is a text, a `bool` for a checkbox, or an [`OptionId`] for a list. A text has at
    /// most [`MAX_FIELD_TEXT`](super::MAX_FIELD_TEXT) characters and no `;`, which separates values
    /// on the wire. Whether an empty text clears the field is **not known**. Use
    /// [`list`](Self::list) for nested lists. Each field can be set once, by either method.
    pub fn field(mut self, field: impl Into<FieldId>, value: impl Into<FieldValue>) -> Self {
        self.field_id.push(field.into());
        self.field_value.push(value.into());
        self
    }

    /// Sets one level of a nested list to an option: `lists`.
    ///
    /// Set parents first and never omit them: to change the second level, set the first one, too.
    /// Levels are sent in the order of the calls.
    pub fn list(mut self, field: impl Into<FieldId>, option: impl Into<OptionId>) -> Self {
        self.lists.push(ListLevel::chosen(field.into(), option.into()));
        self
    }

    /// Clears one level of a nested list: `lists` with an empty value.
    ///
    /// The levels below keep their values (25564): clear each of them.
    pub fn clear_list(mut self, field: impl Into<FieldId>) -> Self {
        self.lists.push(ListLevel::cleared(field.into()));
        self
    }

    fn has_changes(&self) -> bool {
        let unchanged =
            Self { user_id: self.user_id, silent: self.silent, ..Self::new(self.ticket_id) };
        *self != unchanged
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
        violations.check_id("ticket_id", self.ticket_id);
        violations.check_length("subject", &self.subject, 1..=MAX_SUBJECT);
        violations.check_id("client_id", self.client_id);
        violations.check_id("group_id", self.group_id);
        violations.check_id("assignee_id", self.assignee_id);
        violations.check_id("user_id", self.user_id);
        check_tags(&self.tag, violations);
        violations.check_length("priority", &self.priority, 1..=MAX_WORD);
        violations.check_id("status", self.status);
        violations.check_length("type", &self.r#type, 1..=MAX_WORD);
        check_fields(&self.field_id, &self.field_value, &self.lists, violations);
        violations.check_change(self.has_changes());
    }

    fn decode(response: &RawResponse<'_>) -> Result<Updated, ResponseError> {
        response.success().map(|()| Updated {})
    }
}

/// Acknowledgement of an update; carries no ticket data. [`GetTicket`](super::GetTicket) reads the
/// ticket back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Updated {}
