//! Listing the groups.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};

use crate::date_time::UtcDateTime;
use crate::decode::{RawResponse, ResponseError, Rows, lenient};
use crate::ids::{CompanyId, GroupId, UserId};
use crate::operation::{Operation, Safety};
use crate::users::UserRole;
use crate::violations::Violations;

/// Lists the groups of agents with their members: `POST /groups`, article 51418.
///
/// The response has all groups; there is no pagination. It may include
/// [deleted](Group::deleted) groups.
///
/// # Errors
///
/// Fails with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the request. Reading
/// changes nothing.
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
    /// Creates a request for all groups.
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

    fn decode(response: &RawResponse<'_>) -> Result<Self::Output, ResponseError> {
        response.list()
    }
}

/// A group of agents.
///
/// [`ListGroups`] returns its members, and [`ListUsers`](crate::users::ListUsers) its pivot.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Group {
    /// The id.
    #[serde_with(skip_apply)]
    pub id: GroupId,
    /// The name.
    pub name: String,
    /// The company that owns the help desk.
    pub company_id: Option<CompanyId>,
    /// Whether the group was deleted.
    pub deleted: Option<bool>,
    /// When the group was deleted, [presumably in UTC](UtcDateTime#source).
    pub deleted_at: Option<UtcDateTime>,
    /// Whether the group has its own working hours.
    pub custom_working_time: Option<bool>,
    /// The time zone.
    pub timezone: Option<String>,
    /// `is_demo` on the wire. Undocumented, seen in public clients of the API.
    pub is_demo: Option<bool>,
    /// The agents in the group (`users` on the wire); empty in
    /// [`ListUsers`](crate::users::ListUsers), which does not return them.
    pub users: Rows<Member>,
    /// The agent and the group once more; only in [`ListUsers`](crate::users::ListUsers).
    pub pivot: Option<Pivot>,
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
    /// The agent's role.
    pub role: Option<UserRole>,
    /// The agent's phone.
    pub phone: Option<String>,
    /// The URL of the agent's picture.
    pub avatar: Option<String>,
    /// The agent and the group once more.
    pub pivot: Option<Pivot>,
}

/// An agent and a group that the agent is in.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pivot {
    /// The agent.
    pub user_id: Option<UserId>,
    /// The group (`user_group_id` on the wire).
    #[serde(rename = "user_group_id")]
    pub group_id: Option<GroupId>,
}

lenient::objects!(Pivot);
