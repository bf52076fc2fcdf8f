//! Tickets.

mod create;
mod field_value;
mod filters;
mod get;
mod list;
mod parameters;
mod update;
mod values;

pub use create::{
    CreateTicket, CreatedTicket, MAX_32_BIT_ID, MAX_ADDITIONAL_ID, MAX_CLIENT_TEXT, MAX_MESSAGE,
};
pub use field_value::FieldValue;
pub use filters::{Assigned, FieldFilter, TicketSort};
pub use get::{
    Change, ChangedValue, Comment, CommentFile, CustomField, GetTicket, Sla, Ticket, TicketDetails,
};
pub use list::{ListTickets, MAX_FILTER, TicketField, TicketRow};
pub use parameters::{MAX_FIELD_IDS, MAX_FIELD_TEXT, MAX_SUBJECT, MAX_TAGS, MAX_WORD};
pub use update::{UpdateTicket, Updated};
pub use values::{
    AccessRights, AuthorSide, ChangeTarget, CommentType, ExternalId, MessageStatus, TicketPriority,
    TicketStatus, TicketType,
};
