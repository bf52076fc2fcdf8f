//! The handle.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use usedesk_core::{
    ApiToken, BuilderSettings, CheckedConfig, Encoding, Error, ExchangeResult, Moment, Operation,
    Paged, Preview, Response, Step, Transport,
};

use crate::builder::Builder;
use crate::paging::{Items, Pages};

/// A connection to a help desk: sends operations and waits for their answers.
///
/// Build one and share it: cloning is cheap, clones use the same connections, and all of it can
/// be used from many threads at a time. Not called client, since in Usedesk that is a customer.
///
/// By default one exchange takes at most 30 seconds, of which connecting at most 10, and a call
/// with all its repetitions at most 3 minutes from when its turn has come; calls start at a
/// [pace](usedesk_core::RateLimit) that the server bears, and are [repeated](usedesk_core::RetryPolicy) where that is safe. An answer has
/// at most 32 MB, no redirect is followed, and nothing goes over plain http except to this machine.
///
/// No thread outlives its call, except that of a name lookup that the operating system does not
/// return from: at most one for each host at a time, whose result all calls wait for.
#[derive(Clone)]
pub struct Usedesk {
    config: Arc<CheckedConfig>,
    transport: Arc<dyn Transport<Exchange = ExchangeResult, Sleep = ()>>,
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

    /// A handle over another transport: a [script](usedesk_core::testing::MockTransport) in a test, or
    /// one of your own.
    ///
    /// What the default transport promises (no redirects, limits of time and size, TLS) then
    /// rests with the one you give.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_transport(
        token: impl Into<ApiToken>,
        transport: impl Transport<Exchange = ExchangeResult, Sleep = ()> + 'static,
    ) -> Result<Self, Error> {
        Self::builder(token).transport(transport).build()
    }

    /// Sends an operation, by value or by reference, and reads its answer.
    ///
    /// # Errors
    ///
    /// The request may break rules, and then nothing is sent; it may not arrive; the server may
    /// refuse it; the answer may be unreadable. [`Error::kind`] says which, and
    /// [`Error::may_have_acted`] whether the change may have been made all the same.
    ///
    /// # Examples
    ///
    /// ```
    /// use usedesk_blocking::{StatusCode, Usedesk, testing::MockTransport, tickets::UpdateTicket};
    ///
    /// let script = MockTransport::new().respond(StatusCode::OK, r#"{"status":"success"}"#);
    /// let usedesk = Usedesk::with_transport("token", script)?;
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

    /// Sends an operation and gives the status and the headers with what was read.
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
                Step::Wait(waiting) => {
                    self.transport.sleep(waiting.duration());
                    waiting.resume(Instant::now())
                }
                Step::Attempt(call) => {
                    let outcome = self.transport.exchange(call.request(), call.limits());
                    call.judge(outcome, moment())
                }
            };
        }
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
    /// use usedesk_blocking::tickets::{ListTickets, TicketSort};
    /// use usedesk_blocking::{Order, StatusCode, Usedesk, testing::MockTransport};
    ///
    /// # let script = MockTransport::new().respond(StatusCode::OK, r#"[{"id": 4501}]"#).answer(StatusCode::OK, "[]");
    /// # let usedesk = Usedesk::with_transport("token", script)?;
    /// let tickets = ListTickets::new().sort(TicketSort::Id, Order::Ascending);
    /// for ticket in usedesk.items(tickets) {
    ///     let ticket = ticket?;
    ///     println!("{} {}", ticket.id, ticket.subject);
    /// }
    /// # Ok::<(), usedesk_blocking::Error>(())
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

    pub(crate) fn from_parts(
        config: CheckedConfig,
        transport: Arc<dyn Transport<Exchange = ExchangeResult, Sleep = ()>>,
    ) -> Self {
        Self { config: Arc::new(config), transport }
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
