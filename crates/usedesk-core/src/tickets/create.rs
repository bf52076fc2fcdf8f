//! Create a ticket.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::clients::PhoneType;
use crate::decode::{RawResponse, ResponseError, lenient};
use crate::encode::{Attachment, CommaAndSpace, Joined, Semicolon};
use crate::ids::{ChannelId, ClientId, FieldId, GroupId, OptionId, RuleId, TicketId, UserId};
use crate::operation::{Operation, Safety};
use crate::text::quote;
use crate::tickets::parameters::{
    ListLevel, MAX_SUBJECT, MAX_WORD, check_fields, check_status, check_tags,
};
use crate::tickets::{
    AuthorSide, FieldValue, MessageStatus, TicketPriority, TicketStatus, TicketType,
};
use crate::violations::{Rule, Violations};

/// The longest message of a ticket or a comment, in characters. Documented as about 64 KB (51378,
/// 51381), without saying whether letters or bytes count: the server may refuse shorter ones.
pub const MAX_MESSAGE: usize = 65_535;

/// The longest name, e-mail address, phone number and company of a client, in characters (51378).
pub const MAX_CLIENT_TEXT: usize = 255;

/// The longest hidden external id, in characters (51378).
pub const MAX_ADDITIONAL_ID: usize = 255;

/// The largest id of an assignee, a group and a rule: the page gives them 32 bits (51378). It does
/// not say whether one of the bits is a sign; this is the larger reading, so the server may refuse
/// smaller ones.
pub const MAX_32_BIT_ID: u64 = u32::MAX as u64;

