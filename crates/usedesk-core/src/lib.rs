//! The Usedesk help desk API as pure data: request models, validation, encoding, answers, errors.
//!
//! This crate reads no clock and does no I/O. To send requests, take a crate with a transport,
//! `usedesk-blocking` or `usedesk-async`; both re-export everything here under the same paths.
//!
//! - An [`Operation`] is one method of the API: [`tickets::UpdateTicket`], for example. It is
//!   plain data that you can compare, clone and build without a connection.
//! - [`Violations`] are what is wrong with it, all at once, found before anything is sent.
//! - An [`Error`] says what happened to a call, and [whether it may have taken
//!   effect](Error::may_have_acted).
//! - A [`Transport`] carries requests. [`testing::MockTransport`] is one that answers from memory.
//!
//! # What is read of a response
//!
//! One rule holds for every type that is read of a response. What identifies it, its id, is
//! required. Any other member that is missing, null, an empty text or of another type is absent:
//! `None` where the type is an `Option`, and otherwise the empty text, 0 or the empty list. So
//! `""` and null are the same, and a flag that is absent (`None`) is not false (`Some(false)`).
//!
//! A list is a [`Rows`]: a row that cannot be read is among its [`errors`](Rows::errors) and does not
//! cost the others. Lists take at most twice the memory of the body, or [`MIN_DECODED_BYTES`] where
//! that is more; beyond that the response is an error.

mod call;
mod config;
mod decode;
mod encode;
mod error;
mod ids;
mod limits;
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
pub use jiff::civil::DateTime;
pub use serde_json::Value;

#[doc(hidden)]
pub use call::{Attempt, Call, Moment, Step, Wait};
pub use call::{CallEvent, Observer, QueueReason, RateLimit, RateLimiter, RetryPolicy};
pub use clients::PhoneType;
pub use config::{BASE_URL_VARIABLE, Preview, TOKEN_VARIABLE, base_url};
#[doc(hidden)]
pub use config::{BuilderSettings, CheckedConfig, Proxy};
pub use decode::{ApiError, ErrorCode, RawResponse, ResponseError, RowError, Rows};
#[doc(hidden)]
pub use encode::encode_form;
pub use encode::{Attachment, Body, Encoding};
pub use error::{Error, ErrorKind};
pub use ids::{
    ArticleId, CategoryId, ChannelId, ChatId, ClientId, CommentId, CompanyId, FieldId, GroupId,
    KnowledgeBaseId, MessengerId, OptionId, ParseIdError, RuleId, SectionId, SiteId, TagId,
    TicketId, UserId,
};
pub use limits::*;
pub use operation::{Operation, RawParameters, Safety};
#[doc(hidden)]
pub use pagination::{ItemPager, ItemStep, Pager};
pub use pagination::{Order, Page, Paged};
pub use secret::ApiToken;
pub use tickets::{AuthorSide, CommentType, TicketPriority, TicketStatus, TicketType};
pub use transport::{BoxFuture, ExchangeLimits, ExchangeResult, Transport, TransportError};
pub use users::UserRole;
pub use violations::{Rule, Violation, Violations};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
