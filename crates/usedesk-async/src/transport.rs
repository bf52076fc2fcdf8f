//! One HTTP exchange over reqwest.

use std::error::Error as StdError;
use std::fmt;
use std::future;
use std::mem;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use reqwest::{Client, Url};
use tokio::runtime::{self, Handle};
use tokio::task::coop;
use tokio::time::{Instant, timeout_at};
use usedesk_core::http::{Request, Uri};
use usedesk_core::{
    Body, BoxFuture, ExchangeLimits, ExchangeResult, Response, Transport, TransportError,
};

use crate::body::{IsBegun, Segments};

/// The transport of this crate, over reqwest.
///
/// A handle has it unless it is built with another one. To add something to each exchange, wrap it:
/// [`Builder::wrap_transport`](crate::Builder::wrap_transport).
pub struct ReqwestTransport {
    client: Client,
    /// Parsed by the builder, so that no call fails because of it.
    base_url: Url,
    /// The runtime of the first call, in which the connections live.
    runtime: OnceLock<runtime::Id>,
}

impl ReqwestTransport {
    pub(crate) fn new(client: Client, base_url: Url) -> Self {
        Self { client, base_url, runtime: OnceLock::new() }
    }

    /// Fails outside of a tokio runtime, where nothing can be sent, and in every runtime but the
    /// first: a connection makes progress only while its own runtime runs.
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

    /// Converts to reqwest's type. Scheme and host are always those of the base URL.
    fn url(&self, uri: &Uri) -> Url {
        let mut url = self.base_url.clone();
        url.set_path(uri.path());
        url.set_query(uri.query());
        url
    }
}

// Without the client, whose settings may hold the password of a proxy.
impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport").finish_non_exhaustive()
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
        if let Err(error) = self.check_runtime() {
            return Box::pin(future::ready(Err(error)));
        }
        let (head, body) = request.into_parts();
        let mut request = reqwest::Request::new(head.method, self.url(&head.uri));
        *request.headers_mut() = head.headers;
        let is_begun = IsBegun::default();
        let segments = Segments::new(&body, Arc::clone(&is_begun));
        *request.body_mut() = Some(reqwest::Body::wrap(segments));
        let client = self.client.clone();
        Box::pin(async move {
            // Not reqwest's timeout, which discards a response that is there when it is polled late.
            let deadline = Instant::now() + limits.attempt;
            match timeout_at(deadline, client.execute(request)).await {
                Ok(Ok(response)) => read(response, limits, deadline).await,
                Ok(Err(error)) => {
                    Err(transport_error(error, *is_begun.get_or_init(|| false), limits))
                }
                Err(_) => Err(timed_out(*is_begun.get_or_init(|| false), limits)),
            }
        })
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        if self.check_runtime().is_err() {
            // There may be no timer. The next exchange fails.
            return Box::pin(future::ready(()));
        }
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Reads the whole body. If it breaks off or is too long, the error has the part that arrived.
async fn read(
    mut response: reqwest::Response,
    limits: ExchangeLimits,
    deadline: Instant,
) -> ExchangeResult {
    let mut body = Vec::new();
    let error = match timeout_at(deadline, fill(&mut body, &mut response, limits)).await {
        Ok(result) => result.err(),
        Err(_) => Some(timed_out(true, limits)),
    };
    let mut whole = Response::new(Bytes::from(body));
    *whole.status_mut() = response.status();
    *whole.version_mut() = response.version();
    *whole.headers_mut() = mem::take(response.headers_mut());
    match error {
        None => Ok(whole),
        Some(error) => Err(error.with_partial(whole)),
    }
}

async fn fill(
    body: &mut Vec<u8>,
    response: &mut reqwest::Response,
    limits: ExchangeLimits,
) -> Result<(), TransportError> {
    loop {
        // Cooperative, since the timeout is checked only when this is pending.
        match coop::cooperative(response.chunk()).await {
            Ok(Some(chunk)) => {
                let room = limits.response_bytes - body.len();
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if chunk.len() > room {
                    return Err(TransportError::response_too_long(limits));
                }
            }
            Ok(None) => return Ok(()),
            Err(error) => return Err(transport_error(error, true, limits)),
        }
    }
}

/// Decides whether the server may have received the request.
///
/// With HTTP/1, hyper reads the body once it is connected and before it writes the head. So a
/// request whose body was not begun has not arrived. It will not arrive after a timeout either: the
/// task of the connection continues, but reads an error instead of the body.
fn transport_error(
    error: reqwest::Error,
    is_begun: bool,
    limits: ExchangeLimits,
) -> TransportError {
    // The URL of a GET request contains the token.
    let error = error.without_url();
    match (error.is_connect(), error.is_timeout()) {
        (true, true) => TransportError::connect_timeout(limits),
        (false, true) => timed_out(is_begun, limits),
        (true, false) => not_connected(error),
        // hyper has the same limit as core.
        (false, false) if has_too_many_headers(&error) => TransportError::headers_too_long(),
        (false, false) if is_begun => TransportError::unknown(error),
        (false, false) => TransportError::not_sent(error),
    }
}

fn timed_out(is_begun: bool, limits: ExchangeLimits) -> TransportError {
    if is_begun {
        return TransportError::attempt_timeout(limits);
    }
    TransportError::not_sent(format!("no connection within {:?}", limits.attempt)).timed_out()
}

/// Creates the error for a failure to connect. hyper-util reports a rejected tunnel only in the
/// text, and keeps of the proxy's response only whether the status was 407.
fn not_connected(error: reqwest::Error) -> TransportError {
    match root_cause(&error).strip_prefix("tunnel error: ") {
        Some("proxy authorization required") => TransportError::proxy_authentication(),
        Some(reason) => TransportError::not_sent(format!("the proxy opened no tunnel: {reason}")),
        None => TransportError::not_sent(error),
    }
}

fn has_too_many_headers(error: &reqwest::Error) -> bool {
    // hyper has no public predicate for this on the client side.
    root_cause(error) == "message head is too large"
}

/// Returns the text of the innermost source that has one.
pub(crate) fn root_cause(error: &dyn StdError) -> String {
    let text = error.source().map(root_cause).filter(|text| !text.is_empty());
    text.unwrap_or_else(|| error.to_string())
}

#[cfg(test)]
mod tests;
