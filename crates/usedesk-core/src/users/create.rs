//! Creating an agent.

use std::borrow::Cow;
use std::fmt;

use http::Method;
use serde::Serialize;
use serde_with::skip_serializing_none;

use crate::decode::{RawResponse, ResponseError};
use crate::encode::Attachment;
use crate::ids::GroupId;
use crate::operation::{Operation, Safety};
use crate::users::{SavedUser, UiLanguage, UserRole};
use crate::violations::Violations;

/// Creates an agent and returns its id: `POST /create/user`, article 51415.
///
/// `Debug` output and violations do not contain the password. [`Serialize`] and a preview do: a
/// preview redacts the API token only. An error quotes the response of the server, even if it
/// contains the password.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if rules below are violated (nothing is sent;
/// the error has every violation), and with [`Rejected`](crate::ErrorKind::Rejected) if the server
/// rejects the request. If [`Error::may_have_acted`](crate::Error::may_have_acted) is true, the
/// agent may exist; whether a second one with the same e-mail address is possible is not
/// documented. If [`Error::is_success_without_id`](crate::Error::is_success_without_id) is true,
/// the agent does exist.
///
/// # Examples
///
/// ```
/// use usedesk_core::users::{CreateUser, UiLanguage, UserRole};
///
/// let create = CreateUser::new("Bob Kalns", "bob@example.com", "correct horse", 5)
///     .role(UserRole::Support)
///     .lang(UiLanguage::English)
///     .send_invite();
/// assert!(!format!("{create:?}").contains("correct horse"));
/// ```
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct CreateUser {
    name: String,
    email: String,
    password: Password,
    group: GroupId,
    role: Option<UserRole>,
    phone: Option<String>,
    #[serde(skip)]
    avatar: Option<Attachment>,
    send_invite: Option<bool>,
    lang: Option<UiLanguage>,
}

impl CreateUser {
    /// Creates a request for an agent with a name, an e-mail address and a password, none of them
    /// empty, and a default group: `name`, `email`, `password`, `group`.
    ///
    /// The rules for passwords are not documented.
    pub fn new(
        name: impl Into<String>,
        email: impl Into<String>,
        password: impl Into<String>,
        group: impl Into<GroupId>,
    ) -> Self {
        Self {
            name: name.into(),
            email: email.into(),
            password: Password(password.into()),
            group: group.into(),
            role: None,
            phone: None,
            avatar: None,
            send_invite: None,
            lang: None,
        }
    }

    /// Sets the role: `role`, by default [employee](UserRole::Employee).
    pub fn role(mut self, role: UserRole) -> Self {
        self.role = Some(role);
        self
    }

    /// Sets the phone: `phone`. Its format is not documented.
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// Sets the picture, at most [`MAX_AVATAR_BYTES`](super::MAX_AVATAR_BYTES): `avatar`. The
    /// request is then multipart.
    pub fn avatar(mut self, picture: Attachment) -> Self {
        self.avatar = Some(picture);
        self
    }

    /// Sends the login data to the agent by e-mail: `send_invite`.
    pub fn send_invite(mut self) -> Self {
        self.send_invite = Some(true);
        self
    }

    /// Sets the language of the user interface: `lang`, by default [Russian](UiLanguage::Russian).
    pub fn lang(mut self, language: UiLanguage) -> Self {
        self.lang = Some(language);
        self
    }
}

impl Operation for CreateUser {
    type Output = SavedUser;

    const NAME: &'static str = "create_user";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Once;
    const FILE_PARAMETER: &'static str = "avatar";

    fn path(&self) -> Cow<'_, str> {
        "/create/user".into()
    }

    fn attachments(&self) -> &[Attachment] {
        self.avatar.as_slice()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_not_empty("name", &self.name);
        violations.check_not_empty("email", &self.email);
        violations.check_not_empty("password", &self.password.0);
        violations.check_id("group", self.group);
        violations.check_not_empty("role", &self.role);
        violations.check_not_empty("lang", &self.lang);
    }

    fn decode(response: &RawResponse<'_>) -> Result<SavedUser, ResponseError> {
        response.saved()
    }
}

/// A text that `Debug` redacts.
#[derive(Clone, PartialEq, Eq, Serialize)]
struct Password(String);

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password([redacted])")
    }
}
