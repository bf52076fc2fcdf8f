//! The kinds of events.

use serde_json::Value;

/// The kind of an event, with the id of its ticket, chat or comment.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Ping,
    TicketCreated(u64),
    TicketChanged(u64),
    CommentCreated(u64),
    Rating(u64, u64),
    ChatMessage(u64),
    WhatsAppDelivery(u64),
    DynamicBlock(u64),
    Custom(Value),
}
