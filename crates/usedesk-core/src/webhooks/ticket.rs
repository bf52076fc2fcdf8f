//! A ticket was created or changed.

use serde::{Deserialize, Deserializer, Serialize};

use crate::decode::lenient;
use crate::ids::{FieldId, UserId};
use crate::tickets::{Change, ChangeTarget, ChangedValue, CommentFile, Ticket, TicketField};

use super::client::EventClient;
use super::error::ReadError;
use super::payload::Payload;

/// A ticket was created (article 51405).
///
/// Serde writes and reads it with the members it has here. In what Usedesk sends, some are inside
/// `ticket`: serde alone would lose them without a word, a [`Receiver`](super::Receiver) reads them.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TicketCreated {
    /// The ticket. Documented webhooks leave some of it out: client name, priority and type.
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::object")]
    pub ticket: Ticket,
    /// The message it began with, in HTML (`ticket.message` on the wire): escape or clean it before
    /// you show it.
    pub message: String,
    /// The files of that message (`ticket.files` on the wire); those sent as URLs have no name.
    pub files: Vec<CommentFile>,
    /// The client who wrote it. Only receivers saw it, the documentation does not have it.
    pub client: Option<EventClient>,
    /// The additional fields that have a value.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "fields")]
    pub custom_fields: Vec<TicketField>,
    /// The dynamic blocks shown beside it.
    pub custom_blocks: Vec<CustomBlock>,
    /// Everything that was sent.
    pub payload: Payload,
}

impl TicketCreated {
    pub(super) fn read(payload: &Payload) -> Result<Self, ReadError> {
        let mut created: Self = payload.read()?;
        Inside::read(payload)?.join(
            &mut created.message,
            &mut created.files,
            &mut created.custom_fields,
            &mut created.custom_blocks,
        );
        Ok(created)
    }
}

/// A ticket was changed (article 51405).
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TicketChanged {
    /// What was changed (`trigger` on the wire). Its `trigger_id` is none when a person did it, its
    /// `user_id` when a rule did.
    #[serde_with(skip_apply)]
    #[serde(rename = "trigger", deserialize_with = "lenient::object")]
    pub change: Change,
    /// The ticket's client. Only receivers saw it, the documentation does not have it.
    pub client: Option<EventClient>,
    /// The agent the ticket is assigned to. Only receivers saw it.
    pub assignee_id: Option<UserId>,
    /// The additional fields that have a value.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "fields")]
    pub custom_fields: Vec<TicketField>,
    /// The dynamic blocks shown beside it.
    pub custom_blocks: Vec<CustomBlock>,
    /// Everything that was sent.
    pub payload: Payload,
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
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CustomBlock {
    /// Its name.
    pub name: String,
    /// From where its content comes.
    pub url: String,
}

/// What the documentation has inside a ticket, and receivers in part beside it.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Default, Deserialize)]
pub(super) struct Inside {
    message: String,
    files: Vec<CommentFile>,
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "fields")]
    custom_fields: Vec<TicketField>,
    custom_blocks: Vec<CustomBlock>,
}

impl Inside {
    /// Reads what is inside the ticket of a payload, if it has one.
    pub(super) fn read(payload: &Payload) -> Result<Self, ReadError> {
        #[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
        #[derive(Deserialize)]
        struct Sent {
            ticket: Option<Inside>,
        }

        payload.read().map(|Sent { ticket }| ticket.unwrap_or_default())
    }

    /// Adds it to what is beside the ticket. Of two messages the ticket's own counts.
    pub(super) fn join(
        self,
        message: &mut String,
        files: &mut Vec<CommentFile>,
        custom_fields: &mut Vec<TicketField>,
        custom_blocks: &mut Vec<CustomBlock>,
    ) {
        /// The same list in both places is there once.
        fn put_before<T: PartialEq>(list: &mut Vec<T>, items: Vec<T>) {
            if *list != items {
                list.splice(..0, items);
            }
        }

        if !self.message.is_empty() {
            *message = self.message;
        }
        put_before(files, self.files);
        put_before(custom_fields, self.custom_fields);
        put_before(custom_blocks, self.custom_blocks);
    }
}

lenient::objects!(CustomBlock, Inside);

/// Reads additional fields that have an id. Where a receiver saw `ticket_field_id`, that is the
/// field's id, and not what may be in `id`.
pub(super) fn fields<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<TicketField>, D::Error> {
    #[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
    #[derive(Deserialize)]
    struct Field {
        ticket_field_id: Option<FieldId>,
        id: Option<FieldId>,
        name: String,
        value: Option<String>,
    }

    lenient::objects!(Field);

    let field = |Field { ticket_field_id, id, name, value }| {
        Some(TicketField { id: ticket_field_id.or(id)?, name, value })
    };
    Ok(lenient::read::<_, Vec<Field>>(d)?.into_iter().filter_map(field).collect())
}
