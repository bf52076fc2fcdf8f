//! Recording exchanges, and replaying them without a server.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::anonymize::{Anonymizer, normalize, parse};
use crate::call::{AttemptInfo, RequestOrigin};
use crate::encode::Body;
use crate::operation::{Operation, RawOperation};
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
/// - The values of [`ANONYMIZED_MEMBERS`]: passwords, names, e-mail addresses, phones, addresses and
///   the like, in requests and responses, also in JSON inside a text. Objects and lists in such a
///   member are anonymized whole, except for ids, types and dates in them.
///   [`anonymize`](Self::anonymize) adds members.
/// - Files, and other parameters of a request with files.
/// - Bodies of responses that cannot be decoded as JSON.
/// - The base URL: paths are those under it.
/// - Headers, except `Content-Type` and `Retry-After` of a response.
/// - All but the method, the path and the status of a request that no handle made, or whose
///   extensions a transport dropped: its token is not known.
///
/// **Messages, subjects, additional fields, paths and other texts are recorded unchanged**, with
/// whatever names and addresses people wrote in them. Record a test desk, or read the file before
/// you share it.
#[derive(Clone, Default)]
pub struct Recording(Arc<Mutex<Recorded>>);

#[derive(Clone, Default, Serialize, Deserialize)]
struct Recorded {
    /// In addition to [`ANONYMIZED_MEMBERS`].
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    anonymized: BTreeSet<String>,
    exchanges: Vec<Exchange>,
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
    Response(RecordedResponse),
    Error {
        reason: String,
        may_be_sent: bool,
        is_timeout: bool,
        is_permanent: bool,
        /// What arrived of a response.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        partial: Option<RecordedResponse>,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct RecordedResponse {
    status: u16,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(flatten)]
    body: RecordedBody,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecordedBody {
    Json(Value),
    Text(String),
}

/// Replaces what is not recorded.
const NOT_RECORDED: &str = "(not recorded)";

impl RecordedRequest {
    /// Without an anonymizer, neither the query nor the body is recorded.
    fn new(request: &Request<Body>, anonymizer: Option<&Anonymizer>) -> Self {
        let is = |media_type: &str| {
            let header = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
            header.is_some_and(|header| header.starts_with(media_type))
        };
        let form = |form: &str| anonymizer.map(|anonymizer| anonymizer.form(form));
        let body = request.body().to_vec();
        let recorded = match anonymizer {
            _ if body.is_empty() => Some(String::new()),
            Some(anonymizer) if is("application/json") => {
                parse(&body).map(|value| anonymizer.json(value).to_string())
            }
            _ if is("application/x-www-form-urlencoded") => form(&String::from_utf8_lossy(&body)),
            _ => None,
        };
        let or_placeholder = |text: Option<String>| text.unwrap_or_else(|| NOT_RECORDED.to_owned());
        let mut path = path(request).to_owned();
        if let Some(anonymizer) = anonymizer {
            path = anonymizer.name(&path);
        }
        if let Some(query) = request.uri().query() {
            path = format!("{path}?{}", or_placeholder(form(query)));
        }
        Self { method: request.method().to_string(), path, body: or_placeholder(recorded) }
    }
}

impl Exchange {
    /// Whether it is an exchange of this request.
    fn fits(&self, operation: &str, request: &RecordedRequest) -> bool {
        self.operation == operation && self.request == *request
    }

    /// Whether it is an exchange of the same operation. Operations without a name are told apart by
    /// their methods and paths.
    fn is_of(&self, operation: &str, request: &RecordedRequest) -> bool {
        let endpoint = |request: &RecordedRequest| {
            let (path, _) = request.path.split_once('?').unwrap_or((&request.path, ""));
            (request.method.clone(), path.to_owned())
        };
        let is_named = !operation.is_empty() && operation != RawOperation::<Value>::NAME;
        self.operation == operation && (is_named || endpoint(&self.request) == endpoint(request))
    }
}

impl RecordedResponse {
    fn new(response: &Response<Bytes>, anonymizer: Option<&Anonymizer>) -> Self {
        let header = |name: HeaderName| {
            let value = response.headers().get(&name)?.to_str().ok()?;
            Some((name.to_string(), anonymizer?.text(value)))
        };
        let body = response.body();
        Self {
            status: response.status().as_u16(),
            headers: [CONTENT_TYPE, RETRY_AFTER].into_iter().filter_map(header).collect(),
            body: match anonymizer.and_then(|anonymizer| Some(anonymizer.json(parse(body)?))) {
                Some(value) => RecordedBody::Json(value),
                None if body.is_empty() => RecordedBody::Text(String::new()),
                None => RecordedBody::Text(NOT_RECORDED.to_owned()),
            },
        }
    }

