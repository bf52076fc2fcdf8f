//! Creating a ticket.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_with::formats::SemicolonSeparator;
use serde_with::{StringWithSeparator, serde_as, skip_serializing_none};

use crate::clients::PhoneType;
use crate::decode::{RawResponse, ResponseError, lenient};
use crate::encode::Attachment;
use crate::encode::formats::CommaAndSpace;
use crate::ids::{ChannelId, FieldId, GroupId, OptionId, RuleId, TicketId, UserId};
use crate::operation::{Operation, Safety};
use crate::text::quote;
use crate::tickets::author::author_setters;
use crate::tickets::parameters::{
    ListLevel, MAX_32_BIT_ID, MAX_ADDITIONAL_ID, MAX_CLIENT_TEXT, MAX_MESSAGE, MAX_SUBJECT,
    MAX_WORD, TicketClient, check_fields, check_tags,
};
use crate::tickets::{
    AuthorSide, FieldValue, MessageStatus, TicketPriority, TicketStatus, TicketType,
};
use crate::violations::{Rule, Violations};

mod client;

/// Creates a ticket with its first message: `POST /create/ticket`, articles 51378 (English) and
/// 33735 (Russian).
///
/// The ticket belongs to an [existing client](Self::client), or to one that the server finds or
/// creates by [e-mail address](Self::client_email) and [phone](Self::client_phone). Which
/// client it belongs to without any of these is not documented.
///
/// An outgoing WhatsApp message is delivered only if [`from_agent`](Self::from_agent) sets the
/// author (release note 20499).
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if a rule below is violated (nothing is sent),
/// and with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the request. If
/// [`Error::may_have_acted`](crate::Error::may_have_acted) is true, the ticket may exist, and
/// sending the request again may create it twice. If
/// [`Error::is_success_without_id`](crate::Error::is_success_without_id) is true, it does exist.
///
/// # Examples
///
/// ```
/// use usedesk_core::tickets::CreateTicket;
/// use usedesk_core::{Attachment, OptionId, TicketPriority};
///
/// let create = CreateTicket::new("Invoice is wrong", "<p>It says 12 instead of 10.</p>")
///     .client_email("maria@example.com")
///     .priority(TicketPriority::Urgent)
///     .field(33, OptionId(507))
///     .list(71, 9)
///     .list(72, 15)
///     .attach(Attachment::from_bytes("invoice.pdf", b"%PDF-1.7".to_vec()));
/// # let _ = create;
/// ```
#[serde_as]
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct CreateTicket {
    subject: String,
    message: String,
    client_name: Option<String>,
    client_email: Option<String>,
    client_id: Option<TicketClient>,
    company_name: Option<String>,
    private_comment: Option<bool>,
    additional_id: Option<String>,
    r#type: Option<TicketType>,
    priority: Option<TicketPriority>,
    status: Option<TicketStatus>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "StringWithSeparator<CommaAndSpace, String>")]
    tag: Vec<String>,
    assignee_id: Option<UserId>,
    group_id: Option<GroupId>,
    client_phone: Option<String>,
    channel_id: Option<ChannelId>,
    #[serde(skip)]
    files: Vec<Attachment>,
    // Two strings on the wire, paired by position; here one setter fills both.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "StringWithSeparator<SemicolonSeparator, FieldId>")]
    field_id: Vec<FieldId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[serde_as(as = "StringWithSeparator<SemicolonSeparator, FieldValue>")]
    field_value: Vec<FieldValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lists: Vec<ListLevel>,
    from: Option<AuthorSide>,
    user_id: Option<UserId>,
    trigger_id: Option<RuleId>,
    client_country: Option<String>,
    client_city: Option<String>,
    client_address: Option<String>,
    new_address: Option<bool>,
    phone_type: Option<PhoneType>,
}

