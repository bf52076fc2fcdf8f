//! Chats. Each chat has a ticket, whose comments are the messages.

/// A chat in a channel of type `chat`.
#[derive(Clone, Copy)]
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
