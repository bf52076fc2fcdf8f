//! What would be sent, to look at.

use std::fmt;

use http::{HeaderMap, Method, Request, Uri};

use crate::body::Body;

/// The request that an operation makes, with the token replaced; nothing was sent.
///
/// `Display` writes it as HTTP does: the request line, the headers, an empty line, the body.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Preview {
    /// The HTTP method.
    pub method: Method,
    /// The whole URL.
    pub uri: Uri,
    /// The headers that the SDK sets; the transport adds its own, such as `Content-Length`.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Preview {
    /// What stands in the place of the token.
    pub const TOKEN: &'static str = "REDACTED";

    pub(crate) fn new(request: Request<Body>) -> Self {
        let (head, body) = request.into_parts();
        let body = String::from_utf8_lossy(&body.to_vec()).into_owned();
        Self { method: head.method, uri: head.uri, headers: head.headers, body }
    }
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {}", self.method, self.uri)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {}", String::from_utf8_lossy(value.as_bytes()))?;
        }
        write!(f, "\n{}", self.body)
    }
}
