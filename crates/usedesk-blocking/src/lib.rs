//! A blocking client for the Usedesk help desk API.
//!
//! ```no_run
//! use usedesk_blocking::{OptionId, TicketStatus, Usedesk, tickets::UpdateTicket};
//!
//! let usedesk = Usedesk::from_env()?; // USEDESK_API_TOKEN; USEDESK_BASE_URL if not the international cloud
//! usedesk.send(
//!     UpdateTicket::new(4501)
//!         .status(TicketStatus::Solved)
//!         .tags(["billing", "refund"])
//!         .field(31, "Riga")          // text
//!         .field(32, true)            // checkbox
//!         .field(33, OptionId(507))   // list option
//!         .list(71, 9).list(72, 15)   // nested list, parent level first
//!         .unassign(),
//! )?;
//! # Ok::<(), usedesk_blocking::Error>(())
//! ```
//!
//! [`Usedesk`] is the handle: build it once, clone it freely, use it from any thread. It sends
//! [operations](Operation), plain data such as [`tickets::UpdateTicket`]. All of `usedesk-core` is
//! re-exported here under the same paths.
//!
//! # Where to look
//!
//! | to | see |
//! | --- | --- |
//! | create a handle | [`Usedesk::from_env`]; with other settings [`Builder::from_env`] or [`Usedesk::builder`], and [the settings](Builder#settings) |
//! | send an operation | [`Usedesk::send`], and [what else a handle can do](Usedesk#what-a-handle-can-do) |
//! | list rows of any number of pages | [`Usedesk::items`] and [`Usedesk::pages`] |
//! | set a parameter only where there is a value | [`Maybe::maybe`] |
//! | attach a file | [`Attachment::from_bytes`] and [`AttachmentExt::open`] |
//! | use dates | [`UtcDateTime`] in responses, [`Minute`] in filters; [`jiff`] is re-exported |
//! | handle an error | [`Error::kind`], [`Error::may_have_acted`], [`Error::violations`], [`Error::code`] |
//! | change retries and limits | [`RetryPolicy`], [`RateLimit`], [`RateLimiter`] |
//! | count or log calls | [`Builder::observer`] and [`CallEvent`], or the feature `tracing` |
//! | add something to each request | [`Builder::wrap_transport`] |
//! | call a method or set a parameter that the SDK does not have | [`RawOperation`], [`RawParameters`], [`Operation`] |
//! | test your code | [`testing`], and the crate `usedesk-sandbox` |
//! | receive webhooks | the module `webhooks`, with the feature of this name |
//!
//! # Operations
//!
//! Each documented method of the API is an operation. The articles describe the methods.
//!
#![doc = include_str!("operations.md")]
//!
//! # Features
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `rustls` (default) | TLS by rustls with ring |
//! | `aws-lc` | TLS by rustls with aws-lc, if `rustls` is disabled |
//! | `native-tls` | TLS by the operating system's library |
//! | `gzip` | compressed responses |
//! | `tracing` | spans for each call and each attempt, with events; see [`CallEvent`] |
//! | `webhooks` | the module `webhooks`, which parses the requests that Usedesk sends to your server |
//!
//! Without a TLS feature only `http` works. With several, rustls is used unless
//! [`Builder::use_native_tls`] is set, and ring rather than aws-lc. The operating system's root
//! certificates are trusted, and those of [`Builder::add_root_certificate`].

#![cfg_attr(docsrs, feature(doc_cfg))]

mod attachment;
mod builder;
mod pagination;
#[cfg(any(feature = "rustls", feature = "aws-lc", feature = "native-tls"))]
mod tls;
#[cfg(not(any(feature = "rustls", feature = "aws-lc", feature = "native-tls")))]
#[path = "no_tls.rs"]
mod tls;
mod transport;
mod ureq;
mod usedesk;

