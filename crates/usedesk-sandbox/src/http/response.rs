//! HTTP responses.

use serde_json::json;

/// An HTTP response.
#[derive(Debug)]
pub(crate) struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn typed(status: u16, media_type: &str, body: Vec<u8>) -> Self {
        let mut response = Self::new(status);
        response.set_header("Content-Type".into(), media_type.into());
        response.body = body;
        response
    }

    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    /// Creates an error as PHP web frameworks report it before the API is reached.
    pub(crate) fn message(status: u16, message: &str) -> Self {
        let body = json!({ "message": message }).to_string().into_bytes();
        Self::typed(status, "application/json", body)
    }

    /// Creates such an error as a web page.
    pub(crate) fn page(status: u16, message: &str) -> Self {
        let title = format!("{status} {}", reason(status));
        let message = message.replace('&', "&amp;").replace('<', "&lt;");
        let body = format!(
            "<!DOCTYPE html>\n<html><head><title>{title}</title></head>\n\
             <body><h1>{title}</h1><p>{message}</p></body></html>\n"
        );
        Self::typed(status, "text/html; charset=UTF-8", body.into_bytes())
    }

    /// Creates a response with an uploaded file. Any page can upload one with a form: its scripts must not
    /// run here, as a page of this origin, so browsers save it. An image of a page is still shown.
    pub(crate) fn upload(media_type: &str, bytes: Vec<u8>) -> Self {
        let mut response = Self::typed(200, media_type, bytes);
        response.forbid_scripts();
        response.set_header("X-Content-Type-Options".to_owned(), "nosniff".to_owned());
        response.set_header("Content-Disposition".to_owned(), "attachment".to_owned());
        response
    }

    /// Sets a header. Control characters are removed: the uploader of a file chooses its media
    /// type, and some clients end a line at a bare CR.
    pub(crate) fn set_header(&mut self, mut name: String, mut value: String) {
        for text in [&mut name, &mut value] {
            text.retain(|character| character == '\t' || !character.is_control());
        }
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        self.headers.push((name, value));
    }

    /// Lets a browser run no scripts of a document and treat it as one of another origin.
    pub(crate) fn forbid_scripts(&mut self) {
        let policy = "sandbox; default-src 'none'";
        self.set_header("Content-Security-Policy".to_owned(), policy.to_owned());
    }

    /// Whether the headers close the connection.
    pub(crate) fn closes(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }

    /// Serializes the response, with at most `disconnect_after` bytes of its body.
    pub(crate) fn into_bytes(
        mut self,
        head_only: bool,
        disconnect_after: Option<usize>,
        close: bool,
    ) -> Vec<u8> {
        // These statuses have no body and no `Content-Length`.
        let bodiless = self.status < 200 || self.status == 204;
        if !bodiless && self.header("content-length").is_none() {
            let length = self.body.len().to_string();
            self.set_header("Content-Length".into(), length);
        }
        if close && !self.closes() {
            self.set_header("Connection".into(), "close".into());
        }
        let mut bytes =
            format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status)).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        bytes.extend_from_slice(b"\r\n");
        if !bodiless && !head_only {
            let end = self.body.len().min(disconnect_after.unwrap_or(usize::MAX));
            bytes.extend_from_slice(&self.body[..end]);
        }
        bytes
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let named = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "Scripted",
    }
}
