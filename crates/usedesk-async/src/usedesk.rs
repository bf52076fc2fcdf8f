//! The handle.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime};

use usedesk_core::{
    ApiToken, BoxFuture, BuilderSettings, Call, CheckedConfig, Encoding, Error, ExchangeResult,
    Moment, Operation, Paged, Preview, Response, Step, Transport,
};

use crate::builder::Builder;
use crate::paging::{Items, Pages};

pub(crate) type DynTransport =
    dyn Transport<Exchange = BoxFuture<ExchangeResult>, Sleep = BoxFuture<()>>;

/// A connection to a help desk: sends operations and awaits their answers.
///
/// Build one and share it: cloning is cheap, clones use the same connections, and all of it can
/// be used from many tasks at a time. Not called client, since in Usedesk that is a customer.
///
/// By default one exchange takes at most 30 seconds, of which connecting at most 10, and a call
/// with all its repetitions at most 3 minutes from when its turn has come; calls start at a
/// [pace](usedesk_core::RateLimit) that the server bears, and are [repeated](usedesk_core::RetryPolicy) where that is safe. An answer has
/// at most 32 MB, no redirect is followed, and nothing goes over plain http except to this machine.
///
/// # Runtimes
///
/// Sending needs a tokio runtime whose I/O and time drivers are enabled, as `enable_all` and
/// `#[tokio::main]` do, and always the same one: connections live in the runtime that made them. A
/// handle and its clones belong to the runtime of their first call. Outside of a runtime, and in any
/// other, a call fails with a [transport error](usedesk_core::ErrorKind::Transport); nothing is sent.
/// Build a handle in each runtime, and share a [`RateLimiter`](usedesk_core::RateLimiter) where several are in
/// use. In tests, `#[tokio::test]` makes a runtime for each test.
///
/// In one runtime a handle can be used from everywhere: its tasks, a `LocalSet`, and any thread by
/// `Handle::block_on`. A [transport](Self::with_transport) of your own may have other needs.
#[derive(Clone)]
pub struct Usedesk {
    config: Arc<CheckedConfig>,
    transport: Arc<DynTransport>,
}

impl Usedesk {
    /// A handle for the international cloud with the secret of an API channel.
    ///
    /// # Errors
    ///
    /// When the token is empty or holds control characters or white space, and when the operating
    /// system gives no root certificates.
    pub fn new(token: impl Into<ApiToken>) -> Result<Self, Error> {
        Self::builder(token).build()
    }

    /// A handle with the token in the environment variable `USEDESK_API_TOKEN`, for the
    /// international cloud or, if it is set, the base URL in `USEDESK_BASE_URL`. A variable that is
    /// empty counts as not set.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), and when the token is not set or the base URL is not usable. The
    /// error names the variable that is wrong.
    pub fn from_env() -> Result<Self, Error> {
        Builder::from_env()?.build()
    }

    /// Begins a handle with other settings than the default ones.
    pub fn builder(token: impl Into<ApiToken>) -> Builder {
        Builder::new(BuilderSettings::new(token))
    }

