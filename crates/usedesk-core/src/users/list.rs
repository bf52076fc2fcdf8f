//! List the agents.

use std::borrow::Cow;

use http::Method;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::decode::{RawResponse, ResponseError, Rows, lenient};
use crate::groups::Pivot;
use crate::ids::{CompanyId, GroupId, UserId};
use crate::operation::{Operation, Safety};
use crate::users::UserRole;
use crate::violations::Violations;

/// Lists agents with the groups they are in: `POST /users`, articles 51414 (English) and 49529
/// (Russian).
///
/// They come at once, there are no pages. Both pages give the [role](Self::role) a default,
/// `employee`, so without a role administrators may be missing; whether they are is not known. For
/// everybody, ask once for each role.
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid), and nothing is sent, when a rule
/// below is broken, and with [`Refused`](crate::ErrorKind::Rejected) when the server
/// does not give the list. Reading changes nothing.
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
    /// The agents, without a filter of ours.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those with this role: `user_type`.
    pub fn role(mut self, role: UserRole) -> Self {
        self.user_type = Some(role);
        self
    }

    /// Only those in this group: `group_id`.
    pub fn group(mut self, group: impl Into<GroupId>) -> Self {
        self.group_id = Some(group.into());
        self
    }

    /// Only those who match this text: `query`. It is not empty; what it is compared with is not
    /// documented.
    pub fn query(mut self, text: impl Into<String>) -> Self {
        self.query = Some(text.into());
        self
    }

    /// Only this agent: `user_id`. The answer is a list all the same.
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
        let role = self.user_type.as_ref().map(UserRole::as_str);
        violations.check_optional_length("user_type", role, usize::MAX);
        violations.check_optional_id("group_id", self.group_id.map(|id| id.0));
        violations.check_optional_length("query", self.query.as_deref(), usize::MAX);
        violations.check_optional_id("user_id", self.user_id.map(|id| id.0));
    }

    fn decode(answer: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        answer.list()
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
    /// What the agent may do.
    pub role: Option<UserRole>,
    /// The agent's phone.
    pub phone: Option<String>,
    /// Whether the agent is there for chats.
    pub chat_online_status: Option<bool>,
    /// Whether the agent is there for tickets.
    pub online_status: Option<bool>,
    /// Where the agent's picture can be fetched. No page has it; public clients of the API show it.
    pub avatar: Option<String>,
    /// The groups the agent is in.
    pub groups: Rows<UserGroup>,
}

/// A group that an agent is in.
#[serde_with::apply(
    _ => #[serde(default, deserialize_with = "lenient::read")],
    Option<DateTime> => #[serde(serialize_with = "lenient::date_time::serialize")],
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserGroup {
    /// Its id.
    #[serde_with(skip_apply)]
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// The company whose help desk it is in.
    pub company_id: Option<CompanyId>,
    /// Whether it was deleted.
    pub deleted: Option<bool>,
    /// When it was deleted.
    pub deleted_at: Option<DateTime>,
    /// Whether it has working hours of its own.
    pub custom_working_time: Option<bool>,
    /// Its time zone.
    pub timezone: Option<String>,
    /// `is_demo` on the wire; what it means is not documented.
    pub is_demo: Option<bool>,
    /// Who is in which group, once more.
    pub pivot: Option<Pivot>,
}

lenient::objects!(User);
