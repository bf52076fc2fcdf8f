//! Compiled for each flavor: `super` is the flavor's module.

mod acted;
mod connections;
mod environment;
mod files;
mod framing;
#[cfg(feature = "gzip")]
mod gzip;
mod hosts;
mod limits;
mod methods;
mod middleware;
#[cfg(not(feature = "gzip"))]
mod no_gzip;
mod pagination;
mod paths;
#[cfg(any(feature = "rustls", feature = "aws-lc", feature = "native-tls"))]
pub(crate) mod proxies;
mod reading;
mod responses;
mod retries;
mod sending;
pub(crate) mod support;
#[cfg(any(feature = "rustls", feature = "aws-lc", feature = "native-tls"))]
mod tls;
#[cfg(feature = "tracing")]
mod tracing;
mod transport_errors;
mod webhooks;
pub(crate) mod wire;

use super::{NOTICES_CLOSING, own_client, sdk, wait};
