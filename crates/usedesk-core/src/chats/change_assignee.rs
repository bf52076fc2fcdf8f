//! Assigning a chat.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};

use crate::decode::{RawResponse, ResponseError, lenient};
use crate::ids::{ChatId, UserId};
use crate::operation::{Operation, Safety};
use crate::violations::Violations;

/// Assigns a chat to an agent: `POST /chat/changeAssignee`, article 51396.
///
/// How to unassign a chat is not documented.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if an id is out of range (nothing is sent),
/// and with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the request. If
/// [`Error::may_have_acted`](crate::Error::may_have_acted) is true, the chat may have been
/// assigned. Assigning it again has the same effect.
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
    /// Creates a request to assign this chat to this agent: `chat_id` and `user_id`.
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
        violations.check_id("chat_id", self.chat_id);
        violations.check_id("user_id", self.user_id);
    }

    fn decode(response: &RawResponse<'_>) -> Result<AssigneeChanged, ResponseError> {
        // A success has no documented status, so any status is accepted.
        response.with_id()
    }
}

/// Acknowledgement of an assigned chat.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AssigneeChanged {
    /// The chat.
    #[serde(deserialize_with = "lenient::id")]
    #[serde_with(skip_apply)]
    pub chat_id: ChatId,
    /// The assigned agent.
    pub user_id: Option<UserId>,
    /// The URL of the chat for agents.
    pub url: Option<String>,
}
