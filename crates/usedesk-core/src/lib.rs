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
//! - A [`Transport`] carries requests. [`testing::Script`] is one that answers from memory.
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

mod answer;
mod assignment;
mod attachment;
pub mod base_url;
mod body;
mod call;
mod config;
mod content_coding;
mod encoding;
mod envelope;
mod error;
mod error_code;
mod host;
mod ids;
mod joined;
mod lenient;
mod observer;
mod offset;
mod open_enum;
mod operation;
mod order;
mod outline;
mod pace;
mod paging;
mod phone_type;
mod php;
mod preview;
mod proxy;
mod raw_parameters;
mod retry;
mod rows;
mod settings;
mod text;
mod token;
#[cfg(feature = "tracing")]
mod trace;
#[cfg(not(feature = "tracing"))]
#[path = "no_trace.rs"]
mod trace;
mod transport;
mod violations;
mod wiped;
mod wire;

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

pub use answer::{Answer, AnswerError, Refusal};
pub use attachment::{Attachment, MAX_FILE_BYTES, MAX_FILE_NAME, MAX_FILES};
pub use body::Body;
#[doc(hidden)]
pub use call::{Call, Exchange, Moment, Step, Waiting};
pub use call::{MAX_HEADER_BYTES, MAX_HEADERS};
#[doc(hidden)]
pub use config::Config;
#[doc(hidden)]
pub use encoding::encode_form;
pub use encoding::{Encoding, MAX_FORM_PARAMETERS};
pub use error::{Error, ErrorKind, MAX_ERROR_BODY, MAX_RETRY_AFTER};
pub use error_code::ErrorCode;
pub use ids::{
    ArticleId, CategoryId, ChannelId, ChatId, ClientId, CommentId, CompanyId, FieldId, GroupId,
    KnowledgeBaseId, MAX_ID, MessengerId, OptionId, ParseIdError, RuleId, SectionId, SiteId, TagId,
    TicketId, UserId,
};
pub use lenient::MIN_DECODED_BYTES;
pub use observer::{CallEvent, Observer};
pub use operation::{Operation, Safety};
pub use order::Order;
pub use pace::{MAX_PER_MINUTE, MAX_RATE_LIMIT_STOP, Pace, Pacer};
pub use paging::{PAGE_SIZE, Page, Paged};
#[doc(hidden)]
pub use paging::{PageRows, Pager};
pub use phone_type::PhoneType;
pub use preview::Preview;
#[doc(hidden)]
pub use proxy::Proxy;
pub use raw_parameters::RawParameters;
pub use retry::{DEFAULT_ATTEMPTS, DEFAULT_BACKOFF, DEFAULT_MAX_BACKOFF, RATE_LIMIT_WAIT, Retry};
pub use rows::{RowError, Rows};
#[doc(hidden)]
pub use settings::Settings;
pub use settings::{
    BASE_URL_VARIABLE, DEFAULT_ATTEMPT_TIMEOUT, DEFAULT_CALL_TIMEOUT, DEFAULT_CONNECT_TIMEOUT,
    DEFAULT_MAX_ANSWER, MAX_TIMEOUT, MAX_USER_AGENT, MIN_UPLOAD_RATE, TOKEN_VARIABLE,
};
pub use tickets::{AuthorSide, CommentType, TicketPriority, TicketStatus, TicketType};
pub use token::ApiToken;
pub use transport::{BoxFuture, Fault, Limits, Outcome, Transport};
pub use users::UserRole;
pub use violations::{Rule, Violation, Violations};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
