//! Update an agent.

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
use crate::violations::{ALL_PARAMETERS, Rule, Violations};

/// Changes an agent: `POST /update/user`, article 51416. The answer is the agent's id.
///
/// What is not set stays as it is, and at least one thing must be set. There is no parameter for
/// the password.
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid), and nothing is sent, when a rule
/// below is broken; the error holds every violation. A refusal of the server is
/// [`Refused`](crate::ErrorKind::Rejected). Whether the update may have been made all the same,
/// [`Error::may_have_acted`](crate::Error::may_have_acted) tells; making it twice leaves the agent
/// as making it once does.
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
    // Words in JSON too: that is how the page wants them.
    #[serde_as(as = "Option<DisplayFromStr>")]
    chat_online_status: Option<bool>,
    #[serde_as(as = "Option<DisplayFromStr>")]
    ticket_online_status: Option<bool>,
    #[serde(skip_serializing_if = "Avatar::is_no_word")]
    avatar: Avatar,
}

impl UpdateUser {
    /// An update of this agent, still without a change.
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

    /// Changes the name: `name`. It is not empty.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Changes the e-mail address: `email`. It is not empty.
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }

    /// Changes what the agent may do: `role`.
    pub fn role(mut self, role: UserRole) -> Self {
        self.role = Some(role);
        self
    }

    /// Changes the group: `group`. Whether the agent stays in the groups of before is not
    /// documented.
    pub fn group(mut self, group: impl Into<GroupId>) -> Self {
        self.group = Some(group.into());
        self
    }

    /// Changes the phone: `phone`. How it is to be written is not documented, nor whether an empty
    /// one clears it.
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// Whether the agent is there for chats: `chat_online_status`.
    pub fn chat_online(mut self, is_online: bool) -> Self {
        self.chat_online_status = Some(is_online);
        self
    }

    /// Whether the agent is there for tickets: `ticket_online_status`.
    pub fn ticket_online(mut self, is_online: bool) -> Self {
        self.ticket_online_status = Some(is_online);
        self
    }

    /// Changes the picture, at most [`MAX_AVATAR_BYTES`](super::MAX_AVATAR_BYTES): `avatar`, which
    /// makes the request multipart.
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
        violations.check_id("user_id", self.user_id.0);
        violations.check_optional_length("name", self.name.as_deref(), usize::MAX);
        violations.check_optional_length("email", self.email.as_deref(), usize::MAX);
        let role = self.role.as_ref().map(UserRole::as_str);
        violations.check_optional_length("role", role, usize::MAX);
        violations.check_optional_id("group", self.group.map(|id| id.0));
        if *self == Self::new(self.user_id) {
            violations.push(ALL_PARAMETERS, Rule::Change, "nothing to change");
        }
    }

    fn decode(answer: &RawResponse<'_>) -> Result<SavedUser, ResponseError> {
        answer.saved()
    }
}

/// What becomes of the picture: a file is a part of its own, only the removal is a parameter.
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
    fn is_no_word(&self) -> bool {
        *self != Self::Deleted
    }
}
