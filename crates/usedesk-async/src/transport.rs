//! One HTTP exchange over reqwest.

use std::error::Error as StdError;
use std::fmt;
use std::future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::{Client, Url};
use tokio::runtime::{self, Handle};
use tokio::task::coop;
use tokio::time::{Instant, timeout_at};
use usedesk_core::http::{Request, Uri};
use usedesk_core::{
    Body, BoxFuture, ExchangeLimits, ExchangeResult, Response, Transport, TransportError,
};

use crate::body::{Begun, Pieces, Segments};

/// How much room is made for an answer before its length is believed, in bytes.
const FIRST_READ: usize = 64 * 1024;

/// The transport of this crate.
pub(crate) struct ReqwestTransport {
    client: Client,
    /// Kept parsed: parsing it anew for every call costs a tenth of one.
    base_url: Url,
    /// The runtime of the first call, in which the connections live.
    runtime: OnceLock<runtime::Id>,
}

impl ReqwestTransport {
    pub(crate) fn new(client: Client, base_url: Url) -> Self {
        Self { client, base_url, runtime: OnceLock::new() }
    }

    /// Fails outside of tokio, where nothing can be sent, and in every runtime but the first: a
    /// connection makes progress only while its own runtime runs.
    fn check_runtime(&self) -> Result<(), TransportError> {
        let reason = match Handle::try_current().map(|runtime| runtime.id()) {
            Ok(id) if id == *self.runtime.get_or_init(|| id) => return Ok(()),
            Ok(_) => {
                "this handle belongs to another tokio runtime; build one handle for each runtime"
            }
            Err(_) => "a tokio runtime is needed; await the call inside of one",
        };
        Err(TransportError::not_sent(reason).permanent())
    }

    /// The same URL in reqwest's type. Host and scheme are always those of the base URL.
    fn url(&self, uri: &Uri) -> Url {
        let mut url = self.base_url.clone();
        url.set_path(uri.path());
        url.set_query(uri.query());
        url
    }
}

impl Transport for ReqwestTransport {
    type Exchange = BoxFuture<ExchangeResult>;
    type Sleep = BoxFuture<()>;

    fn exchange(
        &self,
        request: Request<Body>,
        limits: ExchangeLimits,
    ) -> BoxFuture<ExchangeResult> {
        if let Err(fault) = self.check_runtime() {
            return Box::pin(future::ready(Err(fault)));
        }
        let (head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, self.url(&head.uri));
        *request.headers_mut() = head.headers;
        let begun = Begun::default();
        let segments = Segments::new(body, Arc::clone(&begun));
        *request.body_mut() = Some(reqwest::Body::wrap(segments));
        let client = self.client.clone();
        Box::pin(async move {
            // Not reqwest's own limit, which takes a timer, two boxes and a map more.
            let deadline = Instant::now() + limits.attempt;
            match timeout_at(deadline, client.execute(request)).await {
                Ok(Ok(response)) => read(response, limits, deadline).await,
                Ok(Err(error)) => Err(fault(error, *begun.get_or_init(|| false), limits)),
                Err(_) => Err(timed_out(*begun.get_or_init(|| false), limits)),
            }
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        if self.check_runtime().is_err() {
            // There may be no timer. The exchange that follows fails.
            return Box::pin(future::ready(()));
        }
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Reads the whole body. What came is kept when it breaks off or is too long.
async fn read(
    mut response: reqwest::Response,
    limits: ExchangeLimits,
    deadline: Instant,
) -> ExchangeResult {
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
    let mut pieces = Pieces::new(announced.unwrap_or(0).min(FIRST_READ));
    let fault = match timeout_at(deadline, fill(&mut pieces, &mut response, limits)).await {
        Ok(result) => result.err(),
        Err(_) => Some(TransportError::attempt_timeout(limits)),
    };
    let mut whole = Response::new(pieces.join());
    *whole.status_mut() = response.status();
    *whole.version_mut() = response.version();
    *whole.headers_mut() = std::mem::take(response.headers_mut());
    match fault {
        None => Ok(whole),
        Some(fault) => Err(fault.with_partial(whole)),
    }
}

async fn fill(
    pieces: &mut Pieces,
    response: &mut reqwest::Response,
    limits: ExchangeLimits,
) -> Result<(), TransportError> {
    loop {
        // Cooperative, since the time limit is looked at only when this waits.
        let mut chunk = match coop::cooperative(response.chunk()).await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Ok(()),
            Err(error) if error.is_timeout() => {
                return Err(TransportError::attempt_timeout(limits));
            }
            Err(error) => return Err(TransportError::unknown(Cause(error.without_url()))),
        };
        let room = limits.response_bytes - pieces.len();
        let is_too_long = chunk.len() > room;
        chunk.truncate(room);
        pieces.push(chunk);
        if is_too_long {
            return Err(TransportError::response_too_long(limits));
        }
    }
}

/// Sorts a failure by what may have reached the server.
///
/// hyper, with HTTP/1, asks for the body when it is connected, and before it writes the head. So a
/// request whose body it did not begin before it failed has not arrived. Nor will it when our time
/// limit ended the call: the connection has a task of its own, but finds no body then.
fn fault(error: reqwest::Error, begun: bool, limits: ExchangeLimits) -> TransportError {
    // The URL of a GET request holds the token.
    let error = error.without_url();
    match (error.is_connect(), error.is_timeout()) {
        (true, true) => TransportError::connect_timeout(limits),
        (false, true) => timed_out(begun, limits),
        (true, false) => not_connected(error),
        // hyper has the same limit.
        (false, false) if has_too_many_headers(&error) => TransportError::headers_too_long(),
        (false, false) if begun => TransportError::unknown(Cause(error)),
        (false, false) => TransportError::not_sent(Cause(error)),
    }
}

/// A failure to connect. That the proxy opened no tunnel hyper-util tells by its text only, and
/// of the proxy's response it keeps nothing but whether the status was 407.
fn not_connected(error: reqwest::Error) -> TransportError {
    match root_cause(&error).strip_prefix("tunnel error: ") {
        Some("proxy authorization required") => TransportError::proxy_authentication(),
        Some(reason) => TransportError::not_sent(format!("the proxy opened no tunnel: {reason}")),
        None => TransportError::not_sent(Cause(error)),
    }
}

/// The time was up before there was an answer.
fn timed_out(begun: bool, limits: ExchangeLimits) -> TransportError {
    if begun {
        return TransportError::attempt_timeout(limits);
    }
    TransportError::not_sent(format!("no connection within {:?}", limits.attempt)).timed_out()
}

fn has_too_many_headers(error: &reqwest::Error) -> bool {
    // By its type hyper tells this only to servers.
    root_cause(error) == "message head is too large"
}

/// An error as its innermost source, where the reason is: the links above only say that something
/// failed.
#[derive(Debug)]
struct Cause(reqwest::Error);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&root_cause(&self.0))
    }
}

impl StdError for Cause {}

/// The text of the innermost source that has one.
pub(crate) fn root_cause(error: &dyn StdError) -> String {
    let text = error.source().map(root_cause).filter(|text| !text.is_empty());
    text.unwrap_or_else(|| error.to_string())
}

#[cfg(test)]
mod tests;
