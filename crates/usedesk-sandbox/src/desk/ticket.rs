//! Tickets with their comments and history.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{CommentFile, now};

/// A ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Ticket {
    /// Its id.
    pub id: u64,
    /// Its subject.
    pub subject: String,
    /// 1 open, 2 solved, 3 closed, 4 deleted, 5 on hold, 6 pending, 7 spam, 8 new, 9 newsletter,
    /// 10 merged.
    #[serde(default = "Ticket::default_status")]
    pub status: u64,
    /// `low`, `medium`, `urgent` or `extreme`.
    #[serde(default = "medium")]
    pub priority: String,
    /// Its type: `question`, `task`, `problem` or `incident`.
    #[serde(rename = "type", default = "question")]
    pub kind: String,
    /// The client it belongs to.
    pub client_id: u64,
    /// The group it is assigned to, if any.
    #[serde(default)]
    pub group: Option<u64>,
    /// The agent it is assigned to, if any.
    #[serde(default)]
    pub assignee: Option<u64>,
    /// The channel it came through.
    #[serde(default = "Ticket::default_channel")]
    pub channel_id: u64,
    /// The caller's own id of the ticket; empty if absent.
    #[serde(default)]
    pub additional_id: String,
    /// When agents are reminded of it. Only a document sets it.
    #[serde(default)]
    pub remind_at: Option<String>,
    /// Its tags, oldest first.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The values of additional fields and nested lists by field id: the text, `true` or `false`
    /// for a checkbox, the option id for a list. A field without a value is absent.
    #[serde(default)]
    pub fields: BTreeMap<u64, String>,
    /// Its messages, oldest first.
    #[serde(default)]
    pub comments: Vec<Comment>,
    /// Changes made through the API, oldest first.
    #[serde(default)]
    pub changes: Vec<Change>,
    /// When it was created.
    #[serde(default = "now")]
    pub published_at: String,
    /// When it last changed.
    #[serde(default = "now")]
    pub last_updated_at: String,
}

impl Ticket {
    pub(crate) const OPEN: u64 = 1;
    pub(crate) const NEW: u64 = 8;

    fn default_status() -> u64 {
        Self::NEW
    }

    fn default_channel() -> u64 {
        3
    }

    /// Changes the status from new to open, as any action on a ticket does.
    pub(crate) fn open_if_new(&mut self) {
        if self.status == Self::NEW {
            self.status = Self::OPEN;
        }
    }
}

/// A comment of a ticket, with the members of a `/ticket` response (EN 51377).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Comment {
    /// Its id.
    #[serde(default)]
    pub id: u64,
    /// The text, in HTML.
    pub message: String,
    /// `user` (an agent), `client` or `trigger` (a rule).
    pub from: String,
    /// `public` or `private`.
    #[serde(rename = "type", default = "public")]
    pub kind: String,
    /// The agent who wrote it.
    #[serde(default)]
    pub user_id: Option<u64>,
    /// The client who wrote it.
    #[serde(default)]
    pub client_id: Option<u64>,
    /// The ticket it is in.
    #[serde(default)]
    pub ticket_id: u64,
    /// 1 for the first comment of a ticket, else 0.
    #[serde(default)]
    pub is_first: u8,
    /// 1 once delivered, else 0.
    #[serde(default = "delivered")]
    pub delivered: u8,
    /// 1 once read, else 0. The misspelling is Usedesk's.
    #[serde(default)]
    pub readed: u8,
    /// When it was written.
    #[serde(default = "now")]
    pub published_at: String,
    /// The attached files.
    #[serde(default)]
    pub files: Vec<CommentFile>,
    /// Recipients of a copy.
    #[serde(default)]
    pub cc: Vec<String>,
    /// Recipients of a blind copy.
    #[serde(default)]
    pub bcc: Vec<String>,
}

/// An entry in the history of a ticket, with the members of a `/ticket` response (EN 51377).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Change {
    /// Its id.
    pub id: u64,
    /// The trigger that made the change. Always `None`: the sandbox has no triggers.
    pub trigger_id: Option<u64>,
    /// The agent who made the change, if the request has a `user_id`.
    pub user_id: Option<u64>,
    /// The ticket that changed.
    pub ticket_id: u64,
    /// What changed.
    pub data: Vec<Alteration>,
    /// When it changed.
    pub changed_at: String,
    /// The status before.
    pub old_status: u64,
    /// The status after, which may be the same.
    pub new_status: u64,
    /// The company of the desk.
    pub company_id: u64,
}

/// A single difference in a [`Change`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Alteration {
    /// What changed: `subject`, `status_id`, `new_tags`, `ticket_field` and the like.
    pub target: String,
    /// The value after.
    pub value: Value,
    /// The value before.
    pub old_value: Value,
}

fn medium() -> String {
    "medium".to_owned()
}

fn question() -> String {
    "question".to_owned()
}

fn public() -> String {
    "public".to_owned()
}

fn delivered() -> u8 {
    1
}
