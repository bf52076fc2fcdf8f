//! The ways in which customers write.

/// A mailbox, a chat on a site, a messenger.
pub(crate) struct Channel {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
    /// Its type: `email`, `chat`, `whatsapp` and the like.
    pub(crate) kind: &'static str,
}
