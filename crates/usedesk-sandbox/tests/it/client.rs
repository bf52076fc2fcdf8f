//! An HTTP client just good enough for these tests, which must see every byte.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;
use usedesk_sandbox::{ErrorCode, Sandbox, Ticket};

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
pub(crate) const JSON: &str = "application/json";

pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(sandbox: &Sandbox) -> Self {
        Self::connect_to(sandbox.url())
    }

    pub(crate) fn connect_to(url: &str) -> Self {
        let stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
        // Less than the sandbox waits, or a connection that it fails to close would look closed.
        stream.set_read_timeout(Some(Duration::from_secs(8))).unwrap();
        Self { stream: BufReader::new(stream) }
    }

    /// Waits for a minute, for what a busy machine may take long to answer.
    pub(crate) fn connect_patiently(url: &str) -> Self {
        let client = Self::connect_to(url);
        client.stream.get_ref().set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        client
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.get_mut().write_all(bytes.as_ref()).unwrap();
    }

    pub(crate) fn post(&mut self, path: &str, content_type: &str, body: impl AsRef<[u8]>) -> Reply {
        let body = body.as_ref();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: h\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.send([head.as_bytes(), body].concat());
        self.reply()
    }

    pub(crate) fn get(&mut self, target: &str) -> Reply {
        self.send(format!("GET {target} HTTP/1.1\r\nHost: h\r\n\r\n"));
        self.reply()
    }

    pub(crate) fn reply(&mut self) -> Reply {
        self.try_reply().unwrap()
    }

    /// Fails where the connection ends before the answer does.
    pub(crate) fn try_reply(&mut self) -> io::Result<Reply> {
        let mut reply = self.head()?;
        let length = reply.header("content-length").map_or(0, |length| length.parse().unwrap());
        reply.body.resize(length, 0);
        self.stream.read_exact(&mut reply.body)?;
        Ok(reply)
    }

    pub(crate) fn head(&mut self) -> io::Result<Reply> {
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
        Ok(Reply { status, headers: headers.collect(), body: Vec::new() })
    }

    /// Everything up to the end of the connection.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).unwrap();
        rest
    }
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let named = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Calls a method with a form, which lacks only the token. Pairs are joined as they are.
pub(crate) fn call(sandbox: &Sandbox, path: &str, parameters: &str) -> Value {
    let body = format!("api_token={}&{parameters}", sandbox.token());
    let reply = Client::connect(sandbox).post(path, FORM, body);
    assert_eq!(reply.status, 200);
    reply.json()
}

/// Calls a method with JSON, which lacks only the token.
pub(crate) fn call_json(sandbox: &Sandbox, path: &str, mut parameters: Value) -> Value {
    parameters["api_token"] = sandbox.token().into();
    let reply = Client::connect(sandbox).post(path, JSON, parameters.to_string());
    assert_eq!(reply.status, 200);
    reply.json()
}

/// A list by POST and by GET, which must agree.
pub(crate) fn list(sandbox: &Sandbox, path: &str, parameters: &str) -> Value {
    let by_post = call(sandbox, path, parameters);
    let target = format!("/uapi{path}?api_token={}&{parameters}", sandbox.token());
    assert_eq!(Client::connect(sandbox).get(&target).json(), by_post);
    by_post
}

/// The numbers that the rows of an answer have under this name.
pub(crate) fn numbers(rows: &Value, name: &str) -> Vec<u64> {
    rows.as_array().unwrap().iter().map(|row| row[name].as_u64().unwrap()).collect()
}

/// An answer must be a refusal with this code, which must be in the table of the guide.
pub(crate) fn assert_code(answer: &Value, code: ErrorCode, request: &str) {
    assert_eq!(answer["code"], code.number(), "{request}: {answer}");
    assert!(answer["error"].as_str().is_some_and(|text| !text.is_empty()), "{answer}");
    assert_documented(code.number());
}

/// A part of a multipart body: its name, the name of its file if it is one, and its content.
pub(crate) type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

/// Calls a method with a multipart body, which lacks only the token. Files are PNG.
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

/// Sends an update of a ticket as a form, with the token. Pairs are joined as they are.
pub(crate) fn update(sandbox: &Sandbox, ticket: u64, parameters: &str) -> Value {
    call(sandbox, "/update/ticket", &format!("ticket_id={ticket}&{parameters}"))
}

/// Calls any method with a query and the token.
pub(crate) fn read(sandbox: &Sandbox, path: &str, parameters: &str) -> Value {
    let target = format!("{path}?api_token={}&{parameters}", sandbox.token());
    let reply = Client::connect(sandbox).get(&target);
    assert_eq!(reply.status, 200, "{target}");
    reply.json()
}

/// The value of one member in each entry of a list.
pub(crate) fn each<'a>(list: &'a Value, member: &str) -> Vec<&'a Value> {
    list.as_array().unwrap().iter().map(|entry| &entry[member]).collect()
}

/// The demo ticket after an update that must succeed.
pub(crate) fn updated(sandbox: &Sandbox, parameters: &str) -> Ticket {
    let answer = update(sandbox, 4501, parameters);
    assert_eq!(answer, serde_json::json!({ "status": "success" }), "{parameters}");
    sandbox.ticket(4501).unwrap()
}

/// An update that must be refused with this code, must change nothing, and whose code must be in
/// the table of the guide.
pub(crate) fn assert_refused(code: u64, parameters: &str) {
    let sandbox = Sandbox::start().unwrap();
    let before = sandbox.ticket(4501);
    // The subject would change if anything did.
    let answer = update(&sandbox, 4501, &format!("subject=changed&{parameters}"));
    assert_eq!(answer["code"], code, "{parameters}: {answer}");
    assert!(answer["error"].as_str().is_some_and(|text| !text.is_empty()), "{answer}");
    assert_eq!(sandbox.ticket(4501), before, "{parameters}");
    assert_documented(code);
}

pub(crate) fn assert_documented(code: u64) {
    let guide = include_str!("../../../../docs/sandbox.md");
    assert!(guide.contains(&format!("\n| {code} |")), "docs/sandbox.md lacks the code {code}");
}
