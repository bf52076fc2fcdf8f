//! Listing the agents.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::decode::{RawResponse, ResponseError, Rows, lenient};
use crate::groups::Group;
use crate::ids::{GroupId, UserId};
use crate::operation::{Operation, Safety};
use crate::users::UserRole;
use crate::violations::Violations;

/// Lists agents with their groups: `POST /users`, articles 51414 (English) and 49529 (Russian).
///
/// The response has all agents; there is no pagination. The default [role](Self::role) is
/// `employee` on both pages, so without a role administrators may be missing; this is not known. To
/// list everyone, send one request for each role.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if a rule below is violated (nothing is sent),
/// and with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the request. Reading
/// changes nothing.
///
/// # Examples
///
/// ```
/// use usedesk_core::users::{ListUsers, UserRole};
///
/// let list = ListUsers::new().role(UserRole::Admin);
/// # let _ = list;
/// ```
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct ListUsers {
    user_type: Option<UserRole>,
    group_id: Option<GroupId>,
    query: Option<String>,
    user_id: Option<UserId>,
}

impl ListUsers {
    /// Creates a request without filters.
    pub fn new() -> Self {
        Self::default()
    }

    /// Filters by role: `user_type`.
    pub fn role(mut self, role: UserRole) -> Self {
        self.user_type = Some(role);
        self
    }

    /// Filters by group: `group_id`.
    pub fn group(mut self, group: impl Into<GroupId>) -> Self {
        self.group_id = Some(group.into());
        self
    }

    /// Searches for this text, at least one character: `query`. Where the server searches is not
    /// documented.
    pub fn query(mut self, text: impl Into<String>) -> Self {
        self.query = Some(text.into());
        self
    }

    /// Filters by agent: `user_id`. The response is still a list.
    pub fn user(mut self, agent: impl Into<UserId>) -> Self {
        self.user_id = Some(agent.into());
        self
    }
}

impl Operation for ListUsers {
    type Output = Rows<User>;

    const NAME: &'static str = "list_users";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        "/users".into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_not_empty("user_type", &self.user_type);
        violations.check_id("group_id", self.group_id);
        violations.check_not_empty("query", &self.query);
        violations.check_id("user_id", self.user_id);
    }

    fn decode(response: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        response.list()
    }
}

/// An agent.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// The agent's id.
    #[serde_with(skip_apply)]
    pub id: UserId,
    /// The agent's name.
    pub name: String,
    /// The agent's e-mail address.
    pub email: String,
    /// The agent's position.
    pub position: Option<String>,
    /// The agent's role.
    pub role: Option<UserRole>,
    /// The agent's phone.
    pub phone: Option<String>,
    /// Whether the agent is available for chats.
    pub chat_online_status: Option<bool>,
    /// Whether the agent is available for tickets.
    pub online_status: Option<bool>,
    /// The URL of the agent's picture. Undocumented, seen in public clients of the API.
    pub avatar: Option<String>,
    /// The agent's groups.
    pub groups: Rows<Group>,
}

lenient::objects!(User);