// Everything of `usedesk-core` that is public, under the same paths. `cargo xtask public-api` fails
// if a name is missing.
#[doc(inline)]
#[cfg(feature = "webhooks")]
pub use usedesk_core::webhooks;
#[doc(inline)]
pub use usedesk_core::{
    base_url, channels, chats, clients, comments, fields, groups, knowledge_base, shared_limit,
    tags, tickets, users,
};

// Types of other crates in the API.
pub use jiff;
pub use usedesk_core::{Bytes, Method, Response, StatusCode, Value, http, json};
// Calls and their results.
#[doc(inline)]
pub use usedesk_core::{
    ApiError, ApiToken, Attachment, BASE_URL_VARIABLE, Body, CallEvent, Encoding, Error, ErrorCode,
    ErrorKind, Preview, QueueLengths, QueueReason, RateLimit, RateLimiter, RetryPolicy, RowError,
    Rows, SharedLimitNotice, TOKEN_VARIABLE,
};
// Operations, and what it takes to write one.
#[doc(inline)]
pub use usedesk_core::{
    AsNumber, AsText, Maybe, Operation, Order, Page, Paged, RawOperation, RawParameters,
    RawResponse, ResponseError, Rule, Safety, Violation, Violations, quote,
};
// Transports.
#[doc(inline)]
pub use usedesk_core::{
    AttemptInfo, BoxFuture, CallId, ExchangeLimits, ExchangeResult, Transport, TransportError,
};
// Ids.
#[doc(inline)]
pub use usedesk_core::{
    ArticleId, CategoryId, ChannelId, ChatId, ClientId, CommentId, CompanyId, FieldId, GroupId,
    KnowledgeBaseId, MessengerId, OptionId, ParseIdError, RuleId, SectionId, SiteId, TagId,
    TicketId, UserId,
};
// Values that several resources share.
#[doc(inline)]
pub use usedesk_core::{
    AuthorSide, CommentType, Minute, PhoneType, TicketPriority, TicketStatus, TicketType, Unknown,
    UserRole, UtcDateTime,
};
// Defaults and limits.
#[doc(inline)]
pub use usedesk_core::{
    DEFAULT_ATTEMPT_TIMEOUT, DEFAULT_BURST, DEFAULT_CALL_TIMEOUT, DEFAULT_CONNECT_TIMEOUT,
    DEFAULT_INITIAL_BACKOFF, DEFAULT_MAX_ATTEMPTS, DEFAULT_MAX_BACKOFF, DEFAULT_MAX_RESPONSE_BYTES,
    DEFAULT_PER_MINUTE, DEFAULT_RETRY_BUDGET, DEFAULT_STORE_TIMEOUT, MAX_ERROR_BODY,
    MAX_FILE_BYTES, MAX_FILE_NAME, MAX_FILES, MAX_FORM_PARAMETERS, MAX_HEADER_BYTES, MAX_HEADERS,
    MAX_ID, MAX_PER_MINUTE, MAX_RATE_LIMIT_STOP, MAX_RETRY_AFTER, MAX_TIMEOUT, MAX_USER_AGENT,
    MIN_DECODED_BYTES, MIN_UPLOAD_RATE, PAGE_SIZE, RATE_LIMIT_WAIT, RETRY_COST, STEADY_PER_MINUTE,
};

pub use attachment::AttachmentExt;
pub use builder::Builder;
pub use pagination::{Items, Pages};
pub use transport::UreqTransport;
pub use usedesk::Usedesk;

/// For your tests: a mock transport, recorded exchanges, and responses and events made by hand.
pub mod testing {
    use usedesk_core::{ExchangeResult, testing};

    pub use usedesk_core::testing::{
        ANONYMIZED_MEMBERS, CallEventBuilder, Recording, RecordingTransport, decode, decode_part,
    };

    /// The mock transport of a blocking handle; see [`usedesk_core::testing::MockTransport`].
    pub type MockTransport = testing::MockTransport<ExchangeResult, ()>;

    /// The replaying transport of a blocking handle; see [`usedesk_core::testing::ReplayTransport`].
    pub type ReplayTransport = testing::ReplayTransport<ExchangeResult, ()>;
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
