//! Recording exchanges, and replaying them without a server.

use std::collections::BTreeMap;
use std::fmt;
use std::future;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::anonymize::Anonymizer;
use crate::call::AttemptInfo;
use crate::encode::Body;
use crate::transport::{BoxFuture, ExchangeLimits, ExchangeResult, Transport, TransportError};

mod anonymize;

pub use self::anonymize::ANONYMIZED_MEMBERS;

/// Recorded exchanges, as text for a file.
///
/// `Display` writes them as JSON, and `FromStr` reads that. Clones share the exchanges, so keep one
/// and give the other to a [`RecordingTransport`].
///
/// # What is not recorded
///
/// - The token: it is replaced in every spelling that `docs/security.md` lists, wherever it occurs.
/// - The values of [`ANONYMIZED_MEMBERS`]: names, e-mail addresses, phones and addresses, in
///   requests and in responses that are JSON. [`anonymize`](Self::anonymize) adds members.
/// - Files, and other parameters of a request with files.
/// - Headers, except `Content-Type` and `Retry-After` of a response.
///
/// **Messages, subjects, additional fields and other texts are recorded as they are**, with whatever
/// names and addresses people wrote in them. Record a test desk, or read the file before you share
/// it.
#[derive(Clone, Default)]
pub struct Recording(Arc<Mutex<Recorded>>);

#[derive(Clone, Default)]
struct Recorded {
    exchanges: Vec<Exchange>,
    anonymizer: Anonymizer,
}

/// One exchange. What it has is anonymized.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Exchange {
    operation: String,
    request: RecordedRequest,
    #[serde(flatten)]
    result: RecordedResult,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RecordedRequest {
    method: String,
    path: String,
    body: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecordedResult {
    Response {
        status: u16,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        headers: BTreeMap<String, String>,
        #[serde(flatten)]
        body: RecordedBody,
    },
    Error {
        reason: String,
        may_be_sent: bool,
        is_timeout: bool,
        is_permanent: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecordedBody {
    Json(Value),
    Text(String),
}

impl RecordedRequest {
    fn new(request: &Request<Body>, anonymizer: &Anonymizer) -> Self {
        let is = |media_type: &str| {
            let header = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
            header.is_some_and(|header| header.starts_with(media_type))
        };
        let (path, query) = (request.uri().path(), request.uri().query());
        let query = query.map(|query| format!("?{}", anonymizer.form(query))).unwrap_or_default();
        let body = request.body().to_vec();
        let text = String::from_utf8_lossy(&body);
        let body = match serde_json::from_str(&text) {
            _ if is("multipart/") => "(files and parameters, not recorded)".to_owned(),
            Ok(value) if is("application/json") => anonymizer.json(value).to_string(),
            _ => anonymizer.form(&text),
        };
        let path = format!("{}{query}", anonymizer.text(path));
        Self { method: request.method().to_string(), path, body }
    }

    /// Whether they are equal apart from the path of the base URL.
    fn fits(&self, other: &Self) -> bool {
        let is_same_path = self.path.ends_with(&other.path) || other.path.ends_with(&self.path);
        is_same_path && (&self.method, &self.body) == (&other.method, &other.body)
    }
}

impl RecordedResult {
    fn new(result: &ExchangeResult, anonymizer: &Anonymizer) -> Self {
        let response = match result {
            Ok(response) => response,
            Err(error) => {
                return Self::Error {
                    reason: anonymizer.text(&error.to_string()),
                    may_be_sent: error.may_be_sent(),
                    is_timeout: error.is_timeout(),
                    is_permanent: error.is_permanent(),
                };
            }
        };
        let header = |name: HeaderName| {
            let value = response.headers().get(&name)?.to_str().ok()?;
            Some((name.to_string(), anonymizer.text(value)))
        };
        Self::Response {
            status: response.status().as_u16(),
            headers: [CONTENT_TYPE, RETRY_AFTER].into_iter().filter_map(header).collect(),
            body: match serde_json::from_slice(response.body()) {
                Ok(value) => RecordedBody::Json(anonymizer.json(value)),
                Err(_) => {
                    RecordedBody::Text(anonymizer.text(&String::from_utf8_lossy(response.body())))
                }
            },
        }
    }

    /// Returns what the transport would have returned.
    fn into_result(self) -> ExchangeResult {
        match self {
            Self::Response { status, headers, body } => {
                let mut response = Response::new(match body {
                    RecordedBody::Json(value) => value.to_string().into(),
                    RecordedBody::Text(text) => Bytes::from(text),
                });
                let unusable = |_| TransportError::unknown("the recorded response is invalid");
                *response.status_mut() = StatusCode::from_u16(status).map_err(unusable)?;
                let pairs = headers.iter().filter_map(|(name, value)| {
                    Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
                });
                *response.headers_mut() = HeaderMap::from_iter(pairs);
                Ok(response)
            }
            Self::Error { reason, may_be_sent, is_timeout, is_permanent } => {
                let mut error = if may_be_sent {
                    TransportError::unknown(reason)
                } else {
                    TransportError::not_sent(reason)
                };
                if is_timeout {
                    error = error.timed_out();
                }
                Err(if is_permanent { error.permanent() } else { error })
            }
        }
    }
}

/// The name of the operation; empty for a request that no handle made.
fn operation(request: &Request<Body>) -> &'static str {
    request.extensions().get::<AttemptInfo>().map_or("", |info| info.operation)
}

impl Recording {
    /// Starts without exchanges.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Also replaces the values of this member or parameter, of all exchanges recorded from now on.
    #[must_use]
    pub fn anonymize(self, member: impl Into<String>) -> Self {
        self.lock().anonymizer.add(member.into());
        self
    }

    /// Returns how many exchanges there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().exchanges.len()
    }

    /// Returns whether there is no exchange.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copies the exchanges, for a replay that takes them out.
    fn copy(&self) -> Mutex<Recorded> {
        Mutex::new(self.lock().clone())
    }

    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string_pretty(&self.lock().exchanges).map_err(|_| fmt::Error)?;
        writeln!(f, "{text}")
    }
}

