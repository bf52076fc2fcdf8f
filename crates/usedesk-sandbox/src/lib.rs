//! An in-memory Usedesk help desk for tests.
//!
//! Usedesk offers no public sandbox, so integrations are usually tested on a live desk. This
//! sandbox responds over real HTTP/1.1 as the [API documentation](https://api.usedocs.com)
//! describes. Tests can inspect its state and the requests it received, and can script errors,
//! delays and broken connections. It parses requests as PHP does, with its own code, and shares
//! nothing with any client.
//!
//! | method | Usedesk article |
//! | --- | --- |
//! | `POST /tickets`, `GET /tickets` | EN 51376, RU 33062 |
//! | `POST /ticket`, `GET /ticket` | EN 51377 |
//! | `POST /create/ticket` | EN 51378, RU 33735 |
//! | `POST /create/ticket/async`, `GET /user` | not documented, seen in a public client |
//! | `POST /update/ticket` | EN 51379, RU 33737 |
//! | `POST /create/comment` | EN 51381, RU 33740 |
//! | `POST /tags`, `GET /tags` | EN 51382 |
//! | `POST /clients`, `GET /clients` | EN 51383 |
//! | `POST /client`, `GET /client` | EN 51384 |
//! | `POST /create/client` | EN 51385 |
//! | `POST /update/client` | EN 51386 |
//! | `POST /ticket/fields`, `GET /ticket/fields` | EN 51411 |
//! | `POST /users`, `GET /users`, `POST /create/user`, `/update/user`, `/delete/user` | EN 51414 to 51417, RU 49529 |
//! | `POST /groups`, `GET /groups` | EN 51418 |
//! | `GET /channels` | EN 51397 |
//! | `POST /chat/addMessage`, `/chat/sendMessage`, `/chat/changeAssignee` | EN 51394 to 51396 |
//! | `GET /support/{account_id}/list`, `…/articles/list`, `…/articles/{id}` | EN 51398 to 51400 |
//! | `POST …/articles/{id}/add-views`, `…/articles/{id}/change-rating` | EN 51401, EN 51402 |
//!
//! All of them are also served under `/uapi`. Uploaded files are kept and served at the URLs in
//! responses. Where the documentation is silent the behavior is our choice; `docs/sandbox.md`
//! lists each choice, the demo data and the error codes.
//!
//! # In a test
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//!
//! use usedesk_sandbox::{Sandbox, ScriptedResponse};
//!
//! # fn main() -> std::io::Result<()> {
//! let sandbox = Sandbox::start()?;
//!
//! // Any HTTP client works; this one is written by hand.
//! let update = || -> std::io::Result<String> {
//!     let body = format!("api_token={}&ticket_id=4501&status=2", sandbox.token());
//!     let mut stream = TcpStream::connect(sandbox.url().trim_start_matches("http://"))?;
//!     write!(
//!         stream,
//!         "POST /update/ticket HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
//!          Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
//!         body.len(),
//!     )?;
//!     let mut response = String::new();
//!     stream.read_to_string(&mut response)?;
//!     Ok(response)
//! };
//!
//! // The next request is rate limited, the one after it succeeds.
//! sandbox.script(ScriptedResponse::status(429).header("Retry-After", "7"));
//! assert!(update()?.starts_with("HTTP/1.1 429 "));
//! assert!(update()?.ends_with(r#"{"status":"success"}"#));
//!
//! let ticket = sandbox.ticket(4501).unwrap();
//! assert_eq!(ticket.status, 2);
//! assert_eq!(ticket.changes.len(), 1);
//!
//! let requests = sandbox.requests();
//! assert_eq!(requests.len(), 2);
//! assert_eq!(requests[1].header("content-type"), Some("application/x-www-form-urlencoded"));
//! assert_eq!(requests[1].parameters["status"], "2");
//! # Ok(())
//! # }
//! ```
//!
//! [`Sandbox::fire`] makes the calls that Usedesk makes to your server: webhooks and requests for
//! dynamic blocks (EN 51405, 51406, 51413). See [`Event`].
//!
//! With the cargo feature `program`, which the program requires, tests in other languages can do the
//! same over HTTP, under `/sandbox/`. The feature `console`, which `program` turns on, adds a page at
//! `/` that shows and controls the sandbox in a browser.
//!
//! # As a program
//!
//! ```text
//! cargo run -p usedesk-sandbox --features program -- --port 8080
//! cargo run -p usedesk-sandbox --features program -- --fire http://127.0.0.1:3000/usedesk
//! ```

#![forbid(unsafe_code)]

mod api_error;
#[cfg(feature = "console")]
mod console;
#[cfg(feature = "program")]
mod control;
mod delivery;
mod desk;
#[cfg(feature = "program")]
mod document;
mod event;
mod http;
mod journal;
mod links;
mod methods;
#[cfg(feature = "program")]
mod notice;
mod observed;
mod offline;
mod outbox;
mod past;
mod php;
mod quirks;
mod rate;
mod received;
mod reply;
mod sandbox;
mod script;
mod scripted_response;
mod server;
mod settings;
mod shared;
#[cfg(feature = "program")]
mod start_error;
mod state;
#[cfg(feature = "program")]
mod tls;
mod webhook;

pub use crate::api_error::{ErrorCode, Rejection};
pub use crate::delivery::Delivery;
pub use crate::desk::{Action, Agent, Alteration, Change, Comment, CommentFile, Effect, Ticket};
pub use crate::desk::{
    Client, ClientAddress, ClientCompany, ClientEmail, ClientMessenger, ClientPhone, ClientSite,
};
pub use crate::event::{DEFAULT_SECRET, Event};
pub use crate::http::EventResponse;
pub use crate::journal::{JournalEntry, Outcome, SentResponse};
#[doc(hidden)]
pub use crate::offline::respond_once;
pub use crate::php::ReceivedFile;
pub use crate::quirks::{Quirk, Quirks};
pub use crate::received::Received;
pub use crate::sandbox::{Builder, Sandbox};
pub use crate::scripted_response::ScriptedResponse;
pub use crate::settings::{DEFAULT_TOKEN, MAX_LATENCY, MAX_WEBHOOKS, RateLimit};
#[cfg(feature = "program")]
pub use crate::start_error::StartError;
pub use crate::webhook::{Webhook, WebhookEvent};