    /// A handle over another transport: a [script](crate::testing::MockTransport) in a test, or one of
    /// your own, such as one around a finished `reqwest::Client`.
    ///
    /// What the default transport promises (no redirects, limits of time and size, TLS) then
    /// rests with the one you give.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_transport(
        token: impl Into<ApiToken>,
        transport: impl Transport<Exchange = BoxFuture<ExchangeResult>, Sleep = BoxFuture<()>> + 'static,
    ) -> Result<Self, Error> {
        Self::builder(token).transport(transport).build()
    }

    /// Sends an operation, by value or by reference, and reads its answer.
    ///
    /// The operation is checked and encoded at once, so the future owns all it needs and can be
    /// spawned. Nothing is sent before it is first polled, and dropping it cancels: a request
    /// that was sent by then may still take effect.
    ///
    /// # Errors
    ///
    /// The request may break rules, and then nothing is sent; it may not arrive; the server may
    /// refuse it; the answer may be unreadable. [`Error::kind`] says which, and
    /// [`Error::may_have_acted`] whether the change may have been made all the same. Outside of a
    /// tokio runtime, and in another one than the handle's first call, nothing is sent; see
    /// [Runtimes](Self#runtimes).
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
    /// let script = MockTransport::new().respond(StatusCode::OK, r#"{"status":"success"}"#);
    /// let usedesk = Usedesk::with_transport("token", script)?;
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
    /// A forgotten `.await` does not compile where the error is passed on, and is warned of where
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
        let exchanged = exchange(self.config.call(&operation), Arc::clone(&self.transport));
        SendFuture(Box::pin(async { exchanged.await.map(Response::into_body) }))
    }

    /// Sends an operation and gives the status and the headers with what was read.
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
        let (call, transport) = (self.config.call(&operation), Arc::clone(&self.transport));
        SendFuture(Box::pin(exchange(call, transport)))
    }

    /// A handle over the same connections, with the same pace, whose calls take at most so long,
    /// the wait for their turn included; at most a day.
    ///
    /// When the time will not do for a wait, the error comes at once, and
    /// [`Error::retry_after`] says when there would have been something to come back for.
    #[must_use]
    pub fn with_deadline(&self, limit: Duration) -> Self {
        self.with_config(self.config.with_deadline(limit))
    }

    /// A handle over the same connections whose calls start at once, out of turn: for what cannot
    /// wait behind a long job.
    #[must_use]
    pub fn without_rate_limit(&self) -> Self {
        self.with_config(self.config.without_rate_limit())
    }

    /// A handle over the same connections, with the same rate limit, that writes bodies in this
    /// encoding: for methods that take another one than the rest. A request with files is
    /// multipart in either.
    #[must_use]
    pub fn with_encoding(&self, encoding: Encoding) -> Self {
        self.with_config(self.config.with_encoding(encoding))
    }

    fn with_config(&self, config: CheckedConfig) -> Self {
        Self { config: Arc::new(config), transport: Arc::clone(&self.transport) }
    }

    /// Walks a list page by page, from the page that `operation` asks for. Nothing is sent before
    /// the first page is asked for, and no page before the one before it is done with.
    pub fn pages<O: Paged>(&self, operation: O) -> Pages<O> {
        Pages::new(self.clone(), operation)
    }

    /// Walks a list row by row, over all its pages.
    ///
    /// # Examples
    ///
    /// ```
    /// use usedesk_async::tickets::{ListTickets, TicketSort};
    /// use usedesk_async::{Order, StatusCode, Usedesk, testing::MockTransport};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), usedesk_async::Error> {
    /// # let script = MockTransport::new().respond(StatusCode::OK, r#"[{"id": 4501}]"#).answer(StatusCode::OK, "[]");
    /// # let usedesk = Usedesk::with_transport("token", script)?;
    /// let tickets = ListTickets::new().sort(TicketSort::Id, Order::Ascending);
    /// let mut tickets = usedesk.items(tickets);
    /// while let Some(ticket) = tickets.next().await {
    ///     let ticket = ticket?;
    ///     println!("{} {}", ticket.id, ticket.subject);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn items<O: Paged>(&self, operation: O) -> Items<O> {
        Items::new(self.pages(operation))
    }

    /// What [`send`](Self::send) would send, with another word in the place of the token and
    /// the size of each file in the place of its content. Nothing is sent.
    ///
    /// # Errors
    ///
    /// When the request breaks rules.
    pub fn preview<O: Operation>(&self, operation: O) -> Result<Preview, Error> {
        self.config.preview(&operation)
    }

    pub(crate) fn from_parts(config: CheckedConfig, transport: Arc<DynTransport>) -> Self {
        Self { config: Arc::new(config), transport }
    }
}

async fn exchange<T>(
    call: Result<Call<T>, Error>,
    transport: Arc<DynTransport>,
) -> Result<Response<T>, Error> {
    let mut step = call?.begin(now());
    loop {
        step = match step {
            Step::Done(result) => return result,
            Step::Wait(waiting) => {
                transport.sleep(waiting.duration()).await;
                waiting.resume(now())
            }
            Step::Attempt(call) => {
                let outcome = transport.exchange(call.request(), call.limits()).await;
                call.judge(outcome, moment())
            }
        };
    }
}

/// The runtime's time, which a test of a user's may hold still.
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

/// An operation on its way; see [`Usedesk::send`].
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