impl FromStr for Recording {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        let recorded = Recorded { exchanges: serde_json::from_str(text)?, ..Recorded::default() };
        Ok(Self(Arc::new(Mutex::new(recorded))))
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording").field("exchanges", &self.len()).finish_non_exhaustive()
    }
}

/// A transport that records every exchange of another one.
///
/// It asks for responses without a content coding. An error loses the part of a response that had
/// arrived.
#[derive(Debug)]
pub struct RecordingTransport<T> {
    inner: T,
    recording: Recording,
}

impl<T> RecordingTransport<T> {
    /// Adds the exchanges of `transport` to `recording`.
    pub fn new(transport: T, recording: Recording) -> Self {
        Self { inner: transport, recording }
    }
}

impl<T> Transport for RecordingTransport<T>
where
    T: Transport,
    T::Exchange: Then,
{
    type Exchange = T::Exchange;
    type Sleep = T::Sleep;

    fn exchange(&self, mut request: Request<Body>, limits: ExchangeLimits) -> T::Exchange {
        request.headers_mut().remove(ACCEPT_ENCODING);
        let anonymizer = self.recording.lock().anonymizer.for_request(&request);
        let operation = operation(&request).to_owned();
        let recorded = RecordedRequest::new(&request, &anonymizer);
        let recording = self.recording.clone();
        self.inner.exchange(request, limits).then(move |result| {
            let result = RecordedResult::new(result, &anonymizer);
            recording.lock().exchanges.push(Exchange { operation, request: recorded, result });
        })
    }

    fn sleep(&self, duration: Duration) -> T::Sleep {
        self.inner.sleep(duration)
    }
}

