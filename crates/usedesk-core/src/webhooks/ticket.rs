//! A ticket was created or changed.

use serde::{Deserialize, Serialize};

use super::client::EventClient;
use crate::ids::UserId;
use crate::lenient;
use crate::tickets::{Change, ChangeTarget, ChangedValue, CommentFile, Ticket, TicketField};

/// A ticket was created (article 51405).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TicketCreated {
    /// The ticket. Documented webhooks leave some of it out: client name, priority and type.
    pub ticket: Ticket,
    /// The message it began with, in HTML (`ticket.message` on the wire): escape or clean it before
    /// you show it.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub message: String,
    /// The files of that message (`ticket.files` on the wire); those sent as URLs have no name.
    #[serde(default, deserialize_with = "CommentFile::list")]
    pub files: Vec<CommentFile>,
    /// The client who wrote it. Only receivers saw it, the documentation does not have it.
    #[serde(default)]
    pub client: Option<EventClient>,
    /// The additional fields that have a value.
    #[serde(default, deserialize_with = "lenient::list")]
    pub custom_fields: Vec<TicketField>,
    /// The dynamic blocks shown beside it.
    #[serde(default, deserialize_with = "lenient::list")]
    pub custom_blocks: Vec<CustomBlock>,
}

/// A ticket was changed (article 51405).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TicketChanged {
    /// What was changed (`trigger` on the wire). Its `trigger_id` is none when a person did it, its
    /// `user_id` when a rule did.
    #[serde(rename = "trigger")]
    pub change: Change,
    /// The ticket's client. Only receivers saw it, the documentation does not have it.
    #[serde(default)]
    pub client: Option<EventClient>,
    /// The agent the ticket is assigned to. Only receivers saw it.
    #[serde(default, deserialize_with = "lenient::nobody")]
    pub assignee_id: Option<UserId>,
    /// The additional fields that have a value.
    #[serde(default, deserialize_with = "lenient::list")]
    pub custom_fields: Vec<TicketField>,
    /// The dynamic blocks shown beside it.
    #[serde(default, deserialize_with = "lenient::list")]
    pub custom_blocks: Vec<CustomBlock>,
}

impl TicketChanged {
    /// What was changed of this kind; the first if there are several.
    ///
    /// # Examples
    ///
    /// ```
    /// use usedesk_core::TicketStatus;
    /// use usedesk_core::tickets::ChangeTarget;
    /// use usedesk_core::webhooks::TicketChanged;
    ///
    /// fn new_status(event: &TicketChanged) -> Option<TicketStatus> {
    ///     let value = event.value_of(&ChangeTarget::Status)?.value.clone()?;
    ///     serde_json::from_value(value).ok() // 2 or "2"
    /// }
    /// # let payload = r#"{"trigger": {"data": [{"target": "status_id", "value": "2"}]}}"#;
    /// # let event = serde_json::from_str(payload).unwrap();
    /// # assert_eq!(new_status(&event), Some(TicketStatus::Solved));
    /// ```
    #[must_use]
    pub fn value_of(&self, target: &ChangeTarget) -> Option<&ChangedValue> {
        self.change.data.iter().find(|changed| changed.target.as_ref() == Some(target))
    }
}

/// A dynamic block. Its secret key, which comes along, is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CustomBlock {
    /// Its name.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub name: String,
    /// From where its content comes.
    #[serde(default, deserialize_with = "lenient::text_or_empty")]
    pub url: String,
}
