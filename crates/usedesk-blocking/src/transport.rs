//! One HTTP exchange over ureq.

use std::collections::VecDeque;
use std::error::Error as StdError;
use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use bytes::{Buf, Bytes};
use ureq::config::AutoHeaderValue;
use ureq::http::header::CONTENT_LENGTH;
use ureq::{Error, SendBody, Timeout};
use usedesk_core::http::{HeaderValue, Request, response};
use usedesk_core::{
    Body, ExchangeLimits, ExchangeResult, MAX_HEADER_BYTES, Response, Transport, TransportError,
};

use crate::ureq::NotConnected;

/// How many bytes of headers ureq reads: more than core accepts, so that core's limit applies.
const HEADER_BYTES: usize = MAX_HEADER_BYTES + 32 * 1024;

/// The transport of this crate, over ureq.
///
/// A handle has it unless it is built with another one. To add something to each exchange, wrap it:
/// [`Builder::wrap_transport`](crate::Builder::wrap_transport).
pub struct UreqTransport {
    pub(crate) agent: ureq::Agent,
    /// Overrides the agent's proxy.
    pub(crate) without_proxy: bool,
}

// Without the agent, whose settings may hold the password of a proxy.
impl fmt::Debug for UreqTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UreqTransport").finish_non_exhaustive()
    }
}

impl Transport for UreqTransport {
    type Exchange = ExchangeResult;
    type Sleep = ();

    fn exchange(&self, request: Request<Body>, limits: ExchangeLimits) -> ExchangeResult {
        let (mut head, body) = request.into_parts();
        // ureq does not show when a request without a body is sent.
        let is_begun = Arc::new(AtomicBool::new(body.is_empty()));
        let body = if body.is_empty() {
            SendBody::none()
        } else {
            head.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
            let (left, is_begun) = (body.segments().to_vec().into(), Arc::clone(&is_begun));
            SendBody::from_owned_reader(Segments { left, is_begun })
        };
        let request = self
            .agent
            .configure_request(Request::from_parts(head, body))
            .http_status_as_error(false)
            // A redirect would carry the token to another host.
            .max_redirects(0)
            .max_response_header_size(HEADER_BYTES)
            // Core requests content codings and decodes them. Another crate may have enabled some.
            .accept_encoding(AutoHeaderValue::None)
            .timeout_global(Some(limits.attempt))
            .timeout_resolve(Some(limits.connect))
            .timeout_connect(Some(limits.connect))
            // A user's agent may have these. They must not end an attempt earlier.
            .timeout_per_call(None)
            .timeout_send_request(None)
            .timeout_send_body(None)
            .timeout_recv_response(None)
            .timeout_recv_body(None)
            .timeout_per_read(None)
            .timeout_per_write(None);
        let request = if self.without_proxy { request.proxy(None) } else { request };
        let response = self
            .agent
            .run(request.build())
            .map_err(|error| transport_error(error, is_begun.load(Ordering::Relaxed), limits))?;
        let (mut head, body) = response.into_parts();
        // ureq stores the URL there, which contains the token of a GET request.
        head.extensions.clear();
        read(head, body, limits)
    }

    fn sleep(&self, duration: Duration) {
        thread::sleep(duration);
    }
}

/// Reads the whole body. If it breaks off or is too long, the error has the part that arrived.
fn read(head: response::Parts, body: ureq::Body, limits: ExchangeLimits) -> ExchangeResult {
    let limit = u64::try_from(limits.response_bytes).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    let result = body.into_reader().take(limit.saturating_add(1)).read_to_end(&mut bytes);
    let is_too_long = bytes.len() > limits.response_bytes;
    bytes.truncate(limits.response_bytes);
    let response = Response::from_parts(head, Bytes::from(bytes));
    let error = match result {
        Ok(_) if is_too_long => TransportError::response_too_long(limits),
        Ok(_) => return Ok(response),
        Err(error) => transport_error(error.into(), true, limits),
    };
    Err(error.with_partial(response))
}

/// Decides whether the server may have received the request.
///
/// ureq reads the body once it is connected and has sent the head, so a request whose body was not
/// begun has not arrived. For requests without a body, this crate's agent marks earlier failures.
fn transport_error(error: Error, is_begun: bool, limits: ExchangeLimits) -> TransportError {
    let (error, is_not_connected) = NotConnected::unmark(error);
    let is_sent = is_begun && !is_not_connected;
    let source: Box<dyn StdError + Send + Sync> = match error {
        // ureq has the proxy's status only in the text. With a user's agent, a request without a
        // body counts as sent.
        Error::ConnectProxyFailed(reason) if reason.contains(" 407/") => {
            return if is_sent {
                TransportError::unknown(reason).permanent()
            } else {
                TransportError::proxy_authentication()
            };
        }
        Error::Timeout(_) if is_sent => return TransportError::attempt_timeout(limits),
        Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
            return TransportError::connect_timeout(limits);
        }
        Error::Timeout(_) => {
            let reason = format!("no connection within {:?}", limits.attempt);
            return TransportError::not_sent(reason).timed_out();
        }
        Error::Io(error) => error.into(),
        error => error.into(),
    };
    if is_sent { TransportError::unknown(source) } else { TransportError::not_sent(source) }
}

/// Reads the segments of a body in order.
struct Segments {
    left: VecDeque<Bytes>,
    /// Set once the first byte is requested.
    is_begun: Arc<AtomicBool>,
}

impl Read for Segments {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.is_begun.store(true, Ordering::Relaxed);
        let Some(segment) = self.left.front_mut() else { return Ok(0) };
        let length = segment.len().min(buffer.len());
        segment.copy_to_slice(&mut buffer[..length]);
        if segment.is_empty() {
            self.left.pop_front();
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_are_read_in_order() {
        let parts =
            ["first", "", "second", "third"].map(|part| Bytes::from_static(part.as_bytes()));
        let body: Body = parts.into_iter().collect();
        assert_eq!((body.len(), body.segments().len()), (16, 3));
        for step in [1, 4, 6, 64] {
            let left = body.segments().to_vec().into();
            let mut reader = Segments { left, is_begun: Arc::default() };
            let (mut read, mut buffer) = (Vec::new(), vec![0; step]);
            loop {
                let length = reader.read(&mut buffer).unwrap();
                if length == 0 {
                    break;
                }
                read.extend_from_slice(&buffer[..length]);
            }
            assert_eq!(read, b"firstsecondthird");
        }
    }
}