/// What a transport of either flavor returns: a result, or a future of one.
pub trait Then {
    /// Passes the result to `note` when it is there.
    #[must_use]
    fn then(self, note: impl FnOnce(&ExchangeResult) + Send + 'static) -> Self;
}

impl Then for ExchangeResult {
    fn then(self, note: impl FnOnce(&ExchangeResult)) -> Self {
        note(&self);
        self
    }
}

impl Then for BoxFuture<ExchangeResult> {
    fn then(self, note: impl FnOnce(&ExchangeResult) + Send + 'static) -> Self {
        Box::pin(async move {
            let result = self.await;
            note(&result);
            result
        })
    }
}

/// A transport that responds with recorded exchanges and never sleeps.
///
/// The type parameters are what a [`Transport`] of your flavor returns; the transport crates export
/// the one that fits under the same path. A request without a recorded exchange fails: nothing was
/// sent. What is not recorded, such as the token, is not compared, nor is the path of the base URL.
pub struct ReplayTransport<E, S> {
    left: Mutex<Recorded>,
    is_strict: bool,
    exchange: fn(ExchangeResult) -> E,
    sleep: fn() -> S,
}

impl<E, S> fmt::Debug for ReplayTransport<E, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = self.lock().exchanges.len();
        f.debug_struct("ReplayTransport").field("left", &left).finish_non_exhaustive()
    }
}

impl ReplayTransport<ExchangeResult, ()> {
    /// Expects the recorded requests in the recorded order.
    #[must_use]
    pub fn strict(recording: &Recording) -> Self {
        Self::blocking(recording, true)
    }

    /// Takes the next exchange of the same operation, whatever its parameters are.
    #[must_use]
    pub fn by_operation(recording: &Recording) -> Self {
        Self::blocking(recording, false)
    }

    fn blocking(recording: &Recording, is_strict: bool) -> Self {
        Self { left: recording.copy(), is_strict, exchange: |result| result, sleep: || () }
    }
}

impl ReplayTransport<BoxFuture<ExchangeResult>, BoxFuture<()>> {
    /// Expects the recorded requests in the recorded order.
    #[must_use]
    pub fn strict(recording: &Recording) -> Self {
        Self::asynchronous(recording, true)
    }

    /// Takes the next exchange of the same operation, whatever its parameters are.
    #[must_use]
    pub fn by_operation(recording: &Recording) -> Self {
        Self::asynchronous(recording, false)
    }

    fn asynchronous(recording: &Recording, is_strict: bool) -> Self {
        Self {
            left: recording.copy(),
            is_strict,
            exchange: |result| Box::pin(future::ready(result)),
            sleep: || Box::pin(future::ready(())),
        }
    }
}

impl<E, S> ReplayTransport<E, S> {
    fn replay(&self, request: &Request<Body>) -> ExchangeResult {
        let mut left = self.lock();
        let operation = operation(request);
        let recorded = RecordedRequest::new(request, &left.anonymizer.for_request(request));
        let found = if self.is_strict {
            let next = left.exchanges.first();
            let is_next = next.is_some_and(|next| next.request.fits(&recorded));
            is_next.then_some(0)
        } else {
            left.exchanges.iter().position(|exchange| exchange.operation == operation)
        };
        match found {
            Some(at) => left.exchanges.remove(at).result.into_result(),
            None => {
                let next = left.exchanges.first().map_or("none", |next| &next.operation);
                let reason =
                    format!("the recording has no exchange for `{operation}` (next: {next})");
                Err(TransportError::not_sent(reason).permanent())
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<E, S> Transport for ReplayTransport<E, S> {
    type Exchange = E;
    type Sleep = S;

    fn exchange(&self, request: Request<Body>, _: ExchangeLimits) -> E {
        (self.exchange)(self.replay(&request))
    }

    fn sleep(&self, _: Duration) -> S {
        (self.sleep)()
    }
}
