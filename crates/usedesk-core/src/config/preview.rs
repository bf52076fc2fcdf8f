//! Requests to inspect before they are sent.

use std::fmt;

use http::{HeaderMap, Method, Request};

use crate::encode::Body;
use crate::secret::ApiToken;

/// The request of an operation without the token. It was not sent.
///
/// `Display` writes it like HTTP: the method and URL, the headers, an empty line, the body.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Preview {
    /// The HTTP method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// The headers that the SDK sets. The transport adds its own, such as `Content-Length`.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Preview {
    /// The placeholder for the token.
    pub const TOKEN: &'static str = "REDACTED";

    /// Expects a request with the placeholder. A parameter may hold the token too; it is then
    /// redacted, unless it may be a word.
    pub(crate) fn new(request: &Request<Body>, token: &ApiToken) -> Self {
        Self {
            method: request.method().clone(),
            url: token.redact_names(&request.uri().to_string()),
            headers: request.headers().clone(),
            body: token.redact_names(&String::from_utf8_lossy(&request.body().to_vec())),
        }
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.method, self.url)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
        }
        write!(f, "\n{}", self.body)
    }
}
