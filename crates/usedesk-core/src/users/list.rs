//! List the agents.

use std::borrow::Cow;

use http::Method;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::answer::{Answer, AnswerError};
use crate::groups::Pivot;
use crate::ids::{CompanyId, GroupId, UserId};
use crate::lenient;
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
/// below is broken, and with [`Refused`](crate::ErrorKind::Refused) when the server
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
    type Output = Vec<User>;

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

    fn decode(answer: &Answer<'_>) -> Result<Self::Output, AnswerError> {
        answer.list()
    }
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// The agent's id.
    pub id: UserId,
    /// The agent's name.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub name: String,
    /// The agent's e-mail address.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub email: String,
    /// The agent's position.
    #[serde(default, deserialize_with = "lenient::text")]
    pub position: Option<String>,
    /// What the agent may do.
    #[serde(default, deserialize_with = "lenient::word")]
    pub role: Option<UserRole>,
    /// The agent's phone.
    #[serde(default, deserialize_with = "lenient::text")]
    pub phone: Option<String>,
    /// Whether the agent is there for chats.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub chat_online_status: bool,
    /// Whether the agent is there for tickets.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub online_status: bool,
    /// Where the agent's picture can be fetched. No page has it; public clients of the API show it.
    #[serde(default, deserialize_with = "lenient::text")]
    pub avatar: Option<String>,
    /// The groups the agent is in.
    #[serde(default, deserialize_with = "lenient::list")]
    pub groups: Vec<UserGroup>,
}

/// A group that an agent is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserGroup {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub name: String,
    /// The company whose help desk it is in.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub company_id: Option<CompanyId>,
    /// Whether it was deleted.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub deleted: bool,
    /// When it was deleted.
    #[serde(default, with = "lenient::date_time")]
    pub deleted_at: Option<DateTime>,
    /// Whether it has working hours of its own.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub custom_working_time: bool,
    /// Its time zone.
    #[serde(default, deserialize_with = "lenient::text")]
    pub timezone: Option<String>,
    /// `is_demo` on the wire; what it means is not documented.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub is_demo: bool,
    /// Who is in which group, once more.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub pivot: Option<Pivot>,
}
