//! The history of a ticket.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::date_time::UtcDateTime;
use crate::decode::lenient;
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

/// A changed value.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ChangedValue {
    /// The target of the change.
    pub target: Option<ChangeTarget>,
    /// The value after the change; its shape depends on the target.
    pub value: Option<Value>,
    /// The value before the change.
    pub old_value: Option<Value>,
    /// The service level agreement.
    pub sla_id: Option<u64>,
}

lenient::objects!(Change, ChangedValue);