impl CreateTicket {
    /// Creates a request for a ticket with this subject, 1 to [`MAX_SUBJECT`] characters, and this
    /// first message in HTML, 1 to [`MAX_MESSAGE`] characters. Escape plain text.
    ///
    /// In a [private](Self::private) message, `[~agent@example.com]` mentions an agent.
    pub fn new(subject: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            message: message.into(),
            client_name: None,
            client_email: None,
            client_id: None,
            company_name: None,
            private_comment: None,
            additional_id: None,
            r#type: None,
            priority: None,
            status: None,
            tag: Vec::new(),
            assignee_id: None,
            group_id: None,
            client_phone: None,
            channel_id: None,
            files: Vec::new(),
            field_id: Vec::new(),
            field_value: Vec::new(),
            lists: Vec::new(),
            from: None,
            user_id: None,
            trigger_id: None,
            client_country: None,
            client_city: None,
            client_address: None,
            new_address: None,
            phone_type: None,
        }
    }

    /// Makes the first message an internal comment: `private_comment`.
    pub fn private(mut self) -> Self {
        self.private_comment = Some(true);
        self
    }

    /// Sets an external id that only the API shows: `additional_id`, at most [`MAX_ADDITIONAL_ID`]
    /// characters. [`GetTicket`](super::GetTicket) returns it; lists neither return it nor filter
    /// by it.
    pub fn additional_id(mut self, id: impl Into<String>) -> Self {
        self.additional_id = Some(id.into());
        self
    }

    /// Sets the type: `type`, by default a question.
    pub fn ticket_type(mut self, ticket_type: TicketType) -> Self {
        self.r#type = Some(ticket_type);
        self
    }

    /// Sets the priority: `priority`, by default medium.
    pub fn priority(mut self, priority: TicketPriority) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Sets the status: `status`, by default [new](TicketStatus::New).
    pub fn status(mut self, status: TicketStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Adds a tag: `tag`, with the rules of [`UpdateTicket::tag`](super::UpdateTicket::tag).
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tag.push(tag.into());
        self
    }

    /// Sets the tags and replaces those added before: see [`tag`](Self::tag).
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.tag = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the assigned agent: `assignee_id`. The group is the agent's default group unless
    /// [`group`](Self::group) sets another.
    pub fn assignee(mut self, agent: impl Into<UserId>) -> Self {
        self.assignee_id = Some(agent.into());
        self
    }

    /// Sets the assigned group: `group_id`.
    pub fn group(mut self, group: impl Into<GroupId>) -> Self {
        self.group_id = Some(group.into());
        self
    }

    /// Sets the channel: `channel_id`. A WhatsApp channel sends the message to the client.
    pub fn channel(mut self, channel: impl Into<ChannelId>) -> Self {
        self.channel_id = Some(channel.into());
        self
    }

    /// Adds a file to the first message: `files[]`, at most [`MAX_FILES`](crate::MAX_FILES).
    pub fn attach(mut self, file: Attachment) -> Self {
        self.files.push(file);
        self
    }

    /// Sets an additional field: `field_id` and `field_value`, with the rules of
    /// [`UpdateTicket::field`](super::UpdateTicket::field).
    pub fn field(mut self, field: impl Into<FieldId>, value: impl Into<FieldValue>) -> Self {
        self.field_id.push(field.into());
        self.field_value.push(value.into());
        self
    }

    /// Sets one level of a nested list to an option: `lists`, with the rules of
    /// [`UpdateTicket::list`](super::UpdateTicket::list).
    pub fn list(mut self, field: impl Into<FieldId>, option: impl Into<OptionId>) -> Self {
        self.lists.push(ListLevel::chosen(field.into(), option.into()));
        self
    }

    author_setters!();
}

impl Operation for CreateTicket {
    type Output = CreatedTicket;

    const NAME: &'static str = "create_ticket";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Once;

    fn path(&self) -> Cow<'_, str> {
        "/create/ticket".into()
    }

    fn attachments(&self) -> &[Attachment] {
        &self.files
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_length("subject", &self.subject, 1..=MAX_SUBJECT);
        violations.check_length("message", &self.message, 1..=MAX_MESSAGE);
        violations.check_length("client_name", &self.client_name, 1..=MAX_CLIENT_TEXT);
        violations.check_length("client_email", &self.client_email, 1..=MAX_CLIENT_TEXT);
        violations.check_id("client_id", self.client_id);
        violations.check_length("company_name", &self.company_name, 1..=MAX_CLIENT_TEXT);
        violations.check_length("additional_id", &self.additional_id, 1..=MAX_ADDITIONAL_ID);
        violations.check_length("type", &self.r#type, 1..=MAX_WORD);
        violations.check_length("priority", &self.priority, 1..=MAX_WORD);
        violations.check_id("status", self.status);
        check_tags(&self.tag, violations);
        violations.check_range("assignee_id", self.assignee_id, 1..=MAX_32_BIT_ID);
        violations.check_range("group_id", self.group_id, 1..=MAX_32_BIT_ID);
        violations.check_length("client_phone", &self.client_phone, 1..=MAX_CLIENT_TEXT);
        let has_digit = |phone: &&String| phone.contains(|c: char| c.is_ascii_digit());
        if let Some(phone) = self.client_phone.as_ref().filter(|phone| !has_digit(phone))
            && !phone.is_empty()
        {
            violations.push("client_phone", Rule::Custom("contain a digit".into()), quote(phone));
        }
        violations.check_id("channel_id", self.channel_id);
        check_fields(&self.field_id, &self.field_value, &self.lists, violations);
        violations.check_not_empty("from", &self.from);
        violations.check_id("user_id", self.user_id);
        violations.check_range("trigger_id", self.trigger_id, 1..=MAX_32_BIT_ID);
        violations.check_not_empty("client_country", &self.client_country);
        violations.check_not_empty("client_city", &self.client_city);
        violations.check_not_empty("client_address", &self.client_address);
        violations.check_not_empty("phone_type", &self.phone_type);
    }

    fn decode(response: &RawResponse<'_>) -> Result<CreatedTicket, ResponseError> {
        response.saved()
    }
}

/// Acknowledgement of a new ticket.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CreatedTicket {
    /// The id of the ticket.
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::id")]
    pub ticket_id: TicketId,
    /// Whether the message was delivered, if the channel sends it to the client. The ticket exists
    /// either way.
    pub message_status: Option<MessageStatus>,
}
