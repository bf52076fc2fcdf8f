//! Send an agent's message into a chat.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};

use crate::decode::{RawResponse, ResponseError, lenient};
use crate::ids::{ChatId, TicketId, UserId};
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

/// Writes to the client of a chat in the name of an agent: `POST /chat/sendMessage`, article 51395.
///
/// [`AddMessage`](super::AddMessage) writes in the name of the client.
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid), and nothing is sent, when an id is
/// out of range or the text is empty, and with [`Refused`](crate::ErrorKind::Rejected) when the
/// server does not take the message. When it fails otherwise, the message may have arrived, and
/// sending it again may write it twice:
/// [`Error::may_have_acted`](crate::Error::may_have_acted) tells.
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
    /// A message into this chat by this agent. The text is not empty, and plain: markup is not
    /// supported.
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
        violations.check_id("chat_id", self.chat_id.0);
        violations.check_id("user_id", self.user_id.0);
        violations.check_length("text", &self.text, 1..=usize::MAX);
    }

    fn decode(answer: &RawResponse<'_>) -> Result<MessageSent, ResponseError> {
        // Nothing but the status tells of success: the sample has nothing else.
        answer.success()?;
        answer.saved()
    }
}

/// The server's word that it sent the message.
///
/// The article's table has both members, its sample neither.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MessageSent {
    /// The chat, where the server names it.
    pub chat_id: Option<ChatId>,
    /// The ticket of the chat, where the server names it.
    pub ticket_id: Option<TicketId>,
}
