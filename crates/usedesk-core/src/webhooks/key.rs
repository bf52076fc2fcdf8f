//! Keys that identify events.

use super::chat::{ChatEvent, WhatsAppDelivery};
use super::digest::Digest;
use super::event::Event;
use super::payload::Payload;

impl Event {
    /// Returns a key that is the same when the event is delivered again, or `None` for a
    /// [`Ping`](Self::Ping).
    ///
    /// Events have no id, and whether Usedesk delivers one twice is not documented. Store the keys
    /// of the events that you have processed, and skip events whose key is stored.
    ///
    /// | event | key |
    /// | --- | --- |
    /// | [`CommentCreated`](Self::CommentCreated) | `comment:` and `comment.id` |
    /// | [`TicketCreated`](Self::TicketCreated) | `ticket:` and `ticket.id` |
    /// | [`TicketChanged`](Self::TicketChanged) | `trigger:` and `trigger.id` |
    /// | [`TicketRated`](Self::TicketRated) | `csi:` and `csi.id` |
    /// | [`WhatsAppDelivery`](Self::WhatsAppDelivery) | `message_status:`, `comment_id`, `:` and a hash of `delivery_status` |
    /// | [`Chat`](Self::Chat) | `chat:`, `chat_id`, `:` and a hash of `state`, `from`, `text`, the files' names and URLs, and `ticket.last_updated_at` |
    /// | [`AgentReply`](Self::AgentReply) | `reply:` and a hash of the payload |
    /// | [`Unknown`](Self::Unknown) | `unknown:` and a hash of the payload |
    ///
    /// If `trigger.id`, `csi.id` or `comment_id` is absent, a hash of the payload takes its place.
    ///
    /// The hash is FNV-1a with 128 bits, in hexadecimal, so a key is ASCII and shorter than 100
    /// characters. It depends on the event alone: not on the encoding, the platform or the version
    /// of this crate. It does not protect against forgery: the author of two chat messages can make
    /// their keys collide. Two chat messages or agent replies that are equal in everything that is
    /// hashed have the same key. A rating that is changed later keeps its key.
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
            Self::WhatsAppDelivery(delivery) => delivery_key(delivery),
            Self::Chat(chat) => chat_key(chat),
            Self::TicketChanged(changed) => id_key("trigger", changed.change.id, &changed.payload),
            Self::CommentCreated(created) => format!("comment:{}", created.comment.id),
            Self::TicketRated(rating) => id_key("csi", rating.id, &rating.payload),
            Self::TicketCreated(created) => format!("ticket:{}", created.ticket.id),
            Self::AgentReply(reply) => id_key("reply", None, &reply.payload),
            Self::Ping => return None,
            Self::Unknown(payload) => id_key("unknown", None, payload),
        };
        Some(key)
    }
}

fn id_key(name: &str, id: Option<u64>, payload: &Payload) -> String {
    match id {
        Some(id) => format!("{name}:{id}"),
        None => format!("{name}:{}", payload.digest().to_hex()),
    }
}

fn delivery_key(delivery: &WhatsAppDelivery) -> String {
    const NAME: &str = "message_status";
    let Some(comment) = delivery.comment_id else { return id_key(NAME, None, &delivery.payload) };
    let mut digest = Digest::default();
    digest.add(delivery.status.as_ref().map_or("", |status| status.as_str()));
    format!("{NAME}:{comment}:{}", digest.to_hex())
}

fn chat_key(chat: &ChatEvent) -> String {
    let mut digest = Digest::default();
    digest.add(chat.state.as_ref().map_or("", |state| state.as_str()));
    digest.add(chat.from.as_ref().map_or("", |from| from.as_str()));
    digest.add(&chat.text);
    for file in &chat.files {
        digest.add(&file.name);
        digest.add(&file.url);
    }
    let time = chat.ticket.as_ref().and_then(|ticket| ticket.last_updated_at);
    digest.add(
        &time.map_or_else(String::new, |time| {
            time.civil().strftime("%Y-%m-%d %H:%M:%S").to_string()
        }),
    );
    format!("chat:{}:{}", chat.chat_id, digest.to_hex())
}
