//! Responses that a test scripts.

use std::time::Duration;

use crate::api_error::ErrorCode;
use crate::http::Response;

/// A response for one request, queued with [`Sandbox::script`](crate::Sandbox::script).
///
/// The request has no effect on the desk unless the response is a
/// [`passthrough`](Self::passthrough) or has [`after_acting`](Self::after_acting).
///
/// ```
/// use std::time::Duration;
/// use usedesk_sandbox::{ErrorCode, ScriptedResponse};
///
/// // Rate limited, in the two ways Usedesk reports it. The request has no effect.
/// let limited = ScriptedResponse::status(429).header("Retry-After", "7").body("slow down");
/// let limited = ScriptedResponse::api_error(ErrorCode::TooManyRequests);
/// // The update takes effect, and its response is delayed.
/// let delayed = ScriptedResponse::passthrough().delay(Duration::from_secs(3));
/// // The update takes effect, and the body of its response is cut off after four bytes.
/// let truncated = ScriptedResponse::passthrough().disconnect_after(4);
/// // The update takes effect, but a gateway responds with an error.
/// let lost = ScriptedResponse::status(502).body("<html>Bad gateway</html>").after_acting();
/// // The update takes effect, but a cache times out and asks to retry, as Varnish does.
/// let lost = ScriptedResponse::status(503).header("Retry-After", "5").after_acting();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a scripted response does nothing until Sandbox::script queues it"]
pub struct ScriptedResponse {
    kind: Kind,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    delay: Duration,
    disconnect_after: Option<usize>,
    acts: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Passthrough,
    Status(u16),
    Raw(Vec<u8>),
    Disconnect,
}

impl ScriptedResponse {
    /// Passes the desk's own response through, to be delayed, truncated or modified by the other
    /// methods. The request takes effect.
    pub fn passthrough() -> Self {
        Self { acts: true, ..Self::of(Kind::Passthrough) }
    }

    /// Responds with this HTTP status and an empty body, unless [`body`](Self::body) sets one. The
    /// only headers are `Content-Length` and those set with [`header`](Self::header).
    pub fn status(status: u16) -> Self {
        Self::of(Kind::Status(status))
    }

    /// Responds with an API error: `{"error": "text", "code": N}` with HTTP 200.
    pub fn api_error(code: ErrorCode) -> Self {
        let body = code.error("a scripted error").to_json().to_string();
        Self::status(200).header("Content-Type", "application/json").body(body)
    }

    /// Sends exactly these bytes, which need not be HTTP, and closes the connection.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::of(Kind::Raw(bytes.into()))
    }

    /// Reads the whole request, then closes the connection without a response.
    pub fn disconnect() -> Self {
        Self::of(Kind::Disconnect)
    }

    /// Sets a header, replacing any header of the same name.
    ///
    /// Control characters, including CR and LF, are removed from name and value. Use
    /// [`raw`](Self::raw) to send a malformed head.
    ///
    /// Has no effect on [`raw`](Self::raw) and [`disconnect`](Self::disconnect).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body.
    ///
    /// Has no effect on [`raw`](Self::raw) and [`disconnect`](Self::disconnect).
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Delays the first byte of the response. If the request takes effect, it does so before the
    /// delay. The delay ends early when the sandbox is dropped.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Sends only the first `bytes` bytes of the body, then closes the connection.
    /// `Content-Length` announces the whole body. A [`raw`](Self::raw) response is truncated to
    /// `bytes` bytes.
    pub fn disconnect_after(mut self, bytes: usize) -> Self {
        self.disconnect_after = Some(bytes);
        self
    }

    /// Lets the request take effect on the desk before this response is sent.
    pub fn after_acting(mut self) -> Self {
        self.acts = true;
        self
    }

    pub(crate) fn acts(&self) -> bool {
        self.acts
    }

    pub(crate) fn delay_before(&self) -> Duration {
        self.delay
    }

    /// Returns the bytes to write, and whether to close the connection after them.
    /// `desk_response` is present if [`acts`](Self::acts) is true; `head_only` and `keep_alive`
    /// come from the request.
    pub(crate) fn into_bytes(
        self,
        desk_response: Option<Response>,
        head_only: bool,
        keep_alive: bool,
    ) -> (Vec<u8>, bool) {
        let mut response = match (self.kind, desk_response) {
            (Kind::Disconnect, _) => return (Vec::new(), true),
            (Kind::Raw(mut bytes), _) => {
                bytes.truncate(self.disconnect_after.unwrap_or(usize::MAX));
                return (bytes, true);
            }
            (Kind::Passthrough, Some(response)) => response,
            (Kind::Passthrough, None) => Response::new(200),
            (Kind::Status(status), _) => Response::new(status),
        };
        for (name, value) in self.headers {
            response.set_header(name, value);
        }
        if let Some(body) = self.body {
            response.body = body;
        }
        let close = !keep_alive || self.disconnect_after.is_some() || response.closes();
        (response.into_bytes(head_only, self.disconnect_after, close), close)
    }

    fn of(kind: Kind) -> Self {
        Self {
            kind,
            headers: Vec::new(),
            body: None,
            delay: Duration::ZERO,
            disconnect_after: None,
            acts: false,
        }
    }
}
