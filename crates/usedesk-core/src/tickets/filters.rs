//! Filters and order of a list of tickets.

use serde::{Serialize, Serializer};
use serde_with::skip_serializing_none;

use crate::decode::open_enum;
use crate::ids::{FieldId, GroupId, UserId};
use crate::tickets::FieldValue;
use crate::tickets::parameters::MAX_FIELD_TEXT;
use crate::violations::{Rule, Violations};

/// A filter by assignee, an item of `fassigned` (51376).
///
/// # Examples
///
/// ```
/// use usedesk_core::tickets::{Assigned, ListTickets};
///
/// // Assigned to agent 17 in group 5, or to nobody.
/// let list = ListTickets::new().assigned(Assigned::within(5, 17)).assigned(Assigned::to_nobody());
/// # let _ = list;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Assigned(Assignee);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Assignee {
    Agent(UserId),
    AgentInGroup(GroupId, UserId),
    GroupOnly,
    Nobody,
}

impl Assigned {
    /// Matches tickets that are assigned to this agent, in any group.
    #[must_use]
    pub fn to(agent: impl Into<UserId>) -> Self {
        Self(Assignee::Agent(agent.into()))
    }

    /// Matches tickets that are assigned to this agent in this group.
    #[must_use]
    pub fn within(group: impl Into<GroupId>, agent: impl Into<UserId>) -> Self {
        Self(Assignee::AgentInGroup(group.into(), agent.into()))
    }

    /// Matches tickets that are assigned to a group, but to no agent.
    #[must_use]
    pub fn to_group_only() -> Self {
        Self(Assignee::GroupOnly)
    }

    /// Matches tickets that are assigned to no agent and no group.
    #[must_use]
    pub fn to_nobody() -> Self {
        Self(Assignee::Nobody)
    }

    pub(super) fn check(self, position: usize, violations: &mut Violations) {
        let (agent, group) = match self.0 {
            Assignee::Agent(agent) => (Some(agent), None),
            Assignee::AgentInGroup(group, agent) => (Some(agent), Some(group)),
            Assignee::GroupOnly | Assignee::Nobody => (None, None),
        };
        violations.check_id(format_args!("fassigned[{position}][assignee_id]"), agent);
        violations.check_id(format_args!("fassigned[{position}][group_id]"), group);
    }
}

impl Serialize for Assigned {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Id {
            Known(u64),
            Word(&'static str),
        }

        #[skip_serializing_none]
        #[derive(Serialize)]
        struct Filter {
            assignee_id: Id,
            group_id: Option<Id>,
        }

        let unassigned = || Id::Word("unassigned");
        let (assignee_id, group_id) = match self.0 {
            Assignee::Agent(agent) => (Id::Known(agent.0), None),
            Assignee::AgentInGroup(group, agent) => (Id::Known(agent.0), Some(Id::Known(group.0))),
            Assignee::GroupOnly => (unassigned(), None),
            Assignee::Nobody => (unassigned(), Some(unassigned())),
        };
        Filter { assignee_id, group_id }.serialize(serializer)
    }
}

/// A filter by additional field, an item of `fields`. Undocumented, seen in public clients.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldFilter {
    id: FieldId,
    value: Condition,
}

/// A condition on the value of a field, a text on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Condition {
    Is(FieldValue),
    Empty,
    NotEmpty,
}

const EMPTY: &str = "empty";
const NOT_EMPTY: &str = "not_empty";

impl Serialize for Condition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Is(value) => serializer.collect_str(value),
            Self::Empty => serializer.serialize_str(EMPTY),
            Self::NotEmpty => serializer.serialize_str(NOT_EMPTY),
        }
    }
}

impl FieldFilter {
    /// Creates a filter for a field that has this value.
    #[must_use]
    pub fn is(field: impl Into<FieldId>, value: impl Into<FieldValue>) -> Self {
        Self { id: field.into(), value: Condition::Is(value.into()) }
    }

    /// Creates a filter for a field without a value.
    #[must_use]
    pub fn empty(field: impl Into<FieldId>) -> Self {
        Self { id: field.into(), value: Condition::Empty }
    }

    /// Creates a filter for a field with any value.
    #[must_use]
    pub fn not_empty(field: impl Into<FieldId>) -> Self {
        Self { id: field.into(), value: Condition::NotEmpty }
    }

    pub(super) fn check(&self, position: usize, violations: &mut Violations) {
        violations.check_id(format_args!("fields[{position}][id]"), self.id);
        let parameter = format!("fields[{position}][value]");
        match &self.value {
            Condition::Is(FieldValue::Text(text)) => {
                violations.check_length(&parameter, text, 1..=MAX_FIELD_TEXT);
                if matches!(text.as_str(), EMPTY | NOT_EMPTY) {
                    let rule = "not be a text that the server reads as a condition";
                    violations.push(parameter, Rule::Custom(rule.into()), &**text);
                }
            }
            Condition::Is(FieldValue::Option(option)) => violations.check_id(parameter, option),
            Condition::Is(FieldValue::Checkbox(_)) | Condition::Empty | Condition::NotEmpty => {}
        }
    }
}

open_enum! {
    /// The sort key of a list of tickets. Undocumented, seen in public clients.
    pub enum TicketSort {
        /// `id`: the order of creation.
        Id = "id",
        /// `status_id`
        Status = "status_id",
        /// `client_id`
        Client = "client_id",
        /// `assignee_id`
        Assignee = "assignee_id",
        /// `group`
        Group = "group",
        /// `last_updated_at`
        LastUpdatedAt = "last_updated_at",
        /// `published_at`
        PublishedAt = "published_at",
    }
}