    fn into_response(self) -> ExchangeResult {
        let mut response = Response::new(match self.body {
            RecordedBody::Json(value) => value.to_string().into(),
            RecordedBody::Text(text) => Bytes::from(text),
        });
        let unusable = |_| TransportError::unknown("the recorded response is invalid");
        *response.status_mut() = StatusCode::from_u16(self.status).map_err(unusable)?;
        let pairs = self.headers.iter().filter_map(|(name, value)| {
            Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
        });
        *response.headers_mut() = pairs.collect();
        Ok(response)
    }
}

impl RecordedResult {
    /// Without an anonymizer, no text is recorded.
    fn new(result: &ExchangeResult, anonymizer: Option<&Anonymizer>) -> Self {
        let response = |response| RecordedResponse::new(response, anonymizer);
        match result {
            Ok(received) => Self::Response(response(received)),
            Err(error) => Self::Error {
                reason: anonymizer.map_or_else(
                    || NOT_RECORDED.to_owned(),
                    |anonymizer| anonymizer.text(&error.to_string()),
                ),
                may_be_sent: error.may_be_sent(),
                is_timeout: error.is_timeout(),
                is_permanent: error.is_permanent(),
                partial: error.partial().map(response),
            },
        }
    }

    /// Returns what the transport would have returned.
    fn into_result(self) -> ExchangeResult {
        match self {
            Self::Response(response) => response.into_response(),
            Self::Error { reason, may_be_sent, is_timeout, is_permanent, partial } => {
                let mut error = if may_be_sent {
                    TransportError::unknown(reason)
                } else {
                    TransportError::not_sent(reason)
                };
                if is_timeout {
                    error = error.timed_out();
                }
                if let Some(partial) = partial {
                    error = error.with_partial(partial.into_response()?);
                }
                Err(if is_permanent { error.permanent() } else { error })
            }
        }
    }
}

/// The path under the base URL; the whole one for a request that no handle made.
fn path(request: &Request<Body>) -> &str {
    let path = request.uri().path();
    let origin = request.extensions().get::<RequestOrigin>();
    origin.and_then(|origin| path.strip_prefix(&*origin.base_path)).unwrap_or(path)
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
    /// The file names it, so that a replay compares requests without it.
    #[must_use]
    pub fn anonymize(self, member: impl Into<String>) -> Self {
        self.lock().anonymized.insert(normalize(&member.into()));
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
        let text = serde_json::to_string_pretty(&*self.lock()).map_err(|_| fmt::Error)?;
        writeln!(f, "{text}")
    }
}

impl FromStr for Recording {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, serde_json::Error> {
        Ok(Self(Arc::new(Mutex::new(serde_json::from_str(text)?))))
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording").field("exchanges", &self.len()).finish_non_exhaustive()
    }
}

/// A transport that records every exchange of another one.
///
/// It asks for responses without a content coding. What is recorded of a JSON body is its value and
/// not its text: the last of duplicate members, numbers as a 64-bit integer or floating-point number,
/// and repaired text. The beginning of a body that arrived before an error is usually not JSON, and
/// is then not recorded; its status and headers are.
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
        let anonymizer = request.extensions().get::<RequestOrigin>().map(|origin| {
            let added = self.recording.lock().anonymized.clone();
            Anonymizer::new(added, Some(origin.token.clone()))
        });
        let operation = operation(&request).to_owned();
        let recorded = RecordedRequest::new(&request, anonymizer.as_ref());
        let recording = self.recording.clone();
        self.inner.exchange(request, limits).then(move |result| {
            let result = RecordedResult::new(result, anonymizer.as_ref());
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
/// sent. What is not recorded, such as the token and the base URL, is not compared.
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
    /// Expects the recorded requests in the recorded order: the same operation, HTTP method, path
    /// under the base URL, query and body.
    #[must_use]
    pub fn strict(recording: &Recording) -> Self {
        Self::blocking(recording, true)
    }

    /// Takes the next exchange of the same operation, whatever its parameters are. Each
    /// [`RawOperation`](crate::RawOperation) without a name has the same one, so their HTTP methods
    /// and paths are compared, too.
    #[must_use]
    pub fn by_operation(recording: &Recording) -> Self {
        Self::blocking(recording, false)
    }

    fn blocking(recording: &Recording, is_strict: bool) -> Self {
        Self { left: recording.copy(), is_strict, exchange: |result| result, sleep: || () }
    }
}

impl ReplayTransport<BoxFuture<ExchangeResult>, BoxFuture<()>> {
    /// Expects the recorded requests in the recorded order: the same operation, HTTP method, path
    /// under the base URL, query and body.
    #[must_use]
    pub fn strict(recording: &Recording) -> Self {
        Self::asynchronous(recording, true)
    }

    /// Takes the next exchange of the same operation, whatever its parameters are. Each
    /// [`RawOperation`](crate::RawOperation) without a name has the same one, so their HTTP methods
    /// and paths are compared, too.
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
        // Not with the token of this request: it may be another one than was recorded.
        let anonymizer = Anonymizer::new(left.anonymized.clone(), None);
        let recorded = RecordedRequest::new(request, Some(&anonymizer));
        let found = if self.is_strict {
            let next = left.exchanges.first();
            next.is_some_and(|next| next.fits(operation, &recorded)).then_some(0)
        } else {
            left.exchanges.iter().position(|exchange| exchange.is_of(operation, &recorded))
        };
        if let Some(at) = found {
            return left.exchanges.remove(at).result.into_result();
        }
        let next = left.exchanges.first().map_or("none", |next| &next.operation);
        let reason = format!("the recording has no exchange for `{operation}` (next: {next})");
        Err(TransportError::not_sent(reason).permanent())
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
