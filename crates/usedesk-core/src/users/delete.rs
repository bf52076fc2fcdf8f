//! Deleting an agent.

use std::borrow::Cow;

use http::Method;
use serde::Serialize;

use crate::decode::{RawResponse, ResponseError};
use crate::ids::UserId;
use crate::operation::{Operation, Safety};
use crate::users::SavedUser;
use crate::violations::Violations;

/// Deletes an agent and returns its id: `POST /delete/user`, article 51417.
///
/// Tickets stay assigned to the deleted agent: reassign them first. The bot and the last
/// administrator cannot be deleted.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if the id is out of range (nothing is sent),
/// and with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the request. If
/// [`Error::may_have_acted`](crate::Error::may_have_acted) is true, the agent may have been
/// deleted. The response for an agent that is already deleted is not documented.
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
    /// Creates a request to delete the agent with this id.
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
        violations.check_id("user_id", self.user_id);
    }

    fn decode(response: &RawResponse<'_>) -> Result<SavedUser, ResponseError> {
        response.saved()
    }
}
