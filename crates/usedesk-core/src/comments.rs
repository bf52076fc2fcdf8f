//! Comments of tickets. They are read with their ticket, by
//! [`GetTicket`](crate::tickets::GetTicket).

mod create;

pub use create::{CreateComment, CreatedComment};
