//! The handle. `builder` has its constructors, and `pagination` its `pages` and `items`.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use usedesk_core::internal::{CheckedConfig, Moment, Step};
use usedesk_core::shared_limit::{SharedRateLimiter, SlotReply, StoreError};
use usedesk_core::{Encoding, Error, ExchangeResult, Operation, Preview, Response, Transport};

pub(crate) type DynTransport = dyn Transport<Exchange = ExchangeResult, Sleep = ()>;
pub(crate) type DynSharedLimiter = dyn SharedRateLimiter<Reply = SlotReply>;

/// A handle to the API of a help desk: sends operations and decodes their responses.
///
/// Build one and share it. Cloning is cheap, clones use the same connections and the same rate
/// limit, and many threads can use it concurrently. It is not called client, because a client of
/// Usedesk is a customer.
///
/// By default
///
/// - an attempt takes at most 30 seconds, of which connecting at most 10,
/// - a call takes at most 3 minutes with all its retries, counted from when the rate limit lets its
///   first attempt start,
/// - calls are queued by a [rate limit](usedesk_core::RateLimit) of 135 per minute,
/// - failed calls are [retried](usedesk_core::RetryPolicy) where that is safe,
/// - a response body has at most 32 MB, no redirect is followed, and plain http is accepted only
///   for this machine.
///
/// A request with a large body has more time; see
/// [`Builder::attempt_timeout`](crate::Builder::attempt_timeout).
///
/// # What a handle can do
///
/// | method | |
/// | --- | --- |
/// | [`send`](Self::send) | sends an operation and returns its output |
/// | [`send_with_response`](Self::send_with_response) | the same, with the status and the headers of the response |
/// | [`items`](Self::items), [`pages`](Self::pages) | list what an operation with pages lists, row by row or page by page |
/// | [`preview`](Self::preview) | checks an operation and shows its request, without sending it |
/// | [`with_deadline`](Self::with_deadline) | returns a copy that limits how long a call takes, in the queue too |
/// | [`without_rate_limit`](Self::without_rate_limit) | returns a copy without the rate limit |
/// | [`with_encoding`](Self::with_encoding) | returns a copy that sends forms or JSON |
///
/// It is created by [`from_env`](Self::from_env), [`new`](Self::new), a [`builder`](Self::builder) or
/// [`Builder::from_env`](crate::Builder::from_env), or [`with_transport`](Self::with_transport) in tests.
///
/// # Threads
///
/// No thread outlives its call, except that of a DNS lookup that timed out, which takes as long as
/// the operating system takes.
#[derive(Clone)]
pub struct Usedesk {
    config: Arc<CheckedConfig>,
    shared_limiter: Option<Arc<DynSharedLimiter>>,
    transport: Arc<DynTransport>,
}

impl Usedesk {
    /// Sends an operation and decodes its response.
    ///
    /// Takes the operation by value or by reference.
    ///
    /// # Errors
    ///
    /// [`Error::kind`] tells apart a request that breaks rules (nothing is sent), a transport
    /// error, a rejection by the server and a response that cannot be decoded.
    /// [`Error::may_have_acted`] tells whether the server may have made the change all the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use usedesk_blocking::{StatusCode, Usedesk, testing::MockTransport, tickets::UpdateTicket};
    ///
    /// let mock = MockTransport::new().respond(StatusCode::OK, r#"{"status":"success"}"#);
    /// let usedesk = Usedesk::with_transport("token", mock)?;
    /// usedesk.send(UpdateTicket::new(4501).subject("Letter"))?;
    /// # Ok::<(), usedesk_blocking::Error>(())
    /// ```
    ///
    /// Only operations can be sent:
    ///
    /// ```compile_fail,E0277
    /// # let usedesk = usedesk_blocking::Usedesk::new("token").unwrap();
    /// usedesk.send("a text");
    /// ```
    pub fn send<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        self.send_with_response(operation).map(Response::into_body)
    }

    /// Sends an operation and returns the decoded response with its status and headers.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_with_response<O: Operation>(
        &self,
        operation: O,
    ) -> Result<Response<O::Output>, Error> {
        let mut step = self.config.call(&operation)?.begin(Instant::now());
        loop {
            step = match step {
                Step::Done(result) => return result,
                Step::Wait(wait) => {
                    self.transport.sleep(wait.duration());
                    wait.resume(Instant::now())
                }
                Step::Reserve(reserve) => {
                    let reply = match &self.shared_limiter {
                        Some(limiter) => limiter.reserve(reserve.request()),
                        None => Err(StoreError::new("the handle has none")),
                    };
                    reserve.resume(reply, Instant::now())
                }
                Step::Attempt(attempt) => {
                    let result = self.transport.exchange(attempt.request(), attempt.limits());
                    attempt.judge(result, moment())
                }
            };
        }
    }

    /// Returns a handle with the same connections and the same rate limit whose calls take at most
    /// `limit`, the time in the queue included; at most a day.
    ///
    /// A call that would have to wait beyond its deadline fails immediately, and
    /// [`Error::retry_after`] is the wait that did not fit.
    #[must_use]
    pub fn with_deadline(&self, limit: Duration) -> Self {
        self.with_config(self.config.with_deadline(limit))
    }

    /// Returns a handle with the same connections whose calls are never queued by the rate limit,
    /// for what cannot wait behind a long job.
    #[must_use]
    pub fn without_rate_limit(&self) -> Self {
        self.with_config(self.config.without_rate_limit())
    }

    /// Returns a handle with the same connections and the same rate limit that writes bodies in
    /// this encoding, for methods that need another one than the rest. A request with files is
    /// multipart in any case.
    #[must_use]
    pub fn with_encoding(&self, encoding: Encoding) -> Self {
        self.with_config(self.config.with_encoding(encoding))
    }

    fn with_config(&self, config: CheckedConfig) -> Self {
        Self { config: Arc::new(config), ..self.clone() }
    }

    /// Returns what [`send`](Self::send) would send, with a placeholder for the token and the size
    /// of each file instead of its content. Nothing is sent.
    ///
    /// # Errors
    ///
    /// When the request breaks rules.
    pub fn preview<O: Operation>(&self, operation: O) -> Result<Preview, Error> {
        self.config.preview(&operation)
    }

    pub(crate) fn from_parts(
        config: CheckedConfig,
        shared_limiter: Option<Arc<DynSharedLimiter>>,
        transport: Arc<DynTransport>,
    ) -> Self {
        Self { config: Arc::new(config), shared_limiter, transport }
    }
}

fn moment() -> Moment {
    Moment { now: Instant::now(), wall: SystemTime::now(), random: fastrand::u32(..) }
}

impl fmt::Debug for Usedesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Usedesk").field("config", &self.config).finish_non_exhaustive()
    }
}
