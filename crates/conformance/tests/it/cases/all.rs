//! Compiled for each flavor: `super` is the flavor's module.

mod acted;
mod answers;
mod bounds;
mod connections;
mod environment;
mod faults;
mod files;
mod framing;
#[cfg(feature = "gzip")]
mod gzip;
mod hosts;
mod methods;
#[cfg(not(feature = "gzip"))]
mod no_gzip;
mod paging;
mod paths;
#[cfg(any(feature = "rustls", feature = "aws-lc", feature = "native-tls"))]
pub(crate) mod proxies;
mod reading;
mod sending;
pub(crate) mod support;
#[cfg(any(feature = "rustls", feature = "aws-lc", feature = "native-tls"))]
mod tls;
#[cfg(feature = "tracing")]
mod tracing;
mod waits;
mod webhooks;
pub(crate) mod wire;

use super::{NOTICES_CLOSING, own_client, sdk, wait};