/// Creates a ticket with its first message: `POST /create/ticket`, articles 51378 (English) and
/// 33735 (Russian).
///
/// The client is [one that is there](Self::client), or found or made by
/// [e-mail address](Self::client_email) and [phone](Self::client_phone). Without one of these the
/// documentation does not say whose the ticket is.
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid), and nothing is sent, when a rule
/// below is broken. Of any other failure
/// [`Error::may_have_acted`](crate::Error::may_have_acted) tells whether the ticket may be there
/// all the same: sending it twice creates it twice. It is there when
/// [`Error::is_success_without_id`](crate::Error::is_success_without_id) is true.
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
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct CreateTicket {
    subject: String,
    message: String,
    client_name: Option<String>,
    client_email: Option<String>,
    client_id: Option<Client>,
    company_name: Option<String>,
    private_comment: Option<bool>,
    additional_id: Option<String>,
    r#type: Option<TicketType>,
    priority: Option<TicketPriority>,
    status: Option<TicketStatus>,
    #[serde(skip_serializing_if = "Joined::is_empty")]
    tag: Joined<String, CommaAndSpace>,
    assignee_id: Option<UserId>,
    group_id: Option<GroupId>,
    client_phone: Option<String>,
    channel_id: Option<ChannelId>,
    #[serde(skip)]
    files: Vec<Attachment>,
    // Two strings on the wire, paired by position; here one setter fills both.
    #[serde(skip_serializing_if = "Joined::is_empty")]
    field_id: Joined<FieldId, Semicolon>,
    #[serde(skip_serializing_if = "Joined::is_empty")]
    field_value: Joined<FieldValue, Semicolon>,
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

/// The parameter `client_id`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Client {
    Known(ClientId),
    New(NewClient),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum NewClient {
    #[serde(rename = "new_client")]
    Word,
}

impl CreateTicket {
    /// A ticket with this subject, 1 to [`MAX_SUBJECT`] characters, and this first message in HTML,
    /// 1 to [`MAX_MESSAGE`]. Escape what is not meant as HTML.
    ///
    /// In a [private](Self::private) message an agent is mentioned as `[~agent@example.com]`.
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
            tag: Joined::default(),
            assignee_id: None,
            group_id: None,
            client_phone: None,
            channel_id: None,
            files: Vec::new(),
            field_id: Joined::default(),
            field_value: Joined::default(),
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

    /// The client's name: `client_name`, at most [`MAX_CLIENT_TEXT`] characters.
    pub fn client_name(mut self, name: impl Into<String>) -> Self {
        self.client_name = Some(name.into());
        self
    }

    /// The client's e-mail address: `client_email`, at most [`MAX_CLIENT_TEXT`] characters.
    pub fn client_email(mut self, email: impl Into<String>) -> Self {
        self.client_email = Some(email.into());
        self
    }

    /// The client it belongs to: `client_id`.
    pub fn client(mut self, client: impl Into<ClientId>) -> Self {
        self.client_id = Some(Client::Known(client.into()));
        self
    }

    /// Makes a new client, even when one with the same e-mail address is there: `client_id`, the
    /// word `new_client`.
    pub fn new_client(mut self) -> Self {
        self.client_id = Some(Client::New(NewClient::Word));
        self
    }

    /// The company that the client is in, found or made by this name: `company_name`, at most
    /// [`MAX_CLIENT_TEXT`] characters. A client who is in another one leaves it.
    pub fn company(mut self, name: impl Into<String>) -> Self {
        self.company_name = Some(name.into());
        self
    }

    /// Makes the first message an internal comment: `private_comment`.
    pub fn private(mut self) -> Self {
        self.private_comment = Some(true);
        self
    }

    /// An id of yours that only the API shows: `additional_id`, at most [`MAX_ADDITIONAL_ID`]
    /// characters. [`GetTicket`](super::GetTicket) returns it; no list shows it or filters by it.
    pub fn additional_id(mut self, id: impl Into<String>) -> Self {
        self.additional_id = Some(id.into());
        self
    }

    /// What it is about: `type`; a question by default.
    pub fn ticket_type(mut self, ticket_type: TicketType) -> Self {
        self.r#type = Some(ticket_type);
        self
    }

    /// How urgent it is: `priority`; medium by default.
    pub fn priority(mut self, priority: TicketPriority) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Where it stands: `status`; [new](TicketStatus::New) by default.
    pub fn status(mut self, status: TicketStatus) -> Self {
        self.status = Some(status);
        self
    }

    /// Adds a tag: `tag`, with the rules of [`UpdateTicket::tag`](super::UpdateTicket::tag).
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tag.push(tag.into());
        self
    }

    /// Makes these the tags, in the place of those added before: see [`tag`](Self::tag).
    pub fn tags<T: Into<String>>(mut self, tags: impl IntoIterator<Item = T>) -> Self {
        self.tag = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Assigns it to this agent: `assignee_id`, in the agent's default group unless
    /// [`group`](Self::group) says otherwise.
    pub fn assignee(mut self, agent: impl Into<UserId>) -> Self {
        self.assignee_id = Some(agent.into());
        self
    }

    /// Puts it into this group: `group_id`.
    pub fn group(mut self, group: impl Into<GroupId>) -> Self {
        self.group_id = Some(group.into());
        self
    }

    /// The client's phone number: `client_phone`, digits with the country code, at most
    /// [`MAX_CLIENT_TEXT`] characters. Kept of a new client only; in a WhatsApp channel it is
    /// where the message goes.
    ///
    /// There must be a digit. Whether the server takes a plus sign and spaces, `+371 2000 0000`, is
    /// not documented, so they are not refused; digits alone are what the page asks for.
    pub fn client_phone(mut self, phone: impl Into<String>) -> Self {
        self.client_phone = Some(phone.into());
        self
    }

    /// What kind of number [`client_phone`](Self::client_phone) is: `phone_type`. Seen in client
    /// code, not in the documentation.
    pub fn phone_type(mut self, phone_type: PhoneType) -> Self {
        self.phone_type = Some(phone_type);
        self
    }

    /// The channel it is created in: `channel_id`. A WhatsApp channel sends the message out.
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

    /// Chooses the option of one level of a nested list: `lists`, with the rules of
    /// [`UpdateTicket::list`](super::UpdateTicket::list).
    pub fn list(mut self, field: impl Into<FieldId>, option: impl Into<OptionId>) -> Self {
        self.lists.push(ListLevel::chosen(field.into(), option.into()));
        self
    }

    /// Lets the client be the author of the first message: `from`.
    pub fn from_client(mut self) -> Self {
        self.from = Some(AuthorSide::Client);
        (self.user_id, self.trigger_id) = (None, None);
        self
    }

    /// Lets this agent be the author: `from` and `user_id`. Without `user_id` outgoing WhatsApp
    /// messages are not delivered (release note 20499).
    pub fn from_agent(mut self, agent: impl Into<UserId>) -> Self {
        self.from = Some(AuthorSide::Agent);
        (self.user_id, self.trigger_id) = (Some(agent.into()), None);
        self
    }

    /// Says which side the author is on and names nobody: `from`. It takes back what
    /// [`from_agent`](Self::from_agent) and [`from_rule`](Self::from_rule) set.
    ///
    /// Three public clients send [`Agent`](AuthorSide::Agent) so, and one
    /// [`WhatsApp`](AuthorSide::WhatsApp); no page describes it. With `Agent` an outgoing
    /// WhatsApp message is not delivered (release note 20499).
    pub fn from_side(mut self, side: AuthorSide) -> Self {
        self.from = Some(side);
        (self.user_id, self.trigger_id) = (None, None);
        self
    }

    /// Lets this rule be the author, shown as the bot: `from` and `trigger_id`. In older
    /// documentation only.
    pub fn from_rule(mut self, rule: impl Into<RuleId>) -> Self {
        self.from = Some(AuthorSide::Trigger);
        (self.user_id, self.trigger_id) = (None, Some(rule.into()));
        self
    }

    /// The client's country: `client_country`. Seen in client code, not in the documentation, as
    /// are [`client_city`](Self::client_city) and [`client_address`](Self::client_address). None of
    /// the three is empty.
    pub fn client_country(mut self, country: impl Into<String>) -> Self {
        self.client_country = Some(country.into());
        self
    }

    /// The client's city: `client_city`.
    pub fn client_city(mut self, city: impl Into<String>) -> Self {
        self.client_city = Some(city.into());
        self
    }

    /// The client's address: `client_address`.
    pub fn client_address(mut self, address: impl Into<String>) -> Self {
        self.client_address = Some(address.into());
        self
    }

    /// Adds the address to those of the client, in the place of changing it: `new_address`.
    pub fn new_address(mut self) -> Self {
        self.new_address = Some(true);
        self
    }
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
        violations.check_optional_length("client_name", self.client_name.as_ref(), MAX_CLIENT_TEXT);
        let email = self.client_email.as_ref();
        violations.check_optional_length("client_email", email, MAX_CLIENT_TEXT);
        if let Some(Client::Known(id)) = self.client_id {
            violations.check_id("client_id", id.0);
        }
        let company = self.company_name.as_ref();
        violations.check_optional_length("company_name", company, MAX_CLIENT_TEXT);
        let additional_id = self.additional_id.as_ref();
        violations.check_optional_length("additional_id", additional_id, MAX_ADDITIONAL_ID);
        let ticket_type = self.r#type.as_ref().map(TicketType::as_str);
        violations.check_optional_length("type", ticket_type, MAX_WORD);
        let priority = self.priority.as_ref().map(TicketPriority::as_str);
        violations.check_optional_length("priority", priority, MAX_WORD);
        check_status(self.status, violations);
        check_tags(&self.tag, violations);
        check_32_bits("assignee_id", self.assignee_id.map(|id| id.0), violations);
        check_32_bits("group_id", self.group_id.map(|id| id.0), violations);
        let phone = self.client_phone.as_ref();
        violations.check_optional_length("client_phone", phone, MAX_CLIENT_TEXT);
        let has_digit = |phone: &&String| phone.contains(|c: char| c.is_ascii_digit());
        if let Some(phone) = phone.filter(|phone| !phone.is_empty() && !has_digit(phone)) {
            violations.push("client_phone", Rule::Custom("have a digit".into()), quote(phone));
        }
        violations.check_optional_id("channel_id", self.channel_id.map(|id| id.0));
        check_fields(&self.field_id, &self.field_value, &self.lists, violations);
        let side = self.from.as_ref().map(AuthorSide::as_str);
        violations.check_optional_length("from", side, usize::MAX);
        violations.check_optional_id("user_id", self.user_id.map(|id| id.0));
        check_32_bits("trigger_id", self.trigger_id.map(|id| id.0), violations);
        let phone_type = self.phone_type.as_ref().map(PhoneType::as_str);
        let words = [
            ("client_country", self.client_country.as_deref()),
            ("client_city", self.client_city.as_deref()),
            ("client_address", self.client_address.as_deref()),
            ("phone_type", phone_type),
        ];
        for (parameter, word) in words {
            violations.check_optional_length(parameter, word, usize::MAX);
        }
    }

    fn decode(answer: &RawResponse<'_>) -> Result<CreatedTicket, ResponseError> {
        answer.saved()
    }
}

fn check_32_bits(parameter: &str, id: Option<u64>, violations: &mut Violations) {
    if let Some(id) = id {
        violations.check_range(parameter, id, 1..=MAX_32_BIT_ID);
    }
}

/// The server's word that it created the ticket.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CreatedTicket {
    /// The ticket's id.
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::id")]
    pub ticket_id: TicketId,
    /// What became of the message, where the channel sends it out. The ticket is there either way.
    pub message_status: Option<MessageStatus>,
}
