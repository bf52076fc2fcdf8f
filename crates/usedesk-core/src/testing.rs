//! For the tests of users: a mock transport, and responses and events made by hand.

use std::collections::VecDeque;
use std::fmt;
use std::future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::call::Reader;
use crate::decode::{RawResponse, ResponseError};
use crate::encode::Body;
use crate::error::Error;
use crate::operation::{Label, Operation};
use crate::transport::{BoxFuture, ExchangeLimits, ExchangeResult, Transport, TransportError};

pub use self::call_event::CallEventBuilder;
pub use self::recording::{ANONYMIZED_MEMBERS, Recording, RecordingTransport, ReplayTransport};

mod call_event;
mod recording;

/// A transport that returns queued responses, records every request and never sleeps.
///
/// Give a clone of it to a handle and keep one to inspect what was sent. Once the queue is empty,
/// an exchange fails with a transport error: nothing was sent.
///
/// The type parameters are what a [`Transport`] of your flavor returns; the transport crates export
/// the one that fits under the same path.
pub struct MockTransport<E, S> {
    shared: Arc<Mutex<Shared>>,
    exchange: fn(ExchangeResult) -> E,
    sleep: fn() -> S,
}

#[derive(Default)]
struct Shared {
    results: VecDeque<ExchangeResult>,
    requests: Vec<Request<Body>>,
    sleeps: Vec<Duration>,
}

impl MockTransport<ExchangeResult, ()> {
    /// Creates a blocking transport without responses.
    #[must_use]
    pub fn new() -> Self {
        Self { shared: Arc::default(), exchange: |result| result, sleep: || () }
    }
}

impl MockTransport<BoxFuture<ExchangeResult>, BoxFuture<()>> {
    /// Creates an async transport without responses.
    #[must_use]
    pub fn new() -> Self {
        Self {
            shared: Arc::default(),
            exchange: |result| Box::pin(future::ready(result)),
            sleep: || Box::pin(future::ready(())),
        }
    }
}

impl Default for MockTransport<ExchangeResult, ()> {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for MockTransport<BoxFuture<ExchangeResult>, BoxFuture<()>> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E, S> MockTransport<E, S> {
    /// Queues a response with this status and body.
    #[must_use]
    pub fn respond(self, status: StatusCode, body: impl Into<Bytes>) -> Self {
        let mut response = Response::new(body.into());
        *response.status_mut() = status;
        self.respond_with(response)
    }

    /// Queues a whole response, with its headers.
    #[must_use]
    pub fn respond_with(self, response: Response<Bytes>) -> Self {
        self.lock().results.push_back(Ok(response));
        self
    }

    /// Queues a transport error.
    #[must_use]
    pub fn fail(self, error: TransportError) -> Self {
        self.lock().results.push_back(Err(error));
        self
    }

    /// Returns every request so far, in order. Their bodies hold the token of the handle; so do the
    /// URLs of GET requests, which `Debug` prints.
    #[must_use]
    pub fn requests(&self) -> Vec<Request<Body>> {
        self.lock().requests.clone()
    }

    /// Returns the duration of every sleep so far, in order. None of them took any time.
    #[must_use]
    pub fn sleeps(&self) -> Vec<Duration> {
        self.lock().sleeps.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<E, S> Transport for MockTransport<E, S> {
    type Exchange = E;
    type Sleep = S;

    fn exchange(&self, request: Request<Body>, _: ExchangeLimits) -> E {
        let mut shared = self.lock();
        shared.requests.push(request);
        let empty = || Err(TransportError::not_sent("no response is queued").permanent());
        (self.exchange)(shared.results.pop_front().unwrap_or_else(empty))
    }

    fn sleep(&self, duration: Duration) -> S {
        self.lock().sleeps.push(duration);
        (self.sleep)()
    }
}

impl<E, S> Clone for MockTransport<E, S> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), exchange: self.exchange, sleep: self.sleep }
    }
}

// Without the requests, which hold the token.
impl<E, S> fmt::Debug for MockTransport<E, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shared = self.lock();
        f.debug_struct("MockTransport")
            .field("responses_left", &shared.results.len())
            .field("requests", &shared.requests.len())
            .finish_non_exhaustive()
    }
}

/// Decodes the response to an operation as `send` of a handle does, from the JSON of its body and
/// with the status 200.
///
/// # Errors
///
/// As `send`: if the body is an API error, or if it cannot be decoded.
///
/// # Examples
///
/// ```
/// use usedesk_core::tickets::{GetTicket, ListTickets};
/// use usedesk_core::{json, testing};
///
/// # fn main() -> Result<(), usedesk_core::Error> {
/// let rows = testing::decode::<ListTickets>(json!([{"id": 4501, "subject": "Invoice"}]))?;
/// assert_eq!(rows[0].subject, "Invoice");
///
/// let error = testing::decode::<GetTicket>(json!({"error": "no access", "code": 113}));
/// assert!(error.is_err_and(|error| error.is_not_found()));
/// # Ok(())
/// # }
/// ```
#[expect(clippy::needless_pass_by_value, reason = "it takes what json! returns")]
pub fn decode<O: Operation>(body: Value) -> Result<O::Output, Error> {
    let reader = Reader {
        label: Label::of::<O>(),
        limits: ExchangeLimits::default(),
        // With an empty token, nothing is redacted.
        token: "".into(),
        decode: O::decode,
    };
    let response = reader.read(Ok(response(&body)), SystemTime::UNIX_EPOCH);
    response.map(Response::into_body).map_err(|failure| failure.error)
}

/// Decodes a part of a response, such as a [`Comment`](crate::tickets::Comment), as it is decoded in
/// a whole response.
///
/// # Errors
///
/// If it cannot be decoded: it has no id, or is not an object.
///
/// # Examples
///
/// ```
/// use usedesk_core::tickets::Comment;
/// use usedesk_core::{json, testing};
///
/// # fn main() -> Result<(), usedesk_core::ResponseError> {
/// let comment: Comment = testing::decode_part(json!({"id": "7", "message": "Hi", "files": null}))?;
/// assert_eq!((comment.message.as_str(), comment.files.len()), ("Hi", 0));
/// # Ok(())
/// # }
/// ```
#[expect(clippy::needless_pass_by_value, reason = "it takes what json! returns")]
pub fn decode_part<T: DeserializeOwned>(part: Value) -> Result<T, ResponseError> {
    RawResponse::new(&response(&part)).part()
}

fn response(body: &Value) -> Response<Bytes> {
    Response::new(body.to_string().into())
}
