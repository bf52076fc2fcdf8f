//! The trait between the engine and an HTTP library.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use crate::encode::Body;
use crate::limits::{
    DEFAULT_ATTEMPT_TIMEOUT, DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_RESPONSE_BYTES, MAX_HEADER_BYTES,
    MAX_HEADERS,
};

/// Exchanges a request for a response, and sleeps: all the I/O that a call needs.
///
/// The transport crates bring one each; implement it to use another HTTP library. A blocking
/// transport has `Exchange = ExchangeResult` and `Sleep = ()`, an async one has boxed futures of
/// both.
///
/// An implementation must not follow redirects (the body contains the token, and 307 and 308 send
/// it to another host), must not retry, and must keep the [`ExchangeLimits`]. It may leave a
/// content coding on the response, with the header that says so: with the feature `gzip` the engine
/// decodes it.
///
/// The extensions of the request have an [`AttemptInfo`](crate::AttemptInfo).
pub trait Transport: Send + Sync {
    /// An [`ExchangeResult`], or a future of one.
    type Exchange;
    /// `()`, or a future of it.
    type Sleep;

    /// Sends the request once and reads the whole response.
    fn exchange(&self, request: Request<Body>, limits: ExchangeLimits) -> Self::Exchange;

    /// Sleeps.
    fn sleep(&self, duration: Duration) -> Self::Sleep;
}

/// The limits of one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExchangeLimits {
    /// Timeout for connecting, TLS included. A transport that resolves the host name in a step of
    /// its own may take as long again for that.
    pub connect: Duration,
    /// Timeout for the whole exchange, connecting included.
    pub attempt: Duration,
    /// Limit for the body of the response, in bytes after decompression.
    pub response_bytes: usize,
}

impl ExchangeLimits {
    pub(crate) fn new(connect: Duration, attempt: Duration, response_bytes: usize) -> Self {
        // If both timeouts ended together, it would be random which is reported, and with it
        // whether the request may have been sent.
        let most = (attempt / 10 * 9).max(Duration::from_nanos(1));
        Self { connect: connect.min(most), attempt, response_bytes }
    }

    /// Adds time for a large body.
    pub(crate) fn with_upload_time(self, time: Duration) -> Self {
        Self { attempt: self.attempt + time, ..self }
    }

    /// Shortens the timeouts to the time that is left.
    pub(crate) fn within(self, left: Duration) -> Self {
        Self::new(self.connect, self.attempt.min(left), self.response_bytes)
    }
}

impl Default for ExchangeLimits {
    /// The defaults of a handle.
    fn default() -> Self {
        Self::new(DEFAULT_CONNECT_TIMEOUT, DEFAULT_ATTEMPT_TIMEOUT, DEFAULT_MAX_RESPONSE_BYTES)
    }
}

/// A boxed future, as an async transport returns it.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A whole response of any status, or a transport error.
pub type ExchangeResult = Result<Response<Bytes>, TransportError>;

/// The error of an exchange without a whole response.
pub struct TransportError {
    sent: bool,
    timed_out: bool,
    is_permanent: bool,
    response: Option<Box<Response<Bytes>>>,
    source: Box<dyn StdError + Send + Sync>,
}

impl TransportError {
    /// Nothing of the request reached a server: no address, no connection, no TLS session.
    pub fn not_sent(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(false, source.into())
    }

    /// The server may have received the request.
    pub fn unknown(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(true, source.into())
    }

    /// Connecting timed out; nothing was sent.
    #[must_use]
    pub fn connect_timeout(limits: ExchangeLimits) -> Self {
        Self::not_sent(format!("no connection within {:?}", limits.connect)).timed_out()
    }

    /// The exchange timed out; the server may have received the request.
    #[must_use]
    pub fn attempt_timeout(limits: ExchangeLimits) -> Self {
        Self::unknown(format!("no whole response within {:?}", limits.attempt)).timed_out()
    }

    /// The body of the response exceeds the limit.
    #[must_use]
    pub fn response_too_long(limits: ExchangeLimits) -> Self {
        Self::unknown(format!("the response is longer than {} bytes", limits.response_bytes))
            .permanent()
    }

    /// The headers of the response exceed the limits, or its `Content-Length` is 2^64 - 2 or 2^64 - 1.
    #[must_use]
    pub fn headers_too_long() -> Self {
        let limits = format!("{MAX_HEADERS} headers or {MAX_HEADER_BYTES} bytes of them");
        Self::unknown(format!(
            "the response has more than {limits}, or an impossible Content-Length"
        ))
        .permanent()
    }

    /// The proxy rejected the credentials (HTTP 407 to `CONNECT`); nothing was sent. Permanent,
    /// since retrying the same password may lock the account.
    #[must_use]
    pub fn proxy_authentication() -> Self {
        let advice = "check the user name and the password in the proxy's URL";
        Self::not_sent(format!("the proxy rejected the credentials (HTTP 407); {advice}"))
            .permanent()
    }

    /// Marks the error as a timeout.
    #[must_use]
    pub fn timed_out(self) -> Self {
        Self { timed_out: true, ..self }
    }

    /// Marks the error as permanent: another attempt would fail in the same way, so the call is not
    /// retried.
    ///
    /// For what only a change of the configuration can fix, such as a proxy that rejects its
    /// credentials.
    #[must_use]
    pub fn permanent(self) -> Self {
        Self { is_permanent: true, ..self }
    }

    /// Adds what arrived of the response: status, headers and part of the body. The server then has
    /// received the request.
    #[must_use]
    pub fn with_partial(self, response: Response<Bytes>) -> Self {
        Self { sent: true, response: Some(Box::new(response)), ..self }
    }

    /// Whether the server may have received the request.
    #[must_use]
    pub fn may_be_sent(&self) -> bool {
        self.sent
    }

    /// Whether a timeout ended the exchange.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.timed_out
    }

    /// Whether another attempt would fail in the same way.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.is_permanent
    }

    fn new(sent: bool, source: Box<dyn StdError + Send + Sync>) -> Self {
        Self { sent, timed_out: false, is_permanent: false, response: None, source }
    }

    /// What arrived of the response, if anything did: status, headers and part of the body.
    #[must_use]
    pub fn partial(&self) -> Option<&Response<Bytes>> {
        self.response.as_deref()
    }

    /// Takes out what arrived of the response.
    pub(crate) fn take_partial(&mut self) -> Option<Response<Bytes>> {
        self.response.take().map(|response| *response)
    }
}

/// Writes the innermost source, which has the reason: the errors around it often only say that
/// something failed.
impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut innermost: &dyn StdError = &*self.source;
        let mut reason = innermost.to_string();
        while let Some(source) = innermost.source() {
            innermost = source;
            let text = source.to_string();
            reason = if text.is_empty() { reason } else { text };
        }
        f.write_str(&reason)
    }
}

// Without the response, which may echo what was sent.
impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("sent", &self.sent)
            .field("timed_out", &self.timed_out)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}
