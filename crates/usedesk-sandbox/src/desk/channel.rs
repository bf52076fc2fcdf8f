//! Channels.

use serde::{Deserialize, Serialize};

/// A channel: a mailbox, a website chat or a messenger.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Channel {
    pub(crate) id: u64,
    pub(crate) name: String,
    /// The type: `email`, `chat`, `whatsapp` and the like.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The address of a mailbox.
    #[serde(default)]
    pub(crate) email: Option<String>,
}
