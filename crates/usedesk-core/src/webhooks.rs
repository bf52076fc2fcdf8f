//! Requests that Usedesk makes to a server of yours: webhooks and dynamic blocks.
//!
//! Behind the cargo feature `webhooks`. Nothing here listens: hand the content type and the body
//! of a request to a [`Receiver`], from whatever HTTP server you have, and get an [`Event`].
//!
//! Webhooks are set up in the API channel (Redirect URL, articles 51405 and 51406); no method of
//! the API manages them. They carry no signature and no name: a `secret` in the body is all there
//! is to check, and what happened shows in which members are there.
//!
//! # Examples
//!
//! ```
//! use usedesk_core::webhooks::{Event, Receiver};
//!
//! let receiver = Receiver::with_secret("5f2c")?;
//! let body = br#"{"secret": "5f2c", "ticket": {"id": "4501", "status_id": "8"}}"#;
//! match receiver.event("application/json", body) {
//!     Ok(Event::TicketCreated(created)) => assert_eq!(created.ticket.id.0, 4501),
//!     Ok(event) => println!("not of interest: {event:?}"),
//!     Err(error) => println!("answer {}: {error}", error.status()),
//! }
//! # Ok::<(), usedesk_core::webhooks::InvalidSecret>(())
//! ```

mod block;
mod body;
mod chat;
mod client;
mod comment;
mod error;
mod event;
mod key;
mod payload;
mod receiver;
mod ticket;

pub use block::{BlockAnswer, BlockClient, BlockMessenger, BlockRequest};
pub use body::MAX_WEBHOOK_BODY;
pub use chat::{ChatEvent, ChatState, ChatTicket, DeliveryStatus, WhatsAppDelivery};
pub use client::{AdditionalId, EventClient};
pub use comment::{AgentReply, CommentCreated, Rating};
pub use error::{InvalidSecret, WebhookError};
pub use event::Event;
pub use payload::Payload;
pub use receiver::Receiver;
pub use ticket::{CustomBlock, TicketChanged, TicketCreated};
