//! Conversations in chats. Each is a ticket, too, whose comments are its messages.

/// A conversation in a channel of the type `chat`.
#[derive(Clone, Copy)]
pub(crate) struct Chat {
    pub(crate) id: u64,
    pub(crate) client_id: u64,
    pub(crate) ticket_id: u64,
}

/// Who says something.
#[derive(Clone, Copy)]
pub(crate) enum Author {
    Agent(u64),
    Client(u64),
}
