//! Asks a real PHP what it reads from an HTTP request.
//!
//! The Usedesk server is PHP, so for every encoding test what PHP's own request parsing sees is
//! the truth. [`Php`] runs the built-in server of the `php` program with a script that answers
//! each POST with what it read.
//!
//! Where the program is missing, [`Php::start`] says so on standard error and gives `None`; with
//! the environment variable `CI` set it panics, so that a check that did not run cannot pass.
//! [`skip_unless_ci`] does the same for tests of other programs.

#![expect(clippy::expect_used, clippy::panic, reason = "it serves tests only")]

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// Answers a GET with `$_GET`, a form or multipart POST with `$_POST`, a JSON POST with what
/// `json_decode` makes of the body, always as JSON. At `/files` it answers with `$_FILES`, the
/// content of each file as hexadecimal digits.
const ROUTER: &str = r"<?php
function content($path) {
    if (is_array($path)) {
        return array_map('content', $path);
    }
    return $path === '' ? null : bin2hex(file_get_contents($path));
}
header('Content-Type: application/json');
$json = str_starts_with($_SERVER['CONTENT_TYPE'] ?? '', 'application/json');
if ($_SERVER['REQUEST_URI'] === '/files') {
    $show = fn($file) => ['content' => content($file['tmp_name'])] + $file;
    $seen = array_map(fn($file) => array_diff_key($show($file), ['tmp_name' => 0]), $_FILES);
} elseif ($_SERVER['REQUEST_METHOD'] === 'GET') {
    $seen = $_GET;
} elseif ($json) {
    $seen = json_decode(file_get_contents('php://input'), false, 512, JSON_THROW_ON_ERROR);
} else {
    $seen = $_POST;
}
echo json_encode($seen, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_PRESERVE_ZERO_FRACTION);
";

/// The longest that an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running PHP server. It is stopped when this value is dropped.
pub struct Php {
    server: Child,
    address: String,
    router: PathBuf,
}

impl Php {
    /// Starts PHP's built-in server on a free port of this machine, or says loudly that `test` is
    /// skipped because there is no `php`.
    ///
    /// # Panics
    ///
    /// When `php` is missing and `CI` is set, or when `php` is there but does not start.
    #[must_use]
    pub fn start(test: &str) -> Option<Self> {
        let router = env::temp_dir().join(format!("php-oracle-{}-{test}.php", std::process::id()));
        fs::write(&router, ROUTER).expect("the temporary folder is writable");
        let spawned = Command::new("php")
            .args(["-n", "-d", "display_errors=1", "-S", "127.0.0.1:0"])
            .arg(&router)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let server = match spawned {
            Ok(server) => server,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let _ = fs::remove_file(&router);
                skip_unless_ci(test, "php (php-cli)");
                return None;
            }
            Err(error) => panic!("php does not start: {error}"),
        };
        // Complete before anything can panic, so that dropping it ends the server.
        let mut php = Self { server, address: String::new(), router };
        let mut log = BufReader::new(php.server.stderr.take().expect("stderr is piped"));
        php.address = read_address(&mut log);
        // The server logs every request; unread, the pipe would fill and stop it.
        std::thread::spawn(move || io::copy(&mut log, &mut io::sink()));
        Some(php)
    }

    /// Posts `body` and gives what PHP read from it: `$_POST` for forms, the decoded body for
    /// JSON.
    ///
    /// # Panics
    ///
    /// When PHP does not answer, or cannot read the body.
    #[must_use]
    pub fn post(&self, content_type: &str, body: &[u8]) -> Value {
        self.post_to("/", content_type, body)
    }

    /// Posts a multipart `body` and gives the files that PHP read from it: `$_FILES`, where
    /// `content` is the content in hexadecimal digits.
    ///
    /// # Panics
    ///
    /// As [`post`](Self::post).
    #[must_use]
    pub fn post_files(&self, content_type: &str, body: &[u8]) -> Value {
        self.post_to("/files", content_type, body)
    }

    fn post_to(&self, path: &str, content_type: &str, body: &[u8]) -> Value {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.0\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
        );
        self.exchange(&head, body)
    }

    /// Gets with `query` and gives what PHP read from it: `$_GET`.
    ///
    /// # Panics
    ///
    /// When PHP does not answer.
    #[must_use]
    pub fn get(&self, query: &str) -> Value {
        self.exchange(&format!("GET /?{query} HTTP/1.0\r\n\r\n"), b"")
    }

    fn exchange(&self, head: &str, body: &[u8]) -> Value {
        let mut stream = TcpStream::connect(&self.address).expect("php listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time limit");
        stream.write_all(head.as_bytes()).expect("php reads the head");
        stream.write_all(body).expect("php reads the body");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("php answers in time and in UTF-8");
        let (_, seen) = answer.split_once("\r\n\r\n").expect("php answers with a head");
        serde_json::from_str(seen).unwrap_or_else(|error| panic!("php answered {seen:?}: {error}"))
    }
}

impl Drop for Php {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = fs::remove_file(&self.router);
    }
}

/// Says loudly that `test` is skipped because `program` is missing.
///
/// # Panics
///
/// With `CI` set, so that a check that did not run cannot pass.
pub fn skip_unless_ci(test: &str, program: &str) {
    assert!(env::var_os("CI").is_none(), "{test} needs {program}, which must be there in CI");
    skip(test, program);
}

/// Says loudly that `test` is skipped because `program` is missing, also in CI.
pub fn skip(test: &str, program: &str) {
    // Not `eprintln!`: the test harness would swallow it.
    let _ = writeln!(io::stderr(), "SKIPPED {test}: there is no {program} here");
}

/// PHP writes the port it chose in its first line: `… Development Server (http://HOST:PORT) started`.
fn read_address(log: &mut impl BufRead) -> String {
    let mut line = String::new();
    log.read_line(&mut line).expect("php says that it started");
    let address = line.split_once("(http://").and_then(|(_, rest)| rest.split_once(')'));
    let (address, _) = address.unwrap_or_else(|| panic!("php does not start: {line}"));
    address.to_owned()
}
