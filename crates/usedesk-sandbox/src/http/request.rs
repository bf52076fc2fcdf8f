//! The head of a request.

use std::net::IpAddr;

use super::ReadError;

/// A complete request.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Without the query.
    pub(crate) path: String,
    pub(crate) query: String,
    /// With lowercase names.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) keep_alive: bool,
    /// Whether it came over TLS.
    pub(crate) is_secure: bool,
    /// The address of the client.
    pub(crate) peer: Option<IpAddr>,
}

/// How the length of the body is given.
pub(super) enum Framing {
    Length(u64),
    Chunked,
}

impl Request {
    /// Parses the head at the start of `bytes`. Returns the request without its body and the length
    /// of the head, or `None` if the head is incomplete.
    pub(crate) fn parse_head(bytes: &[u8]) -> Result<Option<(Self, usize)>, ReadError> {
        let mut headers = [httparse::EMPTY_HEADER; 128];
        let mut head = httparse::Request::new(&mut headers);
        let length = match head.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => {
                return Err(ReadError::Rejected(431, "more than 128 headers"));
            }
            Err(_) => return Err(ReadError::Rejected(400, "the head of the request is malformed")),
        };
        let (path, query) = split_target(head.path.unwrap_or_default())?;
        let headers = head.headers.iter().map(|header| {
            let value = String::from_utf8_lossy(header.value).into_owned();
            (header.name.to_ascii_lowercase(), value)
        });
        let mut request = Self {
            method: head.method.unwrap_or_default().to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.collect(),
            body: Vec::new(),
            keep_alive: false,
            is_secure: false,
            peer: None,
        };
        request.keep_alive = head.version == Some(1) && !request.lists("connection", "close");
        if head.version == Some(1) && request.header("host").is_none() {
            return Err(ReadError::Rejected(400, "HTTP/1.1 requires the header Host"));
        }
        Ok(Some((request, length)))
    }

    /// Creates a request for a method of the API, with the HTTP method that it takes.
    #[cfg(feature = "program")]
    pub(crate) fn of_api(method: &str, path: &str, parameters: &serde_json::Value) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: String::new(),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: parameters.to_string().into_bytes(),
            keep_alive: false,
            is_secure: false,
            peer: None,
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let named = self.headers.iter().find(|(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }

    /// Whether a header with a comma-separated list contains this item.
    pub(super) fn lists(&self, name: &str, word: &str) -> bool {
        let named = self.headers.iter().filter(|(known, _)| known == name);
        named
            .flat_map(|(_, value)| value.split(','))
            .any(|piece| piece.trim().eq_ignore_ascii_case(word))
    }

    /// Returns the framing of the body. `Content-Length` together with `Transfer-Encoding`, or
    /// twice, is rejected, since parsers disagree on where such a request ends.
    pub(super) fn framing(&self) -> Result<Framing, ReadError> {
        let encodings = self.headers.iter().filter(|(name, _)| name == "transfer-encoding").count();
        let mut lengths = self.headers.iter().filter(|(name, _)| name == "content-length");
        let length = lengths.next();
        if lengths.next().is_some() {
            return Err(ReadError::Rejected(400, "more than one Content-Length"));
        }
        match (encodings, length) {
            (0, None) => Ok(Framing::Length(0)),
            (0, Some((_, digits))) => {
                if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(ReadError::Rejected(400, "Content-Length is not a number"));
                }
                // Only digits: a parse error means an overflow.
                Ok(Framing::Length(digits.parse().unwrap_or(u64::MAX)))
            }
            (1, None) if self.header("transfer-encoding").is_some_and(is_chunked) => {
                Ok(Framing::Chunked)
            }
            (_, None) => {
                Err(ReadError::Rejected(400, "the only supported transfer coding is chunked"))
            }
            (_, Some(_)) => {
                Err(ReadError::Rejected(400, "both Transfer-Encoding and Content-Length"))
            }
        }
    }
}

fn is_chunked(encoding: &str) -> bool {
    encoding.trim().eq_ignore_ascii_case("chunked")
}

/// Splits `/path?query` or `http://host/path?query` into path and query.
fn split_target(target: &str) -> Result<(&str, &str), ReadError> {
    let target = target.split_once('#').map_or(target, |(target, _)| target);
    let target = match target.strip_prefix("http://") {
        Some(rest) => rest.find('/').map_or("/", |slash| &rest[slash..]),
        None => target,
    };
    if !target.starts_with('/') {
        return Err(ReadError::Rejected(400, "the request target is not a path"));
    }
    Ok(target.split_once('?').unwrap_or((target, "")))
}
