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

pub use usedesk_core::*;

pub use attachment::AttachmentExt;
pub use builder::Builder;
pub use pagination::{Items, Pages};
pub use usedesk::Usedesk;

/// For your tests: a mock transport, and responses and events made by hand.
pub mod testing {
    use usedesk_core::{ExchangeResult, testing};

    pub use usedesk_core::testing::{CallEventBuilder, decode, decode_part};

    /// The mock transport of a blocking handle; see [`usedesk_core::testing::MockTransport`].
    pub type MockTransport = testing::MockTransport<ExchangeResult, ()>;
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
