//! Tickets.

mod field_value;
mod get;
mod update;
mod values;

pub use field_value::FieldValue;
pub use get::{
    Change, ChangedValue, Comment, CommentFile, CustomField, GetTicket, Ticket, TicketDetails,
};
pub use update::{
    MAX_FIELD_IDS, MAX_FIELD_TEXT, MAX_SUBJECT, MAX_TAGS, MAX_WORD, UpdateTicket, Updated,
};
pub use values::{AuthorSide, CommentType, TicketPriority, TicketStatus, TicketType};
