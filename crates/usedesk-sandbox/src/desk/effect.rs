//! What a request changed.

use serde::Serialize;

use super::Alteration;

/// One thing that a request created, changed or deleted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Effect {
    /// The kind of item: `ticket`, `comment`, `client`, `agent`, `chat` or `article`.
    pub item: &'static str,
    /// The id of the item.
    pub id: u64,
    /// What happened to it.
    pub action: Action,
    /// What changed in a ticket, as in its history; empty for all other items.
    pub data: Vec<Alteration>,
}

/// What happened to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Action {
    /// It was created.
    Created,
    /// It was changed. A chat is changed by a message.
    Changed,
    /// It was deleted, or merged into another one.
    Deleted,
}

impl Action {
    /// Returns its name: `created`, `changed` or `deleted`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
        }
    }
}

impl Effect {
    pub(crate) fn new(item: &'static str, id: u64, action: Action) -> Self {
        Self { item, id, action, data: Vec::new() }
    }
}
