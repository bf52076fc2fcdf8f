//! Sending an agent's message to a chat.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};

use crate::decode::{RawResponse, ResponseError, lenient};
use crate::ids::{ChatId, TicketId, UserId};
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

/// Sends a message from an agent to the client of a chat: `POST /chat/sendMessage`, article 51395.
///
/// [`AddMessage`](super::AddMessage) adds a message from the client.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if an id is out of range or the text is empty
/// (nothing is sent), and with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the
/// request. If [`Error::may_have_acted`](crate::Error::may_have_acted) is true, the message may
/// have been sent, and sending the request again may send it twice.
///
/// # Examples
///
/// ```
/// use usedesk_core::chats::SendMessage;
///
/// let message = SendMessage::new(675, 17, "It is on its way.");
/// # let _ = message;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct SendMessage {
    chat_id: ChatId,
    user_id: UserId,
    text: String,
}

impl SendMessage {
    /// Creates a message from this agent to this chat: `chat_id`, `user_id` and `text`, at least
    /// one character of plain text. Markup is not supported.
    pub fn new(chat: impl Into<ChatId>, agent: impl Into<UserId>, text: impl Into<String>) -> Self {
        Self { chat_id: chat.into(), user_id: agent.into(), text: text.into() }
    }
}

impl Operation for SendMessage {
    type Output = MessageSent;

    const NAME: &'static str = "chat_send_message";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Once;

    fn path(&self) -> Cow<'_, str> {
        "/chat/sendMessage".into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("chat_id", self.chat_id);
        violations.check_id("user_id", self.user_id);
        violations.check_not_empty("text", &self.text);
    }

    fn decode(response: &RawResponse<'_>) -> Result<MessageSent, ResponseError> {
        // The documented sample has only the status, so it alone decides.
        response.success()?;
        response.saved()
    }
}

/// Acknowledgement of a sent message.
///
/// The table of the article has both members, its sample neither.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MessageSent {
    /// The chat, if the server returns it.
    pub chat_id: Option<ChatId>,
    /// The ticket of the chat, if the server returns it.
    pub ticket_id: Option<TicketId>,
}
