//! Delete an agent.

use std::borrow::Cow;

use http::Method;
use serde::Serialize;

use crate::decode::{RawResponse, ResponseError};
use crate::ids::UserId;
use crate::operation::{Operation, Safety};
use crate::users::SavedUser;
use crate::violations::Violations;

/// Deletes an agent: `POST /delete/user`, article 51417. The answer is the agent's id.
///
/// Tickets stay assigned to the deleted agent: move them before. The bot and the last
/// administrator cannot be deleted.
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid), and nothing is sent, when the id
/// is out of range, and with [`Refused`](crate::ErrorKind::Rejected) when the server does not
/// delete the agent. Whether an agent may have been deleted all the same,
/// [`Error::may_have_acted`](crate::Error::may_have_acted) tells; how the server answers for one
/// that is gone already is not documented.
///
/// # Examples
///
/// ```
/// use usedesk_core::users::DeleteUser;
///
/// let delete = DeleteUser::new(17);
/// # let _ = delete;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct DeleteUser {
    user_id: UserId,
}

impl DeleteUser {
    /// The agent with this id.
    pub fn new(agent: impl Into<UserId>) -> Self {
        Self { user_id: agent.into() }
    }
}

impl Operation for DeleteUser {
    type Output = SavedUser;

    const NAME: &'static str = "delete_user";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Idempotent;

    fn path(&self) -> Cow<'_, str> {
        "/delete/user".into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("user_id", self.user_id.0);
    }

    fn decode(answer: &RawResponse<'_>) -> Result<SavedUser, ResponseError> {
        answer.saved()
    }
}
