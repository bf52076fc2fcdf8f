//! Change the agent of a chat.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};

use crate::decode::{RawResponse, ResponseError, lenient};
use crate::ids::{ChatId, UserId};
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

/// Assigns a chat to an agent: `POST /chat/changeAssignee`, article 51396.
///
/// How to take a chat from its agent without giving it to another is not documented.
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid), and nothing is sent, when an id is
/// out of range, and with [`Refused`](crate::ErrorKind::Rejected) when the server does not assign
/// the chat. Whether a change that failed may have been made,
/// [`Error::may_have_acted`](crate::Error::may_have_acted) tells; making it twice leaves the chat
/// as making it once does.
///
/// # Examples
///
/// ```
/// use usedesk_core::chats::ChangeAssignee;
///
/// let change = ChangeAssignee::new(675, 17);
/// # let _ = change;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct ChangeAssignee {
    chat_id: ChatId,
    user_id: UserId,
}

impl ChangeAssignee {
    /// Gives this chat to this agent.
    pub fn new(chat: impl Into<ChatId>, agent: impl Into<UserId>) -> Self {
        Self { chat_id: chat.into(), user_id: agent.into() }
    }
}

impl Operation for ChangeAssignee {
    type Output = AssigneeChanged;

    const NAME: &'static str = "chat_change_assignee";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Idempotent;

    fn path(&self) -> Cow<'_, str> {
        "/chat/changeAssignee".into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("chat_id", self.chat_id.0);
        violations.check_id("user_id", self.user_id.0);
    }

    fn decode(answer: &RawResponse<'_>) -> Result<AssigneeChanged, ResponseError> {
        // Without a status where it succeeds, so whatever it is.
        answer.with_id()
    }
}

/// Who has the chat now.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AssigneeChanged {
    /// The chat.
    #[serde(deserialize_with = "lenient::id")]
    #[serde_with(skip_apply)]
    pub chat_id: ChatId,
    /// The agent it is assigned to.
    pub user_id: Option<UserId>,
    /// Where an agent finds the chat.
    pub url: Option<String>,
}
