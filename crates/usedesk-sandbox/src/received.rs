//! What the sandbox keeps of each request.

use std::fmt;

use serde_json::{Map, Value};

use crate::http::Request;
use crate::php::{self, Problem, ReceivedFile};

/// A request as it came in, and what PHP would see of it.
///
/// `Debug` leaves the token out and shows the size of the body only.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Received {
    /// The verb: `POST`.
    pub method: String,
    /// The path as sent, without the query: `/uapi/update/ticket`.
    pub path: String,
    /// The query as sent, without the question mark; empty if there was none.
    pub query: String,
    /// All headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, with a chunked one put together.
    pub body: Vec<u8>,
    /// The parameters after PHP's parsing: those of the body over those of the query. Values from
    /// a form are strings, arrays and objects; from JSON they are what they were.
    pub parameters: Map<String, Value>,
    /// The files of a multipart body.
    pub files: Vec<ReceivedFile>,
}

impl Received {
    /// The value of the first header with this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// Reads the parameters. Beside the record comes the reason why the body could not be read,
    /// if it could not.
    pub(crate) fn read(request: Request) -> (Self, Option<Problem>) {
        let content_type = request.header("content-type").unwrap_or_default();
        let reads_forms = request.method != "GET" && request.method != "HEAD";
        let mut parameters = php::read_form(request.query.as_bytes());
        let (body, problem) = match php::read_body(content_type, &request.body, reads_forms) {
            Ok(body) => (body, None),
            Err(problem) => (php::Body::default(), Some(problem)),
        };
        parameters.extend(body.parameters);
        let received = Self {
            method: request.method,
            path: request.path,
            query: request.query,
            headers: request.headers,
            body: request.body,
            parameters,
            files: body.files,
        };
        (received, problem)
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const REDACTED: &str = "(redacted)";
        let mut parameters = self.parameters.clone();
        if let Some(token) = parameters.get_mut("api_token") {
            *token = REDACTED.into();
        }
        let mut headers = self.headers.clone();
        for (name, value) in &mut headers {
            if name == "authorization" {
                REDACTED.clone_into(value);
            }
        }
        f.debug_struct("Received")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("headers", &headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("parameters", &parameters)
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}
