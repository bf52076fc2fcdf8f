//! Adding a client's message to a chat.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::decode::{RawResponse, ResponseError, lenient};
use crate::ids::{ChannelId, ChatId, ClientId, CompanyId, TicketId};
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

/// Adds a message from a client to an existing or a new chat: `POST /chat/addMessage`, article
/// 51394.
///
/// [`SendMessage`](super::SendMessage) sends a message from an agent.
///
/// The documented sample is JSON. The default encoding names the parts of the message with PHP's
/// brackets, `message[from][name]`. The documentation does not mention them, but PHP reads them.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if a rule below is violated (nothing is sent),
/// and with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the request. It rejects
/// a channel that is not a chat without a reason, `{"status": false}`. If
/// [`Error::may_have_acted`](crate::Error::may_have_acted) is true, the message may have been
/// added, and sending the request again may add it twice.
///
/// # Examples
///
/// ```
/// use usedesk_core::chats::AddMessage;
///
/// let message = AddMessage::new(153_561, 860, "Where is my order?")
///     .name("Ann")
///     .email("ann@example.com");
/// # let _ = message;
/// ```
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct AddMessage {
    company_id: CompanyId,
    channel_id: ChannelId,
    chat_id: Option<ChatId>,
    message: Message,
}

impl AddMessage {
    /// Creates a message from a new client in a new chat of this channel, which must be a chat:
    /// `company_id`, `channel_id` and `message[text]`, at least one character.
    pub fn new(
        company: impl Into<CompanyId>,
        channel: impl Into<ChannelId>,
        text: impl Into<String>,
    ) -> Self {
        Self {
            company_id: company.into(),
            channel_id: channel.into(),
            chat_id: None,
            message: Message { text: text.into(), from: Sender::default() },
        }
    }

    /// Sets the chat: `chat_id`. Without it, a new chat is created.
    pub fn chat(mut self, chat: impl Into<ChatId>) -> Self {
        self.chat_id = Some(chat.into());
        self
    }

    /// Sets the client: `message[from][client_id]`. Without it, a new client is created.
    pub fn client(mut self, client: impl Into<ClientId>) -> Self {
        self.message.from.client_id = Some(client.into());
        self
    }

    /// Sets the chat of the sender: `message[from][chat_id]`.
    ///
    /// The article describes it like [`chat`](Self::chat); its sample has only the latter.
    pub fn sender_chat(mut self, chat: impl Into<ChatId>) -> Self {
        self.message.from.chat_id = Some(chat.into());
        self
    }

    /// Sets the client's name: `message[from][name]`, at least one character.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.message.from.name = Some(name.into());
        self
    }

    /// Sets the client's e-mail address: `message[from][email]`, at least one character.
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.message.from.email = Some(email.into());
        self
    }
}

impl Operation for AddMessage {
    type Output = MessageAdded;

    const NAME: &'static str = "chat_add_message";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Once;

    fn path(&self) -> Cow<'_, str> {
        "/chat/addMessage".into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("company_id", self.company_id);
        violations.check_id("channel_id", self.channel_id);
        violations.check_id("chat_id", self.chat_id);
        let Message { text, from } = &self.message;
        violations.check_not_empty("message[text]", text);
        violations.check_id("message[from][client_id]", from.client_id);
        violations.check_id("message[from][chat_id]", from.chat_id);
        violations.check_not_empty("message[from][name]", &from.name);
        violations.check_not_empty("message[from][email]", &from.email);
    }

    fn decode(response: &RawResponse<'_>) -> Result<MessageAdded, ResponseError> {
        // A success has no documented status, so any status is accepted.
        response.with_id()
    }
}

/// The chat, ticket and client of an added message.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MessageAdded {
    /// The chat.
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::id")]
    pub chat_id: ChatId,
    /// The company that owns the help desk.
    pub company_id: Option<CompanyId>,
    /// The ticket of the chat; absent right after a new chat was created.
    pub ticket_id: Option<TicketId>,
    /// The channel of the chat.
    pub channel_id: Option<ChannelId>,
    /// The client who wrote the message.
    pub client_id: Option<ClientId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Message {
    text: String,
    // A form cannot carry an empty object.
    #[serde(skip_serializing_if = "Sender::is_empty")]
    from: Sender,
}

#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
struct Sender {
    client_id: Option<ClientId>,
    chat_id: Option<ChatId>,
    name: Option<String>,
    email: Option<String>,
}

impl Sender {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
