//! Scripted responses.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use usedesk_sandbox::{Sandbox, ScriptedResponse};

use crate::client::{self, Client, FORM};

const SOLVE: &str = "api_token=sandbox-token&ticket_id=4501&status=2";
const SUCCESS: &[u8] = br#"{"status":"success"}"#;

fn solve(client: &mut Client) {
    let length = SOLVE.len();
    client.send(format!(
        "POST /update/ticket HTTP/1.1\r\nHost: h\r\nContent-Type: {FORM}\r\n\
         Content-Length: {length}\r\n\r\n{SOLVE}"
    ));
}

fn status(sandbox: &Sandbox) -> u64 {
    sandbox.ticket(4501).unwrap().status
}

#[test]
fn a_status_replaces_the_response() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.script(ScriptedResponse::status(429).header("Retry-After", "7").body("slow down"));
    sandbox.script(ScriptedResponse::status(503));
    let mut client = Client::connect(&sandbox);
    solve(&mut client);
    let response = client.response();
    assert_eq!((response.status, response.body.as_slice()), (429, &b"slow down"[..]));
    let headers = [("Retry-After", "7"), ("Content-Length", "9")];
    assert_eq!(response.headers, headers.map(|(name, value)| (name.to_owned(), value.to_owned())));
    solve(&mut client);
    let response = client.response();
    assert_eq!((response.status, response.body.len()), (503, 0));
    assert_eq!(status(&sandbox), 8);
    // The queue is empty, the connection is still open.
    solve(&mut client);
    assert_eq!(client.response().body, SUCCESS);
    assert_eq!((status(&sandbox), sandbox.connections()), (2, 1));
}

#[test]
fn a_status_after_acting() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.script(ScriptedResponse::status(502).body("<html>").after_acting());
    let mut client = Client::connect(&sandbox);
    solve(&mut client);
    assert_eq!(client.response().status, 502);
    assert_eq!(status(&sandbox), 2);
}

#[test]
fn a_disconnect_before_or_after_acting() {
    for (response, expected) in
        [(ScriptedResponse::disconnect(), 8), (ScriptedResponse::disconnect().after_acting(), 2)]
    {
        let sandbox = client::start_without_idle_timeout();
        sandbox.script(response);
        let mut client = Client::connect(&sandbox);
        solve(&mut client);
        assert_eq!(client.rest(), b"");
        assert_eq!(status(&sandbox), expected);
        assert_eq!(sandbox.requests().len(), 1);
    }
}

#[test]
fn a_truncated_body() {
    let sandbox = client::start_without_idle_timeout();
    sandbox.script(ScriptedResponse::passthrough().disconnect_after(4));
    sandbox.script(ScriptedResponse::status(200).body("0123456789").disconnect_after(0));
    sandbox.script(ScriptedResponse::raw("HTTP/1.1 200 OK").disconnect_after(8));
    let mut client = Client::connect(&sandbox);
    solve(&mut client);
    let head = client.head().unwrap();
    assert_eq!(head.header("content-length"), Some("20"));
    assert_eq!(client.rest(), b"{\"st");
    assert_eq!(status(&sandbox), 2);

    let mut client = Client::connect(&sandbox);
    solve(&mut client);
    assert_eq!(client.head().unwrap().header("content-length"), Some("10"));
    assert_eq!(client.rest(), b"");

    let mut client = Client::connect(&sandbox);
    solve(&mut client);
    assert_eq!(client.rest(), b"HTTP/1.1");
}

#[test]
fn raw_bytes() {
    let sandbox = client::start_without_idle_timeout();
    sandbox.script(ScriptedResponse::raw(*b"\x16\x03\x01 not HTTP"));
    let mut client = Client::connect(&sandbox);
    solve(&mut client);
    assert_eq!(client.rest(), b"\x16\x03\x01 not HTTP");
    assert_eq!(status(&sandbox), 8);
}

#[test]
fn a_modified_passthrough() {
    let sandbox = client::start_without_idle_timeout();
    sandbox.script(
        ScriptedResponse::passthrough().header("content-type", "text/html").header("X-A", "1"),
    );
    sandbox.script(ScriptedResponse::passthrough().body("garbage"));
    sandbox.script(ScriptedResponse::passthrough().header("Connection", "close"));
    let mut client = Client::connect(&sandbox);
    solve(&mut client);
    let response = client.response();
    assert_eq!((response.status, response.body.as_slice()), (200, SUCCESS));
    assert_eq!(
        (response.header("content-type"), response.header("x-a")),
        (Some("text/html"), Some("1"))
    );
    solve(&mut client);
    assert_eq!(client.response().body, b"garbage");
    solve(&mut client);
    assert_eq!(client.response().json(), json!({ "status": "success" }));
    assert_eq!(client.rest(), b"");
}

#[test]
fn control_characters_are_removed_from_headers() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.script(
        ScriptedResponse::status(200).header("X-A\r\nX-B", "1\r\n\r\nX-C: 2\n\r\0").body("body"),
    );
    let mut client = Client::connect(&sandbox);
    solve(&mut client);
    let response = client.response();
    let headers = [("X-AX-B", "1X-C: 2"), ("Content-Length", "4")];
    assert_eq!(response.headers, headers.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(response.body, b"body");
}

#[test]
fn a_delayed_response() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.script(ScriptedResponse::passthrough().delay(Duration::from_millis(300)));
    let mut client = Client::connect(&sandbox);
    let start = Instant::now();
    solve(&mut client);
    assert_eq!(client.response().body, SUCCESS);
    assert!(start.elapsed() >= Duration::from_millis(300));
}

#[test]
fn a_delay_follows_the_effect_and_ends_with_the_sandbox() {
    client::returns(|| {
        let sandbox = client::start_without_idle_timeout();
        sandbox.script(ScriptedResponse::passthrough().delay(Duration::from_secs(3600)));
        let mut client = Client::connect(&sandbox);
        solve(&mut client);
        while status(&sandbox) == 8 {
            thread::yield_now();
        }
        drop(sandbox);
        assert_eq!(client.rest(), b"");
    });
}

#[test]
fn a_rejected_request_takes_no_scripted_response() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.script(ScriptedResponse::status(500));
    let mut client = Client::connect(&sandbox);
    client.send("nonsense\r\n\r\n");
    assert_eq!(client.response().status, 400);
    assert_eq!(Client::connect(&sandbox).get("/nowhere").status, 500);
    assert_eq!(Client::connect(&sandbox).get("/nowhere").status, 404);
}

#[test]
fn scripted_pages_run_no_scripts() {
    let sandbox = Sandbox::start().unwrap();
    let policy = |response: ScriptedResponse| {
        sandbox.script(response);
        let response = Client::connect(&sandbox).get("/ticket");
        response.header("content-security-policy").map(str::to_owned)
    };
    let page = || ScriptedResponse::status(502).header("content-type", "Text/HTML");
    assert_eq!(policy(page()).as_deref(), Some("sandbox; default-src 'none'"));
    let own = page().header("Content-Security-Policy", "default-src *");
    assert_eq!(policy(own).as_deref(), Some("default-src *"));
    assert_eq!(policy(ScriptedResponse::status(502)), None);
}
