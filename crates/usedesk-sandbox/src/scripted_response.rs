//! Responses that a test scripts.

#[cfg(feature = "program")]
mod json;

use std::time::Duration;

use crate::api_error::ErrorCode;
use crate::http::Response;
use crate::reply::{Cut, Reply};
use crate::script::Matcher;

/// A response for requests, queued with [`Sandbox::script`](crate::Sandbox::script).
///
/// It is for the next request, whatever its path. [`for_path`](Self::for_path),
/// [`for_operation`](Self::for_operation) and [`for_parameter`](Self::for_parameter) limit it to
/// requests that match all of them; [`times`](Self::times) and [`always`](Self::always) set how many
/// requests take it.
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
/// // The next three updates that solve a ticket fail; all other requests succeed.
/// let failing = ScriptedResponse::status(500)
///     .for_operation("update_ticket")
///     .for_parameter("status", "2")
///     .times(3);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a scripted response does nothing until Sandbox::script queues it"]
pub struct ScriptedResponse {
    matcher: Matcher,
    /// How many requests take it; `None` for all.
    limit: Option<u64>,
    kind: Kind,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    delay: Duration,
    cut: Option<Cut>,
    acts: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Passthrough,
    Status(u16),
    Raw(Vec<u8>),
    Disconnect,
    Silence,
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

    /// Reads the whole request, then sends nothing and leaves the connection open. It ends when the
    /// client closes it, when the sandbox is dropped, or after 10 minutes.
    pub fn no_response() -> Self {
        Self::of(Kind::Silence)
    }

    /// Limits the response to requests with this path. The prefix `/uapi` and a slash at the end
    /// make no difference.
    pub fn for_path(mut self, path: &str) -> Self {
        self.matcher.set_path(path);
        self
    }

    /// Limits the response to an operation, such as `update_ticket`. An unknown name matches no
    /// request.
    pub fn for_operation(mut self, name: impl Into<String>) -> Self {
        self.matcher.operation = Some(name.into());
        self
    }

    /// Limits the response to requests with this parameter: `status`, `message[text]`,
    /// `lists[0][id]`. A number in JSON equals the same digits in a form. Further calls add
    /// parameters, which must all match.
    pub fn for_parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.matcher.parameters.push((name.into(), value.into()));
        self
    }

    /// Sets how many requests take the response. The default is 1; 0 means 1.
    pub fn times(mut self, count: u64) -> Self {
        self.limit = Some(count.max(1));
        self
    }

    /// Lets all matching requests take the response, until
    /// [`Sandbox::clear_script`](crate::Sandbox::clear_script).
    pub fn always(mut self) -> Self {
        self.limit = None;
        self
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
        self.cut = Some(Cut::Body(bytes));
        self
    }

    /// Sends only the first `bytes` bytes of the response, head included, then closes the
    /// connection. A [`raw`](Self::raw) response is truncated to `bytes` bytes.
    pub fn disconnect_in_head(mut self, bytes: usize) -> Self {
        self.cut = Some(Cut::Head(bytes));
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

    pub(crate) fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    pub(crate) fn limit(&self) -> Option<u64> {
        self.limit
    }

    /// Returns what is sent. `desk_response` is present if [`acts`](Self::acts) is true.
    pub(crate) fn into_reply(self, desk_response: Option<Response>) -> Reply {
        let mut response = match (self.kind, desk_response) {
            (Kind::Disconnect, _) => return Reply::Disconnect,
            (Kind::Silence, _) => return Reply::Silence,
            (Kind::Raw(mut bytes), _) => {
                if let Some(Cut::Head(end) | Cut::Body(end)) = self.cut {
                    bytes.truncate(end);
                }
                return Reply::Raw(bytes);
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
        Reply::Response { response, cut: self.cut }
    }

    fn of(kind: Kind) -> Self {
        Self {
            matcher: Matcher::default(),
            limit: Some(1),
            kind,
            headers: Vec::new(),
            body: None,
            delay: Duration::ZERO,
            cut: None,
            acts: false,
        }
    }
}
