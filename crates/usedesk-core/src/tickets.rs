//! Tickets.

pub(crate) mod author;
mod create;
mod field_value;
mod filters;
mod get;
mod list;
mod parameters;
mod update;
mod values;

pub use create::{CreateTicket, CreatedTicket};
pub use field_value::FieldValue;
pub use filters::{Assigned, FieldFilter, TicketSort};
pub use get::change::{Change, ChangedValue, OldAndNew};
pub use get::comment::{Comment, CommentFile};
pub use get::ticket::{Sla, Ticket};
pub use get::{CustomField, GetTicket, TicketDetails};
pub use list::row::{TicketField, TicketRow};
pub use list::{ListTickets, MAX_FILTER};
pub use parameters::{
    MAX_32_BIT_ID, MAX_ADDITIONAL_ID, MAX_CLIENT_TEXT, MAX_FIELD_IDS, MAX_FIELD_TEXT, MAX_MESSAGE,
    MAX_SUBJECT, MAX_TAGS, MAX_WORD,
};
pub use update::{UpdateTicket, Updated};
pub use values::{
    AccessRights, AuthorSide, ChangeTarget, CommentType, ExternalId, MessageStatus, TicketPriority,
    TicketStatus, TicketType,
};
