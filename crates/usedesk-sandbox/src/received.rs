//! Recorded requests.

use std::fmt;

use serde_json::{Map, Value};

use crate::http::Request;
use crate::php::{self, BodyError, ReceivedFile};

/// A recorded request: as sent, and as PHP parses it.
///
/// `Debug` redacts the token and shows only the size of the body.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Received {
    /// The HTTP method: `POST`.
    pub method: String,
    /// The path as sent, without the query: `/uapi/update/ticket`.
    pub path: String,
    /// The query as sent, without the question mark; empty if absent.
    pub query: String,
    /// All headers in order, with lowercase names.
    pub headers: Vec<(String, String)>,
    /// The body, with the chunked encoding removed.
    pub body: Vec<u8>,
    /// The parameters as PHP parses them; those of the body override those of the query. Values
    /// from a form are strings, arrays and objects; values from JSON keep their types.
    pub parameters: Map<String, Value>,
    /// The files of a multipart body.
    pub files: Vec<ReceivedFile>,
    /// Whether it came over TLS.
    pub is_secure: bool,
}

impl Received {
    /// Returns the value of the first header with this name, ignoring case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let named = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// Parses the parameters. Returns the error of the body separately, since the request is
    /// recorded either way.
    pub(crate) fn read(request: Request) -> (Self, Option<BodyError>) {
        let content_type = request.header("content-type").unwrap_or_default();
        let reads_forms = request.method != "GET" && request.method != "HEAD";
        let mut parameters = php::read_form(request.query.as_bytes());
        let (body, body_error) = match php::read_body(content_type, &request.body, reads_forms) {
            Ok(body) => (body, None),
            Err(body_error) => (php::Body::default(), Some(body_error)),
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
            is_secure: request.is_secure,
        };
        (received, body_error)
    }

    /// Returns the parameters without the token.
    pub(crate) fn redacted_parameters(&self) -> Map<String, Value> {
        let mut parameters = self.parameters.clone();
        if let Some(token) = parameters.get_mut("api_token") {
            *token = REDACTED.into();
        }
        parameters
    }

    /// Returns the headers without credentials and without the token.
    pub(crate) fn redacted_headers(&self) -> Vec<(String, String)> {
        let token = self.parameters.get("api_token").and_then(Value::as_str);
        let mut headers = self.headers.clone();
        for (name, value) in &mut headers {
            let has_token = token.is_some_and(|token| {
                // A short one could be a part of anything.
                value == token || (token.len() >= 6 && value.contains(token))
            });
            if has_token || CREDENTIALS.contains(&name.as_str()) {
                REDACTED.clone_into(value);
            }
        }
        headers
    }
}

const REDACTED: &str = "(redacted)";
/// Headers whose values are redacted.
const CREDENTIALS: &[&str] = &["authorization", "cookie", "proxy-authorization", "x-api-token"];

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("headers", &self.redacted_headers())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .field("parameters", &self.redacted_parameters())
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}
