//! The most memory that one request can take.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use usedesk_sandbox::Sandbox;

use crate::client::{Client, FORM, JSON};
use crate::program::{Running, start};

const MB: usize = 1024 * 1024;
/// The limits on a body, with and without the content of its files.
const BODY: usize = 32 * MB;
const PARAMETERS: usize = 8 * MB;
const MULTIPART: &str = "multipart/form-data; boundary=x";
const VALUE: &str = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n";

/// Sends one request to a new program. Returns the status and the peak memory in megabytes.
fn peak(content_type: &str, body: &[u8]) -> (u16, usize) {
    let program = env!("CARGO_BIN_EXE_usedesk-sandbox");
    let command =
        Command::new(program).args(["--port=0", "--quiet"]).stdout(Stdio::piped()).spawn();
    let mut running = Running(command.unwrap());
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim_end().strip_prefix("Usedesk sandbox: ").unwrap();
    let target = "/uapi/create/ticket?api_token=sandbox-token";
    let status = Client::connect_to(url).post(target, content_type, body).status;
    (status, peak_of(&running))
}

/// Returns the peak memory of a program in megabytes.
pub(crate) fn peak_of(running: &Running) -> usize {
    let memory = fs::read_to_string(format!("/proc/{}/status", running.0.id())).unwrap();
    let peak = memory.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: usize = peak.trim().trim_end_matches(" kB").parse().unwrap();
    kilobytes / 1024
}

/// Repeats the piece as often as it fits into `size` bytes.
fn repeated(size: usize, start: &str, piece: impl AsRef<[u8]>, end: &str) -> Vec<u8> {
    let (piece, rest) = (piece.as_ref(), start.len() + end.len());
    let times = (size - rest) / piece.len();
    [start.as_bytes(), &piece.repeat(times), end.as_bytes()].concat()
}

fn within(cases: &[(&str, &str, u16, Vec<u8>)]) {
    for (name, content_type, expected, body) in cases {
        let (status, peak) = peak(content_type, body);
        assert_eq!(status, *expected, "{name}");
        assert!(peak < 150, "{name}: {peak} MB");
    }
}

#[test]
fn the_largest_body_takes_less_than_150_megabytes() {
    let head = "--x\r\nContent-Disposition: form-data; name=";
    within(&[
        ("numbers in JSON", JSON, 413, repeated(BODY, r#"{"a":[0"#, ",0", "]}")),
        ("bytes that are no text in a form", FORM, 413, repeated(BODY, "message=", b"\xff", "")),
        ("lines in the head of a part", MULTIPART, 200, repeated(BODY, "--x\r\n", ":\n", "\r\n")),
        ("a line in the head of a part", MULTIPART, 413, repeated(BODY, head, b"\xff", "\r\n\r\n")),
        ("bytes that are no text in a part", MULTIPART, 413, repeated(BODY, VALUE, b"\xff", "")),
        ("values in parts", MULTIPART, 413, repeated(BODY, "", format!("{VALUE}\r\n"), "--x--")),
        ("files", MULTIPART, 200, files()),
    ]);
}

#[test]
fn the_most_parameters_take_less_than_150_megabytes() {
    let json = |piece: &str| {
        let values = repeated(49_999 * piece.len(), "", piece, "");
        let mut body = [br#"{"a":[0"#, &values[..], b"]}"].concat();
        body.resize(PARAMETERS, b' ');
        body
    };
    let one = repeated(
        BODY - PARAMETERS,
        "--x\r\nContent-Disposition: form-data; filename=a\r\n\r\n",
        "x",
        "\r\n",
    );
    let both = [&one, &repeated(PARAMETERS - 100, VALUE, b"\xff", "\r\n--x--")[..]].concat();
    within(&[
        ("lists in JSON", JSON, 200, json(",[0]")),
        ("objects in JSON", JSON, 200, json(r#",{"":0}"#)),
        ("a text in JSON", JSON, 200, repeated(PARAMETERS, r#"{"message":""#, r"\u0001", r#""}"#)),
        ("a value in a form", FORM, 200, repeated(PARAMETERS, "message=", "%FF", "")),
        (
            "bytes that are no text in a form",
            FORM,
            200,
            repeated(PARAMETERS, "message=", b"\xff", ""),
        ),
        ("a name in a form", FORM, 200, repeated(PARAMETERS, "a", b"\xff", "=1")),
        ("brackets in a form", FORM, 200, repeated(PARAMETERS, "a", "[]", "=1")),
        ("a file and a value", MULTIPART, 200, both),
    ]);
}

/// The smallest values take the most memory, about a hundred times their size.
#[test]
fn too_many_values() {
    let sandbox = Sandbox::start().unwrap();
    let status = |values: usize| {
        let body = format!(r#"{{"api_token":"sandbox-token","a":[{}0]}}"#, "0,".repeat(values));
        Client::connect(&sandbox).post("/ticket", JSON, body).status
    };
    // Two brackets and a comma precede the first of them.
    assert_eq!([99_997, 99_998].map(status), [200, 413]);
}

/// Returns a new ticket with two files of the largest size.
fn files() -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in [("client_id", "901"), ("subject", "S"), ("message", "M")] {
        let head = format!("--x\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}\r\n");
        body.extend(head.bytes());
    }
    for _ in 0..2 {
        let head = "--x\r\nContent-Disposition: form-data; name=files[]; filename=a\r\n\r\n";
        body.extend(repeated(15 * MB, head, "x", "\r\n"));
    }
    body.extend(b"--x--");
    body
}

/// The journal, the deliveries and the webhooks that wait are all bounded.
#[test]
fn many_requests_take_bounded_memory() {
    let long = std::env::var("USEDESK_TESTS").is_ok_and(|length| length == "long");
    let (connections, each) = (50, if long { 4_000 } else { 200 });
    // No server listens there.
    let webhook = "--webhook=http://127.0.0.1:1";
    let (running, url) = start(&["--quiet", webhook], |command| command);
    std::thread::scope(|scope| {
        for _ in 0..connections {
            scope.spawn(|| {
                let mut client = Client::connect_to(&url);
                for number in 0..each {
                    let subject = "S".repeat(200 + number % 2);
                    let body = format!("api_token=sandbox-token&ticket_id=1&subject={subject}");
                    assert_eq!(client.post("/update/ticket", FORM, body).status, 200);
                }
            });
        }
    });
    assert_count(&url, connections * each);
    let peak = peak_of(&running);
    // Not `eprintln!`: a figure of docs/sandbox.md, whether or not the output of tests is shown.
    let _ = writeln!(io::stderr(), "{} requests: peak {peak} MB", connections * each);
    assert!(peak < 150, "{peak} MB");
}

/// Tokens are counted, even if they are wrong, but not kept.
#[test]
fn long_tokens_take_bounded_memory() {
    let options = ["--quiet", "--journal=0", "--rate-limit=100"];
    let (running, url) = start(&options, |command| command);
    for number in 0..30 {
        let body = format!("api_token={number}{}", "x".repeat(7 * MB));
        assert_eq!(Client::connect_to(&url).post("/ticket", FORM, body).status, 200);
    }
    let peak = peak_of(&running);
    assert!(peak < 150, "{peak} MB");
}

/// Asserts how many requests there were.
fn assert_count(url: &str, expected: usize) {
    let mut client = Client::connect_to(url);
    assert_eq!(client.get("/sandbox/health").json()["requests"], expected);
    let page = client.get("/sandbox/requests?limit=1").json();
    assert_eq!(page["requests"][0]["id"], expected.saturating_sub(10_000) + 1);
}
