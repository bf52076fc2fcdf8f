//! Answers that a test puts in place of the real ones.

use std::time::Duration;

use crate::api_error::ErrorCode;
use crate::http::Response;

/// What the next request gets, queued with [`Sandbox::script`](crate::Sandbox::script).
///
/// ```
/// use std::time::Duration;
/// use usedesk_sandbox::{ScriptedResponse, ErrorCode};
///
/// // Throttled; nothing happens on the desk. Usedesk says so in two ways.
/// let throttled = ScriptedResponse::status(429).header("Retry-After", "7").body("slow down");
/// let throttled = ScriptedResponse::api_error(ErrorCode::TooManyRequests);
/// // The update takes effect, but its answer comes late.
/// let late = ScriptedResponse::passthrough().delay(Duration::from_secs(3));
/// // The update takes effect, but its answer breaks off after four bytes.
/// let broken = ScriptedResponse::passthrough().disconnect_after(4);
/// // The update takes effect, but a proxy in between says otherwise.
/// let lost = ScriptedResponse::status(502).body("<html>Bad gateway</html>").after_acting();
/// // So does a cache that got tired of waiting, and Varnish asks to come again, too.
/// let lost = ScriptedResponse::status(503).header("Retry-After", "5").after_acting();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an answer does nothing until Sandbox::script queues it"]
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
    /// The real answer, so that the other methods can delay it, cut it or add to it. The request
    /// takes effect.
    pub fn passthrough() -> Self {
        Self { acts: true, ..Self::of(Kind::Passthrough) }
    }

    /// An HTTP answer with this status and, until told otherwise, an empty body. Besides
    /// `Content-Length` it has the headers given with [`header`](Self::header) and no others.
    pub fn status(status: u16) -> Self {
        Self::of(Kind::Status(status))
    }

    /// An error of the API: `{"error": "text", "code": N}` with HTTP 200.
    pub fn api_error(code: ErrorCode) -> Self {
        let body = code.because("a scripted error").to_json().to_string();
        Self::status(200).header("Content-Type", "application/json").body(body)
    }

    /// Exactly these bytes, HTTP or not, and then the connection is closed.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        Self::of(Kind::Raw(bytes.into()))
    }

    /// Nothing: the request is read to its end, then the connection is closed without a byte.
    pub fn disconnect() -> Self {
        Self::of(Kind::Disconnect)
    }

    /// Adds a header. One with a name that the answer has already takes its place.
    ///
    /// Control characters, CR and LF among them, are left out of name and value, so that a header
    /// is always one line; a head that is broken on purpose is for [`raw`](Self::raw).
    ///
    /// Without effect on [`raw`](Self::raw) and [`disconnect`](Self::disconnect).
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body.
    ///
    /// Without effect on [`raw`](Self::raw) and [`disconnect`](Self::disconnect).
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Waits before the first byte is sent. If the request acts, it does so before the wait. The
    /// wait ends early when the sandbox is dropped.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Promises the whole body in `Content-Length`, sends its first `bytes` bytes and closes the
    /// connection. Of a [`raw`](Self::raw) answer the first `bytes` bytes are sent.
    pub fn disconnect_after(mut self, bytes: usize) -> Self {
        self.disconnect_after = Some(bytes);
        self
    }

    /// Lets the request take its real effect on the desk before this answer is sent.
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

    /// The bytes to write, and whether the connection is closed after them. `real` is the answer
    /// of the desk, present if [`acts`](Self::acts) said so; `head_only` and `keep_alive` come
    /// from the request.
    pub(crate) fn into_bytes(
        self,
        real: Option<Response>,
        head_only: bool,
        keep_alive: bool,
    ) -> (Vec<u8>, bool) {
        let mut response = match (self.kind, real) {
            (Kind::Disconnect, _) => return (Vec::new(), true),
            (Kind::Raw(mut bytes), _) => {
                bytes.truncate(self.disconnect_after.unwrap_or(usize::MAX));
                return (bytes, true);
            }
            (Kind::Passthrough, Some(real)) => real,
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
