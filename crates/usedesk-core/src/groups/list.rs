//! List the groups.

use std::borrow::Cow;

use http::Method;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::answer::{Answer, AnswerError};
use crate::ids::{CompanyId, GroupId, UserId};
use crate::lenient;
use crate::operation::{Operation, Safety};
use crate::users::UserRole;
use crate::violations::Violations;

/// Lists the groups of agents with their members: `POST /groups`, article 51418.
///
/// All groups come at once, there are no pages. The list may have groups that were
/// [deleted](Group::deleted).
///
/// # Errors
///
/// Sending it fails with [`Refused`](crate::ErrorKind::Refused) when the server does not give the
/// list. Reading changes nothing.
///
/// # Examples
///
/// ```
/// use usedesk_core::groups::ListGroups;
///
/// let list = ListGroups::new();
/// # let _ = list;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct ListGroups {}

impl ListGroups {
    /// All groups.
    pub fn new() -> Self {
        Self {}
    }
}

impl Operation for ListGroups {
    type Output = Vec<Group>;

    const NAME: &'static str = "list_groups";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        "/groups".into()
    }

    fn check(&self, _: &mut Violations) {}

    fn decode(answer: &Answer<'_>) -> Result<Self::Output, AnswerError> {
        answer.list()
    }
}

/// A group of agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Group {
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
    /// `is_demo` on the wire. No page has it; public clients of the API show it.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub is_demo: bool,
    /// The agents in it.
    #[serde(default, deserialize_with = "lenient::list")]
    pub users: Vec<Member>,
}

/// An agent in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Member {
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
    /// Where the agent's picture can be fetched.
    #[serde(default, deserialize_with = "lenient::text")]
    pub avatar: Option<String>,
    /// Who is in which group, once more.
    #[serde(default, deserialize_with = "lenient::optional")]
    pub pivot: Option<Pivot>,
}

/// Which agent is in which group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pivot {
    /// The agent.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub user_id: Option<UserId>,
    /// The group.
    #[serde(default, rename = "user_group_id", deserialize_with = "lenient::nobody")]
    pub group_id: Option<GroupId>,
}
