//! Requests from Usedesk to your server: webhooks and dynamic blocks.
//!
//! Requires the cargo feature `webhooks`. This module has no HTTP server: pass the content type and
//! the body of a request from any server to a [`Receiver`], which returns an [`Event`].
//!
//! Webhooks are configured in the API channel (Redirect URL, articles 51405 and 51406); no method
//! of the API manages them. They have no signature and no event name: authentication is a `secret`
//! in the body, and the members that are present identify the event.
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
//!     Ok(event) => println!("ignored: {event:?}"),
//!     Err(error) => println!("respond with {}: {error}", error.status()),
//! }
//! # Ok::<(), usedesk_core::webhooks::InvalidSecret>(())
//! ```

mod block;
mod body;
mod chat;
mod client;
mod comment;
mod digest;
mod error;
mod event;
mod key;
mod limits;
mod payload;
mod receiver;
mod ticket;

pub use block::{BlockClient, BlockMessenger, BlockRequest, BlockResponse};
pub use chat::{ChatEvent, ChatState, ChatTicket, DeliveryStatus, WhatsAppDelivery};
pub use client::{AdditionalId, EventClient};
pub use comment::{AgentReply, CommentCreated, TicketRated};
pub use error::{InvalidSecret, WebhookError};
pub use event::Event;
pub use limits::MAX_WEBHOOK_BODY;
pub use payload::Payload;
pub use receiver::Receiver;
pub use ticket::{CustomBlock, TicketChanged, TicketCreated};
