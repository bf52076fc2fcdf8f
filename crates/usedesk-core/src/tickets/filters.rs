//! What lists of tickets are filtered and sorted by.

use serde::{Serialize, Serializer};
use serde_with::skip_serializing_none;

use crate::decode::open_enum;
use crate::ids::{FieldId, GroupId, UserId};
use crate::tickets::FieldValue;
use crate::tickets::parameters::MAX_FIELD_TEXT;
use crate::violations::{Rule, Violations};

/// To whom a ticket is assigned: one of the filters `fassigned` (51376).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Assigned {
    /// To this agent, in whatever group.
    To(UserId),
    /// To this agent in this group.
    In(GroupId, UserId),
    /// To a group, and in it to no agent.
    ToGroup,
    /// To nobody at all.
    Nobody,
}

impl Assigned {
    pub(super) fn check(self, position: usize, violations: &mut Violations) {
        let (agent, group) = match self {
            Self::To(agent) => (Some(agent.0), None),
            Self::In(group, agent) => (Some(agent.0), Some(group.0)),
            Self::ToGroup | Self::Nobody => (None, None),
        };
        for (name, id) in [("assignee_id", agent), ("group_id", group)] {
            if let Some(id) = id {
                violations.check_id(format_args!("fassigned[{position}][{name}]"), id);
            }
        }
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

        let nobody = || Id::Word("unassigned");
        let (assignee_id, group_id) = match *self {
            Self::To(agent) => (Id::Known(agent.0), None),
            Self::In(group, agent) => (Id::Known(agent.0), Some(Id::Known(group.0))),
            Self::ToGroup => (nobody(), None),
            Self::Nobody => (nobody(), Some(nobody())),
        };
        Filter { assignee_id, group_id }.serialize(serializer)
    }
}

/// What an additional field holds: one of the filters `fields`. Seen in client code, not in the
/// documentation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldFilter {
    id: FieldId,
    value: Condition,
}

/// What a field holds, a text on the wire.
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
    /// The field has this value.
    #[must_use]
    pub fn is(field: impl Into<FieldId>, value: impl Into<FieldValue>) -> Self {
        Self { id: field.into(), value: Condition::Is(value.into()) }
    }

    /// The field has no value.
    #[must_use]
    pub fn empty(field: impl Into<FieldId>) -> Self {
        Self { id: field.into(), value: Condition::Empty }
    }

    /// The field has a value, whichever.
    #[must_use]
    pub fn not_empty(field: impl Into<FieldId>) -> Self {
        Self { id: field.into(), value: Condition::NotEmpty }
    }

    pub(super) fn check(&self, position: usize, violations: &mut Violations) {
        violations.check_id(format_args!("fields[{position}][id]"), self.id.0);
        let parameter = format_args!("fields[{position}][value]");
        match &self.value {
            Condition::Is(FieldValue::Text(text)) => {
                violations.check_length(parameter, text, 1..=MAX_FIELD_TEXT);
                if matches!(text.as_str(), EMPTY | NOT_EMPTY) {
                    let rule = "be another text, since the server takes this one for a condition";
                    violations.push(parameter, Rule::Custom(rule.into()), &**text);
                }
            }
            Condition::Is(FieldValue::Option(option)) => violations.check_id(parameter, option.0),
            Condition::Is(FieldValue::Checkbox(_)) | Condition::Empty | Condition::NotEmpty => {}
        }
    }
}

open_enum! {
    /// By what tickets are sorted. Seen in client code, not in the documentation.
    pub enum TicketSort {
        /// `id`: the order in which they were created.
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
