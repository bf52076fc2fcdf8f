//! What would be sent, to look at.

use std::fmt;

use http::{HeaderMap, Method, Request};

use crate::encode::Body;
use crate::secret::ApiToken;

/// The request that an operation makes, with the token replaced; nothing was sent.
///
/// `Display` writes it as HTTP does: the request line, the headers, an empty line, the body.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Preview {
    /// The HTTP method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// The headers that the SDK sets; the transport adds its own, such as `Content-Length`.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Preview {
    /// What stands in the place of the token.
    pub const TOKEN: &'static str = "REDACTED";

    /// `request` has the other word already; the token is looked for in case that a parameter
    /// holds it too, unless it is a word, which names of parameters hold.
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
