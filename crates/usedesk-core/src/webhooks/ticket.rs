//! Events of tickets.

use serde::{Deserialize, Deserializer, Serialize};

use crate::decode::lenient;
use crate::ids::{FieldId, UserId};
use crate::tickets::{Change, ChangeTarget, ChangedValue, CommentFile, Ticket, TicketField};

use super::client::EventClient;
use super::error::ReadError;
use super::payload::Payload;

/// A ticket was created (article 51405).
///
/// Use serde to store it only. To decode what Usedesk sends, use a [`Receiver`](super::Receiver):
/// there some members are inside `ticket`, and serde alone would silently drop them.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TicketCreated {
    /// The ticket. In documented webhooks the client name, priority and type are absent.
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::object")]
    pub ticket: Ticket,
    /// The first message, in HTML (`ticket.message` on the wire): sanitize it before you show it.
    pub message: String,
    /// The files of the first message (`ticket.files` on the wire). Files sent as URLs have no
    /// name.
    pub files: Vec<CommentFile>,
    /// The client. Undocumented, seen by public receivers.
    pub client: Option<EventClient>,
    /// The additional fields that have a value.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "fields")]
    pub custom_fields: Vec<TicketField>,
    /// The dynamic blocks of the ticket.
    pub custom_blocks: Vec<CustomBlock>,
    /// Everything that was sent, except secrets.
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
    /// The change (`trigger` on the wire). Its `trigger_id` is absent if a person made it, its
    /// `user_id` if a rule did.
    #[serde_with(skip_apply)]
    #[serde(rename = "trigger", deserialize_with = "lenient::object")]
    pub change: Change,
    /// The client of the ticket. Undocumented, seen by public receivers.
    pub client: Option<EventClient>,
    /// The agent assigned to the ticket. Undocumented, seen by public receivers.
    pub assignee_id: Option<UserId>,
    /// The additional fields that have a value.
    #[serde_with(skip_apply)]
    #[serde(default, deserialize_with = "fields")]
    pub custom_fields: Vec<TicketField>,
    /// The dynamic blocks of the ticket.
    pub custom_blocks: Vec<CustomBlock>,
    /// Everything that was sent, except secrets.
    pub payload: Payload,
}

impl TicketChanged {
    /// Returns the first changed value with this target.
    ///
    /// # Examples
    ///
    /// ```
    /// use usedesk_core::TicketStatus;
    /// use usedesk_core::tickets::ChangeTarget;
    /// use usedesk_core::webhooks::TicketChanged;
    ///
    /// fn new_status(event: &TicketChanged) -> Option<TicketStatus> {
    ///     event.value_of(&ChangeTarget::Status)?.status()?.new
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

/// A dynamic block of a ticket, without its secret key.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CustomBlock {
    /// The name.
    pub name: String,
    /// The URL that serves its content.
    pub url: String,
}

/// The members that the documentation has inside the ticket, and receivers saw partly beside it.
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
    /// Reads the members inside the ticket of a payload, if it has one.
    pub(super) fn read(payload: &Payload) -> Result<Self, ReadError> {
        #[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
        #[derive(Deserialize)]
        struct Sent {
            ticket: Option<Inside>,
        }

        payload.read().map(|Sent { ticket }| ticket.unwrap_or_default())
    }

    /// Merges them with the members beside the ticket. The ticket's own message takes precedence.
    pub(super) fn join(
        self,
        message: &mut String,
        files: &mut Vec<CommentFile>,
        custom_fields: &mut Vec<TicketField>,
        custom_blocks: &mut Vec<CustomBlock>,
    ) {
        /// Prepends the items, unless both places have the same list.
        fn prepend<T: PartialEq>(list: &mut Vec<T>, items: Vec<T>) {
            if *list != items {
                list.splice(..0, items);
            }
        }

        if !self.message.is_empty() {
            *message = self.message;
        }
        prepend(files, self.files);
        prepend(custom_fields, self.custom_fields);
        prepend(custom_blocks, self.custom_blocks);
    }
}

lenient::objects!(CustomBlock, Inside);

/// Reads additional fields that have an id. A `ticket_field_id`, seen by a receiver, takes
/// precedence over `id` as the id of the field.
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
