//! The values that ticket parameters and answers take.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::decode::lenient::{FromJson, Scalar, Text};
use crate::decode::{open_enum, open_number};
use crate::encode::JoinItem;

/// The external id of a ticket (`additional_id` on the wire): what it was created with or, in a chat
/// of an SDK, the client's chat token. Since that is a secret, `Debug` leaves the text out; the value
/// dereferences to it.
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
    /// How urgent a ticket is.
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

impl JoinItem for TicketPriority {
    fn append_to(&self, text: &mut String) {
        self.as_str().append_to(text);
    }
}

open_enum! {
    /// What a ticket is about.
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

impl JoinItem for TicketType {
    fn append_to(&self, text: &mut String) {
        self.as_str().append_to(text);
    }
}

open_enum! {
    /// Who can see a comment.
    pub enum CommentType {
        /// `public`: the client too.
        Public = "public",
        /// `private`: agents only.
        Private = "private",
    }
}

open_enum! {
    /// Who wrote a comment.
    pub enum AuthorSide {
        /// `user`: an agent.
        Agent = "user",
        /// `client`
        Client = "client",
        /// `trigger`: a rule. Only older documentation has it.
        Trigger = "trigger",
        /// `whatsapp`: sent by one public client; no page has it.
        WhatsApp = "whatsapp",
    }
}

open_enum! {
    /// What became of the message of a new ticket or comment. Documented for WhatsApp; seen in
    /// other channels too.
    pub enum MessageStatus {
        /// `delivered`
        Delivered = "delivered",
        /// `not delivered`: the ticket or comment was created all the same.
        NotDelivered = "not delivered",
    }
}

open_enum! {
    /// What an agent may do with a ticket.
    pub enum AccessRights {
        /// `write`
        Write = "write",
        /// `read`
        Read = "read",
    }
}

open_enum! {
    /// What a change of a ticket is about.
    pub enum ChangeTarget {
        /// `subject`
        Subject = "subject",
        /// `ticket_field`: an additional field.
        Field = "ticket_field",
        /// `assignee`: the agent; `assignee_id` occurs too.
        Assignee = "assignee",
        /// `assignee_id`: the agent; `assignee` occurs too.
        AssigneeId = "assignee_id",
        /// `status_id`
        Status = "status_id",
        /// `new_tags`
        NewTags = "new_tags",
        /// `removed_tags`
        RemovedTags = "removed_tags",
        /// `message_from_client`
        MessageFromClient = "message_from_client",
        /// `message_from_bot`: what a rule wrote in a chat, which sends no chat event.
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
    /// Where a ticket stands, a number on the wire. There are no methods to delete or merge a
    /// ticket: these are statuses too.
    pub enum TicketStatus {
        /// 1: being worked on. Any action on a new ticket opens it.
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

impl JoinItem for TicketStatus {
    fn append_to(&self, text: &mut String) {
        self.number().append_to(text);
    }
}
