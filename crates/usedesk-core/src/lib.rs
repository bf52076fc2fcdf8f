//! The Usedesk help desk API as pure data: request models, validation, encoding, responses, errors.
//!
//! This crate reads no clock and does no I/O. To send requests, use a crate with a transport,
//! `usedesk-blocking` or `usedesk-async`. Both re-export everything here under the same paths.
//!
//! - An [`Operation`] is one method of the API, for example [`tickets::UpdateTicket`]. It is plain
//!   data that you can build, clone and compare without a connection.
//! - [`Violations`] are all the rules that an operation breaks, found before anything is sent.
//! - An [`Error`] describes why a call failed, and [whether the server may have
//!   acted](Error::may_have_acted).
//! - A [`Transport`] exchanges requests for responses. [`testing::MockTransport`] is one in memory.
//!
//! # Operations
//!
//! Each documented method of the API is an operation. The articles describe the methods.
//!
#![doc = include_str!("operations.md")]
//!
//! # Setters
//!
//! A setter replaces what an earlier call of it set. If a parameter has several values, a singular
//! name adds one (`tag`, `email`, `field`, `assigned`), and a plural name sets all of them and
//! replaces those added before (`tags`, `emails`, `statuses`, `channels`). [`Maybe`] calls a setter
//! only where there is a value.
//!
//! # How responses are decoded
//!
//! Only the id of a thing is required. Any other member is absent if it is missing, null, an empty
//! string or of another type. An absent member is `None` if its type is an `Option`, and otherwise
//! the empty string, 0 or the empty list. So `""` and null are equivalent, and an absent flag
//! (`None`) differs from false (`Some(false)`).
//!
//! A list is a [`Rows`]: a row that cannot be decoded is among its [`errors`](Rows::errors) and does
//! not affect the other rows. The lists of a response take at most twice the memory of its body, or
//! [`MIN_DECODED_BYTES`] if that is more. Beyond that limit the response is a [decode
//! error](ErrorKind::Decode).

#![cfg_attr(docsrs, feature(doc_cfg))]

mod call;
mod config;
mod date_time;
mod decode;
mod encode;
mod error;
mod ids;
mod limits;
mod maybe;
mod operation;
mod pagination;
mod secret;
mod text;
mod transport;
mod violations;

pub mod channels;
pub mod chats;
pub mod clients;
pub mod comments;
pub mod fields;
pub mod groups;
#[doc(hidden)]
pub mod internal;
pub mod knowledge_base;
pub mod tags;
pub mod testing;
pub mod tickets;
pub mod users;
#[cfg(feature = "webhooks")]
pub mod webhooks;

pub use bytes::Bytes;
pub use http;
pub use http::{Method, Response, StatusCode};
pub use jiff;
pub use serde_json::{Value, json};

pub use call::{
    AttemptInfo, CallEvent, CallId, QueueLengths, QueueReason, RateLimit, RateLimiter, RetryPolicy,
    SharedLimitNotice, shared_limit,
};
pub use clients::PhoneType;
pub use config::{BASE_URL_VARIABLE, Preview, TOKEN_VARIABLE, base_url};
pub use date_time::{Minute, UtcDateTime};
pub use decode::{ApiError, ErrorCode, RawResponse, ResponseError, RowError, Rows, Unknown};
pub use encode::{Attachment, Body, Encoding};
pub use error::{Error, ErrorKind};
pub use ids::{
    ArticleId, CategoryId, ChannelId, ChatId, ClientId, CommentId, CompanyId, FieldId, GroupId,
    KnowledgeBaseId, MessengerId, OptionId, ParseIdError, RuleId, SectionId, SiteId, TagId,
    TicketId, UserId,
};
pub use limits::*;
pub use maybe::Maybe;
pub use operation::{Operation, RawOperation, RawParameters, Safety};
pub use pagination::{Order, Page, Paged};
pub use secret::ApiToken;
pub use text::quote;
pub use tickets::{AuthorSide, CommentType, TicketPriority, TicketStatus, TicketType};
pub use transport::{BoxFuture, ExchangeLimits, ExchangeResult, Transport, TransportError};
pub use users::UserRole;
pub use violations::{AsNumber, AsText, Rule, Violation, Violations};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
