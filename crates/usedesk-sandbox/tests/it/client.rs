//! A minimal HTTP client that shows the tests every byte.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use usedesk_sandbox::{ErrorCode, Sandbox, Ticket};

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const JSON: &str = "application/json";

/// How long a test waits for anything before it fails.
const WATCHDOG: Duration = Duration::from_secs(60);

/// Starts a sandbox whose idle timeout is longer than [`WATCHDOG`], so that a client sees a
/// connection end only if the sandbox closes it for another reason.
pub(crate) fn start_without_idle_timeout() -> Sandbox {
    Sandbox::builder().idle_timeout(10 * WATCHDOG).start().unwrap()
}

/// Fails if `action` does not return within [`WATCHDOG`].
pub(crate) fn returns(action: impl FnOnce() + Send + 'static) {
    let (done, is_done) = mpsc::channel();
    thread::spawn(move || {
        action();
        let _ = done.send(());
    });
    assert!(is_done.recv_timeout(WATCHDOG).is_ok(), "panicked or still runs after a minute");
}

/// Waits until a condition holds. Fails after [`WATCHDOG`].
pub(crate) fn eventually(holds: impl Fn() -> bool) {
    let end = Instant::now() + WATCHDOG;
    while !holds() {
        assert!(Instant::now() < end, "not within a minute");
        thread::sleep(Duration::from_millis(5));
    }
}

pub(crate) struct Client {
    host: String,
    stream: BufReader<TcpStream>,
}

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(sandbox: &Sandbox) -> Self {
        Self::connect_to(sandbox.url())
    }

    pub(crate) fn connect_to(url: &str) -> Self {
        let host = url.strip_prefix("http://").unwrap().to_owned();
        let stream = TcpStream::connect(&host).unwrap();
        stream.set_read_timeout(Some(WATCHDOG)).unwrap();
        Self { host, stream: BufReader::new(stream) }
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.get_mut().write_all(bytes.as_ref()).unwrap();
    }

    pub(crate) fn post(
        &mut self,
        path: &str,
        content_type: &str,
        body: impl AsRef<[u8]>,
    ) -> Response {
        let body = body.as_ref();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
            self.host,
            body.len()
        );
        self.send([head.as_bytes(), body].concat());
        self.response()
    }

    pub(crate) fn get(&mut self, target: &str) -> Response {
        self.send(format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host));
        self.response()
    }

    /// As [`Self::get`]; fails if the connection is closed.
    pub(crate) fn try_get(&mut self, target: &str) -> io::Result<Response> {
        write!(self.stream.get_mut(), "GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host)?;
        self.try_response()
    }

    /// Makes a control call, with a host that may do so.
    #[cfg(feature = "program")]
    pub(crate) fn control(&mut self, method: &str, target: &str, body: &Value) -> Response {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let length = body.len();
        self.send(format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n{body}"
        ));
        self.response()
    }

    pub(crate) fn response(&mut self) -> Response {
        self.try_response().unwrap()
    }

    /// Reads a response. Fails if the connection is closed too early.
    pub(crate) fn try_response(&mut self) -> io::Result<Response> {
        let mut response = self.head()?;
        let length = response.header("content-length").map_or(0, |length| length.parse().unwrap());
        response.body.resize(length, 0);
        self.stream.read_exact(&mut response.body)?;
        Ok(response)
    }

    pub(crate) fn head(&mut self) -> io::Result<Response> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if line == "\r\n" {
                break;
            }
            lines.push(line.trim_end().to_owned());
        }
        let status = lines[0].split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines[1..].iter().map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_owned(), value.to_owned())
        });
        Ok(Response { status, headers: headers.collect(), body: Vec::new() })
    }

    /// Waits until the connection is closed or reset, without a response.
    pub(crate) fn is_closed(&mut self) -> bool {
        match self.stream.read(&mut [0]) {
            Ok(count) => count == 0,
            Err(error) => error.kind() == io::ErrorKind::ConnectionReset,
        }
    }

    /// Reads until the connection is closed.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).unwrap();
        rest
    }
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let named = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Calls a method with an encoded form and the token.
pub(crate) fn call(sandbox: &Sandbox, path: &str, parameters: &str) -> Value {
    let body = format!("api_token={}&{parameters}", sandbox.token());
    let response = Client::connect(sandbox).post(path, FORM, body);
    assert_eq!(response.status, 200);
    response.json()
}

