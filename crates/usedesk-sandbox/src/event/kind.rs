//! The kinds of events.

use serde_json::Value;

/// What happened, to the ticket, chat or comment with this id.
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
