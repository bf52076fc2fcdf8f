//! List the groups.

use std::borrow::Cow;

use http::Method;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::decode::{RawResponse, ResponseError, Rows, lenient};
use crate::ids::{CompanyId, GroupId, UserId};
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
/// Sending it fails with [`Refused`](crate::ErrorKind::Rejected) when the server does not give the
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
    type Output = Rows<Group>;

    const NAME: &'static str = "list_groups";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        "/groups".into()
    }

    fn check(&self, _: &mut Violations) {}

    fn decode(answer: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        answer.list()
    }
}

/// A group of agents.
#[serde_with::apply(
    _ => #[serde(default, deserialize_with = "lenient::read")],
    Option<DateTime> => #[serde(serialize_with = "lenient::date_time::serialize")],
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Group {
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
    /// `is_demo` on the wire. No page has it; public clients of the API show it.
    pub is_demo: Option<bool>,
    /// The agents in it.
    pub users: Rows<Member>,
}

/// An agent in a group.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Member {
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
    /// Where the agent's picture can be fetched.
    pub avatar: Option<String>,
    /// Who is in which group, once more.
    pub pivot: Option<Pivot>,
}

/// Which agent is in which group.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pivot {
    /// The agent.
    pub user_id: Option<UserId>,
    /// The group.
    #[serde(rename = "user_group_id")]
    pub group_id: Option<GroupId>,
}

lenient::objects!(Pivot);
