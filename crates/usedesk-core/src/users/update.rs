//! Updating an agent.

use std::borrow::Cow;
use std::slice;

use http::Method;
use serde::Serialize;
use serde_with::{DisplayFromStr, serde_as, skip_serializing_none};

use crate::decode::{RawResponse, ResponseError};
use crate::encode::Attachment;
use crate::ids::{GroupId, UserId};
use crate::operation::{Operation, Safety};
use crate::users::{SavedUser, UserRole};
use crate::violations::Violations;

/// Updates an agent and returns its id: `POST /update/user`, article 51416.
///
/// Only what is set is changed, and at least one change is required. The password cannot be
/// changed.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if rules below are violated (nothing is sent;
/// the error has every violation), and with [`Rejected`](crate::ErrorKind::Rejected) if the server
/// rejects the request. If [`Error::may_have_acted`](crate::Error::may_have_acted) is true, the
/// agent may have been updated. Updating it again has the same effect.
///
/// # Examples
///
/// ```
/// use usedesk_core::users::UpdateUser;
///
/// let update = UpdateUser::new(17).ticket_online(false).chat_online(false).delete_avatar();
/// # let _ = update;
/// ```
#[serde_as]
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct UpdateUser {
    user_id: UserId,
    name: Option<String>,
    email: Option<String>,
    role: Option<UserRole>,
    group: Option<GroupId>,
    phone: Option<String>,
    // The page asks for the words `true` and `false`, in JSON, too.
    #[serde_as(as = "Option<DisplayFromStr>")]
    chat_online_status: Option<bool>,
    #[serde_as(as = "Option<DisplayFromStr>")]
    ticket_online_status: Option<bool>,
    #[serde(skip_serializing_if = "Avatar::is_not_parameter")]
    avatar: Avatar,
}

impl UpdateUser {
    /// Creates an update of this agent without changes.
    pub fn new(agent: impl Into<UserId>) -> Self {
        Self {
            user_id: agent.into(),
            name: None,
            email: None,
            role: None,
            group: None,
            phone: None,
            chat_online_status: None,
            ticket_online_status: None,
            avatar: Avatar::Kept,
        }
    }

    /// Sets the name: `name`, at least one character.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets the e-mail address: `email`, at least one character.
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Sets the role: `role`.
    pub fn role(mut self, role: UserRole) -> Self {
        self.role = Some(role);
        self
    }

    /// Sets the group: `group`. Whether the agent stays in other groups is not documented.
    pub fn group(mut self, group: impl Into<GroupId>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// Sets the phone: `phone`. Its format is not documented, nor whether an empty text clears it.
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// Sets whether the agent is available for chats: `chat_online_status`.
    pub fn chat_online(mut self, is_online: bool) -> Self {
        self.chat_online_status = Some(is_online);
        self
    }

    /// Sets whether the agent is available for tickets: `ticket_online_status`.
    pub fn ticket_online(mut self, is_online: bool) -> Self {
        self.ticket_online_status = Some(is_online);
        self
    }

    /// Sets the picture, at most [`MAX_AVATAR_BYTES`](super::MAX_AVATAR_BYTES): `avatar`. The
    /// request is then multipart.
    pub fn avatar(mut self, picture: Attachment) -> Self {
        self.avatar = Avatar::Changed(picture);
        self
    }

    /// Removes the picture: `avatar`, the word `delete`.
    pub fn delete_avatar(mut self) -> Self {
        self.avatar = Avatar::Deleted;
        self
    }
}

impl Operation for UpdateUser {
    type Output = SavedUser;

    const NAME: &'static str = "update_user";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Idempotent;
    const FILE_PARAMETER: &'static str = "avatar";

    fn path(&self) -> Cow<'_, str> {
        "/update/user".into()
    }

    fn attachments(&self) -> &[Attachment] {
        match &self.avatar {
            Avatar::Changed(picture) => slice::from_ref(picture),
            Avatar::Kept | Avatar::Deleted => &[],
        }
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("user_id", self.user_id);
        violations.check_not_empty("name", &self.name);
        violations.check_not_empty("email", &self.email);
        violations.check_not_empty("role", &self.role);
        violations.check_id("group", self.group);
        violations.check_change(*self != Self::new(self.user_id));
    }

    fn decode(response: &RawResponse<'_>) -> Result<SavedUser, ResponseError> {
        response.saved()
    }
}

/// The change of the picture. A new one is sent as a file; only its removal is a parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
enum Avatar {
    #[serde(skip)]
    Kept,
    #[serde(rename = "delete")]
    Deleted,
    #[serde(skip)]
    Changed(Attachment),
}

impl Avatar {
    fn is_not_parameter(&self) -> bool {
        *self != Self::Deleted
    }
}
