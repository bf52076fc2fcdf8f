//! One HTTP exchange over ureq.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use ureq::config::{AutoHeaderValue, ConfigBuilder};
use ureq::http::header::CONTENT_LENGTH;
use ureq::typestate::AgentScope;
use ureq::{SendBody, Timeout};
use usedesk_core::http::{HeaderValue, Request, response};
use usedesk_core::{
    Body, ExchangeLimits, ExchangeResult, MAX_HEADER_BYTES, Response, Transport, TransportError,
};

use crate::connect;
use crate::not_connected::NotConnected;

/// Upper bound for what is allocated because of a `Content-Length`, in bytes.
const MAX_PREALLOCATED: usize = 64 * 1024;

/// How many bytes of headers ureq reads: more than core accepts, so that core's limit applies.
const HEADER_BYTES: usize = MAX_HEADER_BYTES + 32 * 1024;

/// The largest valid `Content-Length`: that of hyper, so that both flavors accept the same.
const MAX_LENGTH: u64 = u64::MAX - 2;

/// The transport of this crate.
pub(crate) struct UreqTransport {
    agent: ureq::Agent,
    /// The limits in the agent's own configuration, if it is this crate's agent.
    agent_limits: Option<ExchangeLimits>,
    /// Overrides the agent's proxy.
    without_proxy: bool,
}

/// Configures an agent or a request. A macro, since ureq has no public trait for both.
macro_rules! configured {
    ($config:expr, $limits:expr) => {
        $config
            .http_status_as_error(false)
            // A redirect would carry the token to another host.
            .max_redirects(0)
            .max_response_header_size(HEADER_BYTES)
            // Core requests content codings and decodes them. Another crate may have enabled some.
            .accept_encoding(AutoHeaderValue::None)
            .timeout_global(Some($limits.attempt))
            .timeout_resolve(Some($limits.connect))
            .timeout_connect(Some($limits.connect))
            // A user's agent may have these. They must not end an attempt earlier.
            .timeout_per_call(None)
            .timeout_send_request(None)
            .timeout_send_body(None)
            .timeout_recv_response(None)
            .timeout_recv_body(None)
            .timeout_per_read(None)
            .timeout_per_write(None)
    };
}

impl UreqTransport {
    /// Creates a transport with this crate's agent.
    pub(crate) fn new(config: ConfigBuilder<AgentScope>, limits: ExchangeLimits) -> Self {
        let agent = connect::agent(configured!(config, limits).build());
        Self { agent, agent_limits: Some(limits), without_proxy: false }
    }

    /// Creates a transport with a user's agent.
    pub(crate) fn with_agent(agent: ureq::Agent, without_proxy: bool) -> Self {
        Self { agent, agent_limits: None, without_proxy }
    }

    fn send(
        &self,
        request: Request<SendBody<'static>>,
        limits: ExchangeLimits,
    ) -> Result<Response<ureq::Body>, ureq::Error> {
        // Configuring the request costs a tenth of the call's instructions.
        if self.agent_limits == Some(limits) {
            return self.agent.run(request);
        }
        let mut settings = configured!(self.agent.configure_request(request), limits);
        if self.without_proxy {
            settings = settings.proxy(None);
        }
        self.agent.run(settings.build())
    }
}

impl Transport for UreqTransport {
    type Exchange = ExchangeResult;
    type Sleep = ();

    fn exchange(&self, request: Request<Body>, limits: ExchangeLimits) -> ExchangeResult {
        let (mut head, body) = request.into_parts();
        let is_begun = Arc::new(AtomicBool::new(false));
        let body = if body.is_empty() {
            // ureq does not show when a request without a body is sent.
            is_begun.store(true, Ordering::Relaxed);
            SendBody::none()
        } else {
            head.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
            let is_begun = Arc::clone(&is_begun);
            SendBody::from_owned_reader(Segments { body, segment: 0, position: 0, is_begun })
        };
        let request = Request::from_parts(head, body);
        let response = self
            .send(request, limits)
            .map_err(|error| transport_error(error, is_begun.load(Ordering::Relaxed), limits))?;
        let (mut head, body) = response.into_parts();
        if body.content_length().is_some_and(|length| length > MAX_LENGTH) {
            return Err(TransportError::unknown("the Content-Length of the response is invalid"));
        }
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
    let length = body.content_length().and_then(|length| usize::try_from(length).ok());
    let mut bytes = Vec::with_capacity(length.unwrap_or(0).min(MAX_PREALLOCATED));
    let limit = u64::try_from(limits.response_bytes).unwrap_or(u64::MAX);
    let result = body.into_reader().take(limit.saturating_add(1)).read_to_end(&mut bytes);
    let is_too_long = bytes.len() > limits.response_bytes;
    bytes.truncate(limits.response_bytes);
    let response = Response::from_parts(head, Bytes::from(bytes));
    match result {
        Ok(_) if is_too_long => {
            Err(TransportError::response_too_long(limits).with_partial(response))
        }
        Ok(_) => Ok(response),
        Err(error) => {
            let error = match ureq::Error::from(error) {
                ureq::Error::Timeout(_) => TransportError::attempt_timeout(limits),
                ureq::Error::Io(error) => TransportError::unknown(error),
                error => TransportError::unknown(error),
            };
            Err(error.with_partial(response))
        }
    }
}

/// Decides whether the server may have received the request.
///
/// ureq reads the body once it is connected and has sent the head, so a request whose body was not
/// begun has not arrived. For requests without a body, our connector marks earlier failures with
/// [`NotConnected`].
fn transport_error(error: ureq::Error, is_begun: bool, limits: ExchangeLimits) -> TransportError {
    let (error, is_connected) = match error {
        ureq::Error::Other(error) => match error.downcast::<NotConnected>() {
            Ok(not_connected) => (not_connected.into_innermost(), false),
            Err(error) => (ureq::Error::Other(error), true),
        },
        error => (error, true),
    };
    let is_sent = is_begun && is_connected;
    match error {
        // ureq has the proxy's status only in the text.
        ureq::Error::ConnectProxyFailed(reason) if reason.contains(" 407/") => {
            // With a user's agent, a request without a body counts as sent.
            if is_sent {
                TransportError::unknown(reason).permanent()
            } else {
                TransportError::proxy_authentication()
            }
        }
        ureq::Error::Timeout(_) if is_sent => TransportError::attempt_timeout(limits),
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
            TransportError::connect_timeout(limits)
        }
        ureq::Error::Timeout(_) => {
            TransportError::not_sent(format!("no connection within {:?}", limits.attempt))
                .timed_out()
        }
        ureq::Error::Io(error) if is_sent => TransportError::unknown(error),
        ureq::Error::Io(error) => TransportError::not_sent(error),
        error if is_sent => TransportError::unknown(error),
        error => TransportError::not_sent(error),
    }
}

/// Reads the segments of a body in order.
struct Segments {
    body: Body,
    segment: usize,
    position: usize,
    /// Set once the first byte is requested.
    is_begun: Arc<AtomicBool>,
}

impl Read for Segments {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.is_begun.store(true, Ordering::Relaxed);
        let Some(segment) = self.body.segments().get(self.segment) else {
            return Ok(0);
        };
        let rest = &segment[self.position..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.position += length;
        if self.position == segment.len() {
            self.segment += 1;
            self.position = 0;
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
            let mut reader =
                Segments { body: body.clone(), segment: 0, position: 0, is_begun: Arc::default() };
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
