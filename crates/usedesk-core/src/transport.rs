//! What carries a request: the trait both worlds share.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use crate::body::Body;
use crate::call::{MAX_HEADER_BYTES, MAX_HEADERS};
use crate::settings::{DEFAULT_ATTEMPT_TIMEOUT, DEFAULT_CONNECT_TIMEOUT, DEFAULT_MAX_ANSWER};

/// One HTTP exchange and one pause: all that a call needs from the world.
///
/// The transport crates bring one each; implement it to bring your own. A blocking transport has
/// `Reply = Outcome` and `Pause = ()`, an asynchronous one has boxed futures of both.
///
/// An implementation must not follow a redirect (the body holds the token, and 307 and 308 repeat
/// it to another host), must not repeat a request by itself, and must keep to the [`Limits`].
/// A response may have its content coding still, with the header that says so: it is decoded
/// afterwards, if the feature `gzip` is on.
pub trait Transport: Send + Sync {
    /// The outcome, or a future of it.
    type Reply;
    /// Nothing, or a future of it.
    type Pause;

    /// Sends the request once and reads the whole answer.
    fn exchange(&self, request: Request<Body>, limits: Limits) -> Self::Reply;

    /// Waits.
    fn pause(&self, duration: Duration) -> Self::Pause;
}

/// What an exchange may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The longest that connecting may take, TLS included. A transport that looks up the name as a
    /// step of its own may take as long again for that.
    pub connect: Duration,
    /// The longest that the whole exchange may take, connecting included, with the time for a
    /// large body.
    pub attempt: Duration,
    /// The longest body of an answer, in bytes after decompression.
    pub answer_bytes: usize,
}

impl Limits {
    pub(crate) fn new(connect: Duration, attempt: Duration, answer_bytes: usize) -> Self {
        // Connecting leaves time for an answer. When both limits ended together, it would be
        // chance which one is seen, and with it whether anything can have been sent.
        let most = (attempt / 10 * 9).max(Duration::from_nanos(1));
        Self { connect: connect.min(most), attempt, answer_bytes }
    }

    /// The same with time for a large body.
    pub(crate) fn with_upload_time(self, time: Duration) -> Self {
        Self { attempt: self.attempt + time, ..self }
    }

    /// The same for a call that has so much time left.
    pub(crate) fn within(self, left: Duration) -> Self {
        Self::new(self.connect, self.attempt.min(left), self.answer_bytes)
    }
}

impl Default for Limits {
    /// Those of a handle by default.
    fn default() -> Self {
        Self::new(DEFAULT_CONNECT_TIMEOUT, DEFAULT_ATTEMPT_TIMEOUT, DEFAULT_MAX_ANSWER)
    }
}

/// A future on the heap, as an asynchronous transport returns it.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// How an exchange ended: with an answer of any status, or with a fault.
pub type Outcome = Result<Response<Bytes>, Fault>;

/// An exchange that brought no whole answer.
pub struct Fault {
    sent: bool,
    timed_out: bool,
    is_permanent: bool,
    response: Option<Box<Response<Bytes>>>,
    source: Box<dyn StdError + Send + Sync>,
}

impl Fault {
    /// No byte of the request reached a server: no address, no connection, no TLS.
    pub fn not_sent(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(false, source.into())
    }

    /// The server may have got the request.
    pub fn unknown(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(true, source.into())
    }

    /// Connecting took longer than it may: nothing was sent.
    #[must_use]
    pub fn connect_timeout(limits: Limits) -> Self {
        Self::not_sent(format!("no connection within {:?}", limits.connect)).timed_out()
    }

    /// The exchange took longer than it may, with the request on its way.
    #[must_use]
    pub fn attempt_timeout(limits: Limits) -> Self {
        Self::unknown(format!("no whole answer within {:?}", limits.attempt)).timed_out()
    }

    /// The answer is longer than it may be.
    #[must_use]
    pub fn answer_too_long(limits: Limits) -> Self {
        Self::unknown(format!("the answer is longer than {} bytes", limits.answer_bytes))
            .permanent()
    }

    /// The headers of the answer are longer, or more, than they may be.
    #[must_use]
    pub fn headers_too_long() -> Self {
        let limits = format!("{MAX_HEADERS} headers or {MAX_HEADER_BYTES} bytes of them");
        Self::unknown(format!("the answer has more than {limits}")).permanent()
    }

    /// The proxy opens no tunnel without other credentials (HTTP 407 to `CONNECT`): nothing was
    /// sent. Permanent, since trying the same password again may lock the account.
    #[must_use]
    pub fn proxy_authentication() -> Self {
        let advice = "check the user name and the password in the proxy's URL";
        Self::not_sent(format!("the proxy rejected its credentials (HTTP 407); {advice}"))
            .permanent()
    }

    /// Says that a time limit ended the exchange.
    #[must_use]
    pub fn timed_out(self) -> Self {
        Self { timed_out: true, ..self }
    }

    /// Says that another attempt would fail in the same way, so the call is not retried.
    ///
    /// For what only a change of the settings mends: a proxy that rejects the credentials it is
    /// given, for example.
    #[must_use]
    pub fn permanent(self) -> Self {
        Self { is_permanent: true, ..self }
    }

    /// Adds what had arrived of the answer: status and headers, and the body as far as it came.
    /// The server has then got the request.
    #[must_use]
    pub fn with_partial(self, response: Response<Bytes>) -> Self {
        Self { sent: true, response: Some(Box::new(response)), ..self }
    }

    /// Whether the server may have got the request.
    #[must_use]
    pub fn may_be_sent(&self) -> bool {
        self.sent
    }

    /// Whether a time limit ended the exchange.
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

    pub(crate) fn partial(&self) -> Option<&Response<Bytes>> {
        self.response.as_deref()
    }

    /// Takes out what had arrived of the answer.
    pub(crate) fn take_partial(&mut self) -> Option<Response<Bytes>> {
        self.response.take().map(|response| *response)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.source.fmt(f)
    }
}

// Without the answer, which may repeat what was sent.
impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fault")
            .field("sent", &self.sent)
            .field("timed_out", &self.timed_out)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

// The source is this error's own text, so what lies below it is the next in the chain.
impl StdError for Fault {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.source()
    }
}
