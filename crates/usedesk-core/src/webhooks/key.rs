//! What tells one event from another.

use super::chat::{ChatEvent, WhatsAppDelivery};
use super::event::Event;
use super::payload::Payload;

impl Event {
    /// A text that is the same when the same event is delivered again; none for a
    /// [`Ping`](Self::Ping).
    ///
    /// Usedesk gives events no id, and whether it delivers one twice is not documented. Keep the
    /// keys of what you have processed, and skip an event whose key is among them.
    ///
    /// | event | key |
    /// | --- | --- |
    /// | [`CommentCreated`](Self::CommentCreated) | `comment:` and `comment.id` |
    /// | [`TicketCreated`](Self::TicketCreated) | `ticket:` and `ticket.id` |
    /// | [`TicketChanged`](Self::TicketChanged) | `trigger:` and `trigger.id` |
    /// | [`Rating`](Self::Rating) | `csi:` and `csi.id` |
    /// | [`WhatsAppDelivery`](Self::WhatsAppDelivery) | `message_status:`, `comment_id`, `:` and a hash of `delivery_status` |
    /// | [`Chat`](Self::Chat) | `chat:`, `chat_id`, `:` and a hash of `state`, `from`, `text`, the files' names and URLs, and `ticket.last_updated_at` |
    /// | [`AgentReply`](Self::AgentReply) | `reply:` and a hash of the payload |
    /// | [`Unknown`](Self::Unknown) | `unknown:` and a hash of the payload |
    ///
    /// Where `trigger.id`, `csi.id` or `comment_id` is absent, the rest of the key is a hash of the
    /// payload.
    ///
    /// The hash is FNV-1a with 128 bits, in hexadecimal, so a key is ASCII and shorter than 100
    /// characters. It depends on the event alone: not on the encoding, the platform or the version
    /// of this crate. It is no protection against forgery: who writes in a chat can make two
    /// messages of theirs look like one. Two chat messages or agent's replies that are equal in
    /// everything hashed have the same key, and so does a rating that is changed later.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::collections::HashSet;
    /// use usedesk_core::webhooks::Receiver;
    ///
    /// let receiver = Receiver::without_secret();
    /// let mut seen = HashSet::new();
    /// let mut is_new = |body: &[u8]| -> Result<bool, Box<dyn std::error::Error>> {
    ///     let event = receiver.event("application/json", body)?;
    ///     Ok(event.key().is_none_or(|key| seen.insert(key)))
    /// };
    /// let body = br#"{"comment": {"id": 11, "message": "Hi"}}"#;
    /// assert!(is_new(body)?);
    /// assert!(!is_new(body)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn key(&self) -> Option<String> {
        let key = match self {
            Self::WhatsAppDelivery(delivery) => of_delivery(delivery),
            Self::Chat(chat) => of_chat(chat),
            Self::TicketChanged(changed) => by_id("trigger", changed.change.id, &changed.payload),
            Self::CommentCreated(created) => format!("comment:{}", created.comment.id),
            Self::Rating(rating) => by_id("csi", rating.id, &rating.payload),
            Self::TicketCreated(created) => format!("ticket:{}", created.ticket.id),
            Self::AgentReply(reply) => by_id("reply", None, &reply.payload),
            Self::Ping => return None,
            Self::Unknown(payload) => by_id("unknown", None, payload),
        };
        Some(key)
    }
}

fn by_id(name: &str, id: Option<u64>, payload: &Payload) -> String {
    match id {
        Some(id) => format!("{name}:{id}"),
        None => format!("{name}:{}", payload.digest().text()),
    }
}

fn of_delivery(delivery: &WhatsAppDelivery) -> String {
    const NAME: &str = "message_status";
    let Some(comment) = delivery.comment_id else { return by_id(NAME, None, &delivery.payload) };
    let mut digest = Digest::default();
    digest.add(delivery.status.as_ref().map_or("", |status| status.as_str()));
    format!("{NAME}:{comment}:{}", digest.text())
}

fn of_chat(chat: &ChatEvent) -> String {
    let mut digest = Digest::default();
    digest.add(chat.state.as_ref().map_or("", |state| state.as_str()));
    digest.add(chat.from.as_ref().map_or("", |from| from.as_str()));
    digest.add(&chat.text);
    for file in &chat.files {
        digest.add(&file.name);
        digest.add(&file.url);
    }
    let time = chat.ticket.as_ref().and_then(|ticket| ticket.last_updated_at);
    digest
        .add(&time.map_or_else(String::new, |time| time.strftime("%Y-%m-%d %H:%M:%S").to_string()));
    format!("chat:{}:{}", chat.chat_id, digest.text())
}

/// FNV-1a with 128 bits. That of the standard library may differ in the next version, and keys are
/// kept; it takes no secret, since a key has to be the same tomorrow.
pub(super) struct Digest(u128);

impl Default for Digest {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl Digest {
    /// Adds a text with its length, so that `ab`, `c` is not `a`, `bc`.
    pub(super) fn add(&mut self, text: &str) {
        for byte in (text.len() as u64).to_le_bytes().into_iter().chain(text.bytes()) {
            self.add_byte(byte);
        }
    }

    pub(super) fn add_byte(&mut self, byte: u8) {
        const PRIME: u128 = (1 << 88) + 0x13b;
        self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(PRIME);
    }

    pub(super) fn text(&self) -> String {
        format!("{:032x}", self.0)
    }
}