/// Calls a method with JSON and the token.
pub(crate) fn call_json(sandbox: &Sandbox, path: &str, mut parameters: Value) -> Value {
    parameters["api_token"] = sandbox.token().into();
    let response = Client::connect(sandbox).post(path, JSON, parameters.to_string());
    assert_eq!(response.status, 200);
    response.json()
}

/// Calls a method with POST and GET, which must give equal responses.
pub(crate) fn list(sandbox: &Sandbox, path: &str, parameters: &str) -> Value {
    let by_post = call(sandbox, path, parameters);
    let target = format!("/uapi{path}?api_token={}&{parameters}", sandbox.token());
    assert_eq!(Client::connect(sandbox).get(&target).json(), by_post);
    by_post
}

/// Returns a numeric member of each row.
pub(crate) fn numbers(rows: &Value, name: &str) -> Vec<u64> {
    rows.as_array().unwrap().iter().map(|row| row[name].as_u64().unwrap()).collect()
}

/// Asserts an API error with this code, which must be documented.
pub(crate) fn assert_code(response: &Value, code: ErrorCode, request: &str) {
    assert_eq!(response["code"], code.number(), "{request}: {response}");
    assert!(response["error"].as_str().is_some_and(|text| !text.is_empty()), "{response}");
    assert_documented(code.number());
}

/// A part of a multipart body: its name, its file name if it is a file, and its content.
pub(crate) type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

/// Calls a method with a multipart body and the token. Files have the type PNG.
pub(crate) fn call_multipart(sandbox: &Sandbox, path: &str, parts: &[Part<'_>]) -> Value {
    let token: Part<'_> = ("api_token", None, sandbox.token().as_bytes());
    let mut body = Vec::new();
    for (name, file_name, content) in [&[token], parts].concat() {
        let head = format!("--XyZ\r\nContent-Disposition: form-data; name=\"{name}\"");
        body.extend(head.bytes());
        if let Some(file_name) = file_name {
            let rest = format!("; filename=\"{file_name}\"\r\nContent-Type: image/png");
            body.extend(rest.bytes());
        }
        body.extend(b"\r\n\r\n");
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--XyZ--\r\n");
    let content_type = "multipart/form-data; boundary=XyZ";
    Client::connect(sandbox).post(path, content_type, body).json()
}

/// Updates a ticket with an encoded form and the token.
pub(crate) fn update(sandbox: &Sandbox, ticket: u64, parameters: &str) -> Value {
    call(sandbox, "/update/ticket", &format!("ticket_id={ticket}&{parameters}"))
}

/// Calls a method with GET, a query and the token.
pub(crate) fn read(sandbox: &Sandbox, path: &str, parameters: &str) -> Value {
    let target = format!("{path}?api_token={}&{parameters}", sandbox.token());
    let response = Client::connect(sandbox).get(&target);
    assert_eq!(response.status, 200, "{target}");
    response.json()
}

/// Returns a member of each entry of a list.
pub(crate) fn each<'a>(list: &'a Value, member: &str) -> Vec<&'a Value> {
    list.as_array().unwrap().iter().map(|entry| &entry[member]).collect()
}

/// Updates the demo ticket, which must succeed, and returns it.
pub(crate) fn updated(sandbox: &Sandbox, parameters: &str) -> Ticket {
    let response = update(sandbox, 4501, parameters);
    assert_eq!(response, serde_json::json!({ "status": "success" }), "{parameters}");
    sandbox.ticket(4501).unwrap()
}

/// Asserts that an update is rejected with this code, which must be documented, and changes nothing.
pub(crate) fn assert_rejected(code: u64, parameters: &str) {
    let sandbox = Sandbox::start().unwrap();
    let before = sandbox.ticket(4501);
    // The subject is valid and must not change either.
    let response = update(&sandbox, 4501, &format!("subject=changed&{parameters}"));
    assert_eq!(response["code"], code, "{parameters}: {response}");
    assert!(response["error"].as_str().is_some_and(|text| !text.is_empty()), "{response}");
    assert_eq!(sandbox.ticket(4501), before, "{parameters}");
    assert_documented(code);
}

pub(crate) fn assert_documented(code: u64) {
    let guide = include_str!("../../../../docs/sandbox.md");
    assert!(guide.contains(&format!("\n| {code} |")), "docs/sandbox.md lacks the code {code}");
}
