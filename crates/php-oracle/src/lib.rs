//! Parses HTTP requests with a real PHP, as a test oracle.
//!
//! The Usedesk server runs PHP, so PHP's request parsing is the reference for every encoding test.
//! [`Php`] runs the built-in server of the `php` program with a script that returns the parameters
//! of each request as JSON.
//!
//! If the program is missing, [`Php::start`] reports this on standard error and returns `None`. With
//! the environment variable `CI` set it panics instead, so that a check that did not run cannot
//! pass. [`skip_unless_ci`] does the same for tests of other programs.

#![expect(clippy::expect_used, clippy::panic, reason = "used by tests only")]

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// Returns `$_GET` for a GET, `$_POST` for a form or multipart POST, and the result of `json_decode`
/// for a JSON POST, always as JSON. At `/files` it returns `$_FILES`, with the content of each file
/// in hexadecimal.
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

/// Timeout of a response.
const TIMEOUT: Duration = Duration::from_secs(60);

/// A running PHP server. It is stopped when this value is dropped.
pub struct Php {
    server: Child,
    address: String,
    router: PathBuf,
}

impl Php {
    /// Starts PHP's built-in server on a free port, or reports that `test` is skipped because `php`
    /// is missing.
    ///
    /// # Panics
    ///
    /// When `php` is missing and `CI` is set, or when `php` does not start.
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
        // Constructed before anything can panic, so that dropping it stops the server.
        let mut php = Self { server, address: String::new(), router };
        let mut log = BufReader::new(php.server.stderr.take().expect("stderr is piped"));
        php.address = read_address(&mut log);
        // The server logs every request and would block on a full pipe.
        std::thread::spawn(move || io::copy(&mut log, &mut io::sink()));
        Some(php)
    }

    /// Posts `body` and returns what PHP parsed: `$_POST` for forms, the decoded body for JSON.
    ///
    /// # Panics
    ///
    /// When PHP does not respond or cannot parse the body.
    #[must_use]
    pub fn post(&self, content_type: &str, body: &[u8]) -> Value {
        self.post_to("/", content_type, body)
    }

    /// Posts a multipart `body` and returns the files that PHP parsed: `$_FILES`, with the content
    /// in hexadecimal in `content`.
    ///
    /// # Panics
    ///
    /// When PHP does not respond or cannot parse the body.
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

    /// Sends a GET with `query` and returns what PHP parsed: `$_GET`.
    ///
    /// # Panics
    ///
    /// When PHP does not respond.
    #[must_use]
    pub fn get(&self, query: &str) -> Value {
        self.exchange(&format!("GET /?{query} HTTP/1.0\r\n\r\n"), b"")
    }

    fn exchange(&self, head: &str, body: &[u8]) -> Value {
        let mut stream = TcpStream::connect(&self.address).expect("php listens");
        stream.set_read_timeout(Some(TIMEOUT)).expect("the timeout is not zero");
        stream.write_all(head.as_bytes()).expect("php reads the head");
        stream.write_all(body).expect("php reads the body");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("php responds in time and in UTF-8");
        let (_, body) = response.split_once("\r\n\r\n").expect("the response has a head");
        serde_json::from_str(body).unwrap_or_else(|error| panic!("php returned {body:?}: {error}"))
    }
}

impl Drop for Php {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = fs::remove_file(&self.router);
    }
}

/// Reports that `test` is skipped because `program` is missing.
///
/// # Panics
///
/// When `CI` is set, so that a check that did not run cannot pass.
pub fn skip_unless_ci(test: &str, program: &str) {
    assert!(env::var_os("CI").is_none(), "{test} needs {program}, which is required in CI");
    // Not `eprintln!`: the test harness would swallow it.
    let _ = writeln!(io::stderr(), "SKIPPED {test}: {program} is missing");
}

/// Reads the address from PHP's first line: `… Development Server (http://HOST:PORT) started`.
fn read_address(log: &mut impl BufRead) -> String {
    let mut line = String::new();
    log.read_line(&mut line).expect("php prints that it started");
    let address = line.split_once("(http://").and_then(|(_, rest)| rest.split_once(')'));
    let (address, _) = address.unwrap_or_else(|| panic!("php does not start: {line}"));
    address.to_owned()
}
