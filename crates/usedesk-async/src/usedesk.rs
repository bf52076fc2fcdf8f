//! The handle. `builder` has its constructors, and `pagination` its `pages` and `items`.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime};

use usedesk_core::internal::{Call, CheckedConfig, Moment, Step};
use usedesk_core::shared_limit::{SharedRateLimiter, SlotReply, StoreError};
use usedesk_core::{
    BoxFuture, Encoding, Error, ExchangeResult, Operation, Preview, Response, Transport,
};

pub(crate) type DynSharedLimiter = dyn SharedRateLimiter<Reply = BoxFuture<SlotReply>>;
pub(crate) type DynTransport =
    dyn Transport<Exchange = BoxFuture<ExchangeResult>, Sleep = BoxFuture<()>>;

/// A handle to the API of a help desk: sends operations and decodes their responses.
///
/// Build one and share it. Cloning is cheap, clones use the same connections and the same rate
/// limit, and many tasks can use it concurrently. It is not called client, because a client of
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
/// # Runtimes
///
/// Sending needs a tokio runtime whose I/O and time drivers are enabled, as `enable_all` and
/// `#[tokio::main]` do, and always the same one: connections live in the runtime that made them. A
/// handle and its clones belong to the runtime of their first call. Outside of a runtime, and in
/// any other, a call fails with a [transport error](usedesk_core::ErrorKind::Transport); nothing is
/// sent. Build a handle in each runtime, and share a [`RateLimiter`](usedesk_core::RateLimiter)
/// between them if there are several. In tests, `#[tokio::test]` makes a runtime for each test.
///
/// In one runtime a handle can be used from everywhere: its tasks, a `LocalSet`, and any thread by
/// `Handle::block_on`. A [transport](Self::with_transport) of your own may have other needs.
#[derive(Clone)]
pub struct Usedesk {
    config: Arc<CheckedConfig>,
    shared_limiter: Option<Arc<DynSharedLimiter>>,
    transport: Arc<DynTransport>,
}

impl Usedesk {
    /// Sends an operation and decodes its response.
    ///
    /// Takes the operation by value or by reference. It is checked and encoded before this returns,
    /// so the future owns all it needs and can be spawned. Nothing is sent before the future is
    /// first polled, and dropping it cancels the call: a request that has been sent may still take
    /// effect.
    ///
    /// # Errors
    ///
    /// [`Error::kind`] tells apart a request that breaks rules (nothing is sent), a transport
    /// error, a rejection by the server and a response that cannot be decoded.
    /// [`Error::may_have_acted`] tells whether the server may have made the change all the same.
    ///
    /// Outside of a tokio runtime, and in another one than that of the handle's first call, nothing
    /// is sent; see [Runtimes](Self#runtimes).
    ///
    /// # Panics
    ///
    /// The future panics, within tokio, in a runtime whose time or I/O driver is not enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use usedesk_async::{StatusCode, Usedesk, testing::MockTransport, tickets::UpdateTicket};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mock = MockTransport::new().respond(StatusCode::OK, r#"{"status":"success"}"#);
    /// let usedesk = Usedesk::with_transport("token", mock)?;
    /// tokio::spawn(usedesk.send(UpdateTicket::new(4501).subject("Letter"))).await??;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Only operations can be sent:
    ///
    /// ```compile_fail,E0277
    /// # let usedesk = usedesk_async::Usedesk::new("token").unwrap();
    /// let _ = usedesk.send("a text");
    /// ```
    ///
    /// A missing `.await` does not compile where the error is passed on, and gives a warning where
    /// it is not:
    ///
    /// ```compile_fail,E0277
    /// # fn update(usedesk: usedesk_async::Usedesk) -> Result<(), usedesk_async::Error> {
    /// usedesk.send(usedesk_async::tickets::UpdateTicket::new(4501).subject("Letter"))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// ```compile_fail
    /// #![deny(unused_must_use)]
    /// # fn update(usedesk: usedesk_async::Usedesk) {
    /// usedesk.send(usedesk_async::tickets::UpdateTicket::new(4501).subject("Letter"));
    /// # }
    /// ```
    pub fn send<O: Operation>(&self, operation: O) -> SendFuture<O::Output> {
        let response = run(self.config.call(&operation), self.clone());
        SendFuture(Box::pin(async { response.await.map(Response::into_body) }))
    }

    /// Sends an operation and returns the decoded response with its status and headers.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    ///
    /// # Panics
    ///
    /// As [`send`](Self::send).
    pub fn send_with_response<O: Operation>(
        &self,
        operation: O,
    ) -> SendFuture<Response<O::Output>> {
        SendFuture(Box::pin(run(self.config.call(&operation), self.clone())))
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

async fn run<T>(call: Result<Call<T>, Error>, usedesk: Usedesk) -> Result<Response<T>, Error> {
    let mut step = call?.begin(now());
    loop {
        step = match step {
            Step::Done(result) => return result,
            Step::Wait(wait) => {
                usedesk.transport.sleep(wait.duration()).await;
                wait.resume(now())
            }
            Step::Reserve(reserve) => {
                let reply = match &usedesk.shared_limiter {
                    Some(limiter) => limiter.reserve(reserve.request()).await,
                    None => Err(StoreError::new("the handle has none")),
                };
                reserve.resume(reply, now())
            }
            Step::Attempt(attempt) => {
                let result = usedesk.transport.exchange(attempt.request(), attempt.limits()).await;
                attempt.judge(result, moment())
            }
        };
    }
}

/// The time of the tokio runtime, which a user's test may pause.
fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

fn moment() -> Moment {
    Moment { now: now(), wall: SystemTime::now(), random: fastrand::u32(..) }
}

impl fmt::Debug for Usedesk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Usedesk").field("config", &self.config).finish_non_exhaustive()
    }
}

/// The future of a call, from [`Usedesk::send`].
#[must_use = "nothing is sent until it is awaited"]
pub struct SendFuture<T>(BoxFuture<Result<T, Error>>);

impl<T> Future for SendFuture<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for SendFuture<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SendFuture")
    }
}
