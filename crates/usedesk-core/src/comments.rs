//! Comments of tickets.
//!
//! [`GetTicket`](crate::tickets::GetTicket) returns the comments of a ticket.

mod create;

pub use create::{CreateComment, CreatedComment};
