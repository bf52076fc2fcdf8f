//! Values in the requests and responses of tickets.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::decode::lenient::{FromJson, Scalar, Text};
use crate::decode::{open_enum, open_number};

/// The external id of a ticket (`additional_id` on the wire).
///
/// A ticket has the one it was created with. In a chat of an SDK it is the client's chat token, a
/// secret, so `Debug` redacts the text; the value dereferences to it.
///
/// # Examples
///
/// ```
/// use usedesk_core::tickets::ExternalId;
///
/// let id = ExternalId::from("A-7");
/// assert_eq!(&*id, "A-7");
/// assert_eq!(format!("{id:?}"), "ExternalId([redacted])");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ExternalId(String);

impl FromJson for ExternalId {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        Text::from_scalar(scalar).map(|Text(id)| Self(id))
    }
}

impl Deref for ExternalId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for ExternalId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&str> for ExternalId {
    fn from(id: &str) -> Self {
        id.to_owned().into()
    }
}

impl fmt::Debug for ExternalId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExternalId([redacted])")
    }
}

open_enum! {
    /// The priority of a ticket.
    pub enum TicketPriority {
        /// `low`
        Low = "low",
        /// `medium`
        Medium = "medium",
        /// `urgent`
        Urgent = "urgent",
        /// `extreme`
        Extreme = "extreme",
    }
}

open_enum! {
    /// The type of a ticket.
    pub enum TicketType {
        /// `question`
        Question = "question",
        /// `task`
        Task = "task",
        /// `problem`
        Problem = "problem",
        /// `incident`
        Incident = "incident",
    }
}

open_enum! {
    /// Who can see a comment.
    pub enum CommentType {
        /// `public`: agents and the client.
        Public = "public",
        /// `private`: only agents.
        Private = "private",
    }
}

open_enum! {
    /// The side that wrote a comment.
    pub enum AuthorSide {
        /// `user`: an agent.
        Agent = "user",
        /// `client`
        Client = "client",
        /// `trigger`: a rule. Only in older documentation.
        Trigger = "trigger",
        /// `whatsapp`: undocumented, sent by one public client.
        WhatsApp = "whatsapp",
    }
}

open_enum! {
    /// The delivery status of the message of a new ticket or comment. Documented for WhatsApp, seen
    /// in other channels, too.
    pub enum MessageStatus {
        /// `delivered`
        Delivered = "delivered",
        /// `not delivered`: the ticket or comment was still created.
        NotDelivered = "not delivered",
    }
}

open_enum! {
    /// The rights of an agent to a ticket.
    pub enum AccessRights {
        /// `write`
        Write = "write",
        /// `read`
        Read = "read",
    }
}

open_enum! {
    /// The target of a change of a ticket.
    pub enum ChangeTarget {
        /// `subject`
        Subject = "subject",
        /// `ticket_field`: an additional field.
        Field = "ticket_field",
        /// `assignee`: the agent; `assignee_id` also occurs.
        Assignee = "assignee",
        /// `assignee_id`: the agent; `assignee` also occurs.
        AssigneeId = "assignee_id",
        /// `status_id`
        Status = "status_id",
        /// `new_tags`
        NewTags = "new_tags",
        /// `removed_tags`
        RemovedTags = "removed_tags",
        /// `message_from_client`
        MessageFromClient = "message_from_client",
        /// `message_from_bot`: a message from a rule in a chat, which causes no chat event.
        MessageFromBot = "message_from_bot",
        /// `comment_from_agent`
        CommentFromAgent = "comment_from_agent",
        /// `ticket_created`
        TicketCreated = "ticket_created",
        /// `sla_first_reply_time`
        SlaFirstReplyTime = "sla_first_reply_time",
        /// `sla_close_time`
        SlaCloseTime = "sla_close_time",
    }
}

open_number! {
    /// The status of a ticket, a number on the wire. Deleted and merged are statuses, too: the API
    /// has no methods to delete or merge a ticket.
    pub enum TicketStatus {
        /// 1: in progress. Any action on a new ticket opens it.
        Open = 1,
        /// 2: solved, also called executed or completed.
        Solved = 2,
        /// 3: closed.
        Closed = 3,
        /// 4: deleted.
        Deleted = 4,
        /// 5: on hold.
        OnHold = 5,
        /// 6: waiting for something.
        Pending = 6,
        /// 7: spam.
        Spam = 7,
        /// 8: new.
        New = 8,
        /// 9: a newsletter.
        Newsletter = 9,
        /// 10: merged into another ticket.
        Merged = 10,
    }
}
