//! Web pages of other sites cannot control the sandbox.

use serde_json::Value;
use usedesk_sandbox::Sandbox;

use crate::client::Client;

/// Returns the status of a control call with these headers.
fn status(sandbox: &Sandbox, headers: &str) -> (u16, Value) {
    let mut client = Client::connect(sandbox);
    client.send(format!("DELETE /sandbox/requests HTTP/1.1\r\n{headers}\r\n"));
    let response = client.response();
    let member = if response.body.is_empty() {
        Value::Null
    } else {
        response.json()["error"]["member"].take()
    };
    (response.status, member)
}

#[test]
fn hosts_and_origins() {
    let sandbox = Sandbox::builder().host_name("desk.test").start().unwrap();
    for host in [
        "127.0.0.1",
        "127.0.0.1:8080",
        "127.9.9.9",
        "localhost",
        "LOCALHOST:1",
        "localhost.",
        "[::1]",
        "[::1]:8080",
        "desk.test",
        "Desk.Test:443",
    ] {
        assert_eq!(status(&sandbox, &format!("Host: {host}\r\n")).0, 204, "{host}");
    }
    for host in [
        "",
        "evil.example",
        "evil.example:8080",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "evil.example:127.0.0.1",
        "10.0.0.1",
        "0.0.0.0",
        "[::]",
        "127.0.0.1:x",
        "127.0.0.1@evil.example",
        "evil.example/127.0.0.1",
    ] {
        assert_eq!(status(&sandbox, &format!("Host: {host}\r\n")), (403, "Host".into()), "{host}");
    }
    for (origin, allowed) in [
        ("http://localhost:3000", true),
        ("https://127.0.0.1", true),
        ("http://desk.test", true),
        ("https://evil.example", false),
        ("http://localhost.evil.example", false),
        ("http://localhost@evil.example", false),
        ("null", false),
        ("", false),
        ("file://", false),
        ("chrome-extension://localhost", false),
    ] {
        let headers = format!("Host: localhost\r\nOrigin: {origin}\r\n");
        assert_eq!(status(&sandbox, &headers).0 == 204, allowed, "{origin}");
    }
    let cross_site = "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n";
    assert_eq!(status(&sandbox, cross_site), (403, "Sec-Fetch-Site".into()));
    assert_eq!(status(&sandbox, "Host: localhost\r\nSec-Fetch-Site: none\r\n").0, 204);
    // A browser calls a page of `localhost` cross-site to a sandbox at 127.0.0.1.
    assert_eq!(status(&sandbox, &format!("{cross_site}Origin: http://localhost\r\n")).0, 204);
    let other = format!("{cross_site}Origin: https://evil.example\r\n");
    assert_eq!(status(&sandbox, &other), (403, "Origin".into()));
    // The API itself takes any host, as a client behind a proxy sends.
    assert_eq!(Client::connect(&sandbox).get("/ticket?api_token=sandbox-token").status, 200);
}

/// Two headers of the same name must not pass with a check of the first one only.
#[test]
fn headers_that_are_there_twice() {
    let sandbox = Sandbox::start().unwrap();
    for headers in [
        "Host: localhost\r\nHost: evil.example\r\n",
        "Host: localhost\r\nOrigin: http://localhost\r\nOrigin: https://evil.example\r\n",
    ] {
        assert_eq!(status(&sandbox, headers).0, 403, "{headers}");
    }
}

#[test]
fn pages_of_this_machine_may_call_from_a_browser() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    let mut send = |request: &str, origin: &str| {
        client.send(format!("{request} HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\n\r\n"));
        client.response()
    };
    let page = "http://localhost:3000";
    for path in ["/sandbox/health", "/ticket?api_token=sandbox-token", "/nowhere"] {
        let response = send(&format!("GET {path}"), page);
        assert_eq!(response.header("access-control-allow-origin"), Some(page), "{path}");
        assert_eq!(response.header("vary"), Some("Origin"));
        let other = send(&format!("GET {path}"), "https://evil.example");
        assert_eq!(other.header("access-control-allow-origin"), None, "{path}");
    }
    let preflight = "HTTP/1.1\r\nHost: localhost\r\nAccess-Control-Request-Method: PATCH\r\n\
         Access-Control-Request-Headers: content-type\r\nOrigin: ";
    let mut client = Client::connect(&sandbox);
    for (path, origin, status) in [
        ("/sandbox/settings", page, 204),
        ("/update/ticket", page, 204),
        ("/sandbox/settings", "https://evil.example", 403),
        ("/update/ticket", "https://evil.example", 405),
    ] {
        client.send(format!("OPTIONS {path} {preflight}{origin}\r\n\r\n"));
        let response = client.response();
        assert_eq!(response.status, status, "{path} {origin}");
        let headers = response.header("access-control-allow-headers");
        assert_eq!(headers, (status == 204).then_some("content-type"));
    }
    // Preflight requests are not journaled.
    assert!(
        sandbox
            .requests()
            .iter()
            .all(|request| request.header("origin") != Some(page) || request.method == "GET")
    );
    client
        .send(format!("GET /sandbox/events HTTP/1.1\r\nHost: localhost\r\nOrigin: {page}\r\n\r\n"));
    let head = client.head().unwrap();
    assert_eq!(head.header("access-control-allow-origin"), Some(page));
}
