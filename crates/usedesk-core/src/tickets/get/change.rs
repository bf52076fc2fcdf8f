//! The history of a ticket.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::date_time::UtcDateTime;
use crate::decode::lenient::{self, Lenient};
use crate::ids::{CompanyId, RuleId, TicketId, UserId};
use crate::tickets::{ChangeTarget, TicketStatus};

/// An entry in the history of a ticket.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Change {
    /// The id.
    pub id: Option<u64>,
    /// The rule that made the change; absent if a person did.
    pub trigger_id: Option<RuleId>,
    /// The agent who made the change; absent if a rule did.
    pub user_id: Option<UserId>,
    /// The ticket.
    pub ticket_id: Option<TicketId>,
    /// The changed values.
    pub data: Vec<ChangedValue>,
    /// When the change was made, [presumably in UTC](UtcDateTime#source).
    pub changed_at: Option<UtcDateTime>,
    /// The status before the change.
    pub old_status: Option<TicketStatus>,
    /// The status after the change.
    pub new_status: Option<TicketStatus>,
    /// The company that owns the help desk.
    pub company_id: Option<CompanyId>,
}

/// A changed value. What its `value` and `old_value` are depends on the target; methods such as
/// [`status`](Self::status) decode them.
///
/// # Examples
///
/// ```
/// use usedesk_core::tickets::ChangedValue;
/// use usedesk_core::{TicketStatus, json, testing};
///
/// # fn main() -> Result<(), usedesk_core::ResponseError> {
/// let sent = json!({"target": "status_id", "value": "2", "old_value": 8});
/// let changed: ChangedValue = testing::decode_part(sent)?;
/// let status = changed.status().expect("the status was changed");
/// assert_eq!((status.old, status.new), (Some(TicketStatus::New), Some(TicketStatus::Solved)));
/// assert_eq!(changed.assignee(), None);
/// # Ok(())
/// # }
/// ```
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChangedValue {
    /// The target of the change.
    pub target: Option<ChangeTarget>,
    /// The value after the change.
    pub value: Option<Value>,
    /// The value before the change.
    pub old_value: Option<Value>,
    /// The service level agreement.
    pub sla_id: Option<u64>,
}

impl ChangedValue {
    /// The status, if the target is [`Status`](ChangeTarget::Status).
    #[must_use]
    pub fn status(&self) -> Option<OldAndNew<TicketStatus>> {
        self.decode(&[ChangeTarget::Status])
    }

    /// The assigned agent, if the target is [`Assignee`](ChangeTarget::Assignee) or
    /// [`AssigneeId`](ChangeTarget::AssigneeId).
    #[must_use]
    pub fn assignee(&self) -> Option<OldAndNew<UserId>> {
        self.decode(&[ChangeTarget::Assignee, ChangeTarget::AssigneeId])
    }

    /// The subject, if the target is [`Subject`](ChangeTarget::Subject).
    #[must_use]
    pub fn subject(&self) -> Option<OldAndNew<String>> {
        self.decode(&[ChangeTarget::Subject])
    }

    /// The value of an additional field as text, if the target is [`Field`](ChangeTarget::Field).
    /// Which field it is, is not documented.
    #[must_use]
    pub fn field(&self) -> Option<OldAndNew<String>> {
        self.decode(&[ChangeTarget::Field])
    }

    /// The tags that were added or removed, if the target is [`NewTags`](ChangeTarget::NewTags) or
    /// [`RemovedTags`](ChangeTarget::RemovedTags). A text is split at its commas. Which value has
    /// removed tags is not documented: if it is not the new one, they are those of the old one.
    #[must_use]
    pub fn tags(&self) -> Option<Vec<String>> {
        let read = |value: &Option<Value>| -> Vec<String> {
            value.as_ref().and_then(|value| lenient::read(value).ok()).unwrap_or_default()
        };
        let tags = read(&self.value);
        match self.target.as_ref()? {
            ChangeTarget::RemovedTags if tags.is_empty() => Some(read(&self.old_value)),
            ChangeTarget::NewTags | ChangeTarget::RemovedTags => Some(tags),
            _ => None,
        }
    }

    fn decode<T>(&self, targets: &[ChangeTarget]) -> Option<OldAndNew<T>>
    where
        Option<T>: Lenient,
    {
        let decode = |value: &Option<Value>| lenient::read(value.as_ref()?).ok().flatten();
        let is_target = targets.contains(self.target.as_ref()?);
        is_target.then(|| OldAndNew { old: decode(&self.old_value), new: decode(&self.value) })
    }
}

/// A value before and after a change. Absent is also what is of another type than documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OldAndNew<T> {
    /// The value before the change.
    pub old: Option<T>,
    /// The value after the change.
    pub new: Option<T>,
}

lenient::objects!(Change, ChangedValue);
