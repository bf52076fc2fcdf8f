//! Chats. Each chat has a ticket, whose comments are the messages.

use serde::{Deserialize, Serialize};

/// A chat in a channel of type `chat`.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chat {
    pub(crate) id: u64,
    pub(crate) client_id: u64,
    pub(crate) ticket_id: u64,
}

/// The author of a message.
#[derive(Clone, Copy)]
pub(crate) enum Author {
    Agent(u64),
    Client(u64),
}
