//! Channels.

/// A channel: a mailbox, a website chat or a messenger.
#[derive(Clone)]
pub(crate) struct Channel {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
    /// The type: `email`, `chat`, `whatsapp` and the like.
    pub(crate) kind: &'static str,
}
