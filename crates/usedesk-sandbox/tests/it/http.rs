//! HTTP: framing, limits, and the lifetime of connections.

use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use serde_json::json;
use usedesk_sandbox::{Sandbox, ScriptedResponse};

use crate::client::{self, Client, FORM, eventually, returns};

const SOLVE: &str = "api_token=sandbox-token&ticket_id=4501&status=2";

#[test]
fn one_connection_carries_many_requests() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    for _ in 0..3 {
        let response = client.post("/update/ticket", FORM, SOLVE);
        assert_eq!((response.status, response.header("connection")), (200, None));
        assert_eq!(response.header("content-type"), Some("application/json"));
    }
    assert_eq!(sandbox.connections(), 1);
    Client::connect(&sandbox).get("/ticket");
    assert_eq!(sandbox.connections(), 2);
}

#[test]
fn pipelined_requests() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n");
    client.send(get("/nowhere") + &get("/ticket?api_token=sandbox-token&ticket_id=4501"));
    assert_eq!(client.response().status, 404);
    assert_eq!(client.response().json()["ticket"]["id"], 4501);
}

#[test]
fn connection_close_is_honored() {
    let sandbox = client::start_without_idle_timeout();
    for request in [
        "GET /ticket HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\n",
        "GET /ticket HTTP/1.0\r\n\r\n",
    ] {
        let mut client = Client::connect(&sandbox);
        client.send(request);
        assert_eq!(client.response().header("connection"), Some("close"));
        assert_eq!(client.rest(), b"");
    }
}

#[test]
fn paths_and_http_methods() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    for (request, status) in [
        ("GET /nowhere", 404),
        ("GET /uapi", 404),
        ("GET /uapi/uapi/ticket", 404),
        ("GET /update/ticket?api_token=sandbox-token", 405),
        ("PUT /update/ticket", 405),
        ("DELETE /ticket", 405),
        ("GET http://localhost/uapi/ticket?x", 200),
        ("GET http://localhost/nowhere", 404),
    ] {
        client.send(format!("{request} HTTP/1.1\r\nHost: h\r\n\r\n"));
        let response = client.response();
        assert_eq!(response.status, status, "{request}");
        assert_eq!(response.json()["message"].is_string(), status != 200);
        assert_eq!(response.header("allow").is_some(), status == 405);
    }
    client.send("HEAD /ticket HTTP/1.1\r\nHost: h\r\n\r\n");
    assert_eq!(client.head().unwrap().status, 405);
    assert_eq!(client.get("/ticket").status, 200);
}

#[test]
#[cfg(not(feature = "console"))]
fn without_the_console_there_is_no_page() {
    let sandbox = Sandbox::start().unwrap();
    for path in ["/", "/console/app.js"] {
        assert_eq!(Client::connect(&sandbox).get(path).status, 404);
    }
    assert_eq!(sandbox.requests().len(), 2);
}

#[test]
fn chunked_bodies() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    let (first, second) = SOLVE.split_at(17);
    client.send(format!(
        "POST /update/ticket HTTP/1.1\r\nHost: h\r\nContent-Type: {FORM}\r\n\
         Transfer-Encoding: chunked\r\n\r\n\
         11\r\n{first}\r\n{:X};ext=1\r\n{second}\r\n0\r\nTrailer: x\r\n\r\n",
        second.len()
    ));
    assert_eq!(client.response().json(), json!({ "status": "success" }));
    assert_eq!(sandbox.requests()[0].body, SOLVE.as_bytes());
    assert_eq!(client.get("/ticket").status, 200);
}

#[test]
fn a_body_byte_by_byte() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    let length = SOLVE.len();
    let request = format!(
        "POST /update/ticket HTTP/1.1\r\nHost: h\r\nContent-Type: {FORM}\r\n\
         Content-Length: {length}\r\n\r\n{SOLVE}"
    );
    for byte in request.bytes() {
        client.send([byte]);
    }
    assert_eq!(client.response().json(), json!({ "status": "success" }));
}

#[test]
fn expect_100_continue() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    let head = |length: usize| {
        format!(
            "POST /update/ticket HTTP/1.1\r\nHost: h\r\nContent-Type: {FORM}\r\n\
             Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
        )
    };
    client.send(head(SOLVE.len()));
    assert_eq!(client.head().unwrap().status, 100);
    client.send(SOLVE);
    assert_eq!(client.response().json(), json!({ "status": "success" }));
    client.send(head(33 * 1024 * 1024));
    assert_eq!(client.response().status, 413);
}

#[test]
fn malformed_requests() {
    let sandbox = Sandbox::start().unwrap();
    let post = "POST /ticket HTTP/1.1\r\nHost: h\r\n";
    for (request, status) in [
        ("hello\r\n\r\n".to_owned(), 400),
        ("GET /ticket HTTP/1.1\r\n\r\n".to_owned(), 400),
        ("GET * HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(), 400),
        ("GET /ticket HTTP/2.0\r\nHost: h\r\n\r\n".to_owned(), 400),
        (format!("{post}Content-Length: x\r\n\r\n"), 400),
        (format!("{post}Content-Length: +1\r\n\r\na"), 400),
        (format!("{post}Content-Length: 1\r\nContent-Length: 1\r\n\r\na"), 400),
        (format!("{post}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400),
        (format!("{post}Transfer-Encoding: gzip\r\n\r\n"), 400),
        (format!("{post}Transfer-Encoding: chunked\r\n\r\nx\r\n"), 400),
        (format!("{post}Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n"), 400),
        (format!("{post}Transfer-Encoding: chunked\r\n\r\n\r\n\r\n"), 400),
        (format!("{post}Transfer-Encoding: chunked\r\n\r\n;ext\r\n\r\n"), 400),
        (format!("{post}Transfer-Encoding: chunked\r\n\r\n0\n\r\n"), 400),
        (format!("{post}Transfer-Encoding: chunked\r\n\r\n0\r\n\n"), 400),
        (format!("{post}Transfer-Encoding: chunked\r\n\r\n0\r\nTrailer: x\n\r\n"), 400),
        (format!("{post}Transfer-Encoding: chunked\r\n\r\n{}", "1".repeat(9_000)), 400),
        (format!("{post}Transfer-Encoding: chunked\r\n\r\nfffffff0\r\n"), 413),
        (format!("{post}Content-Length: 33554433\r\n\r\n"), 413),
        (format!("{post}Content-Length: 99999999999999999999999\r\n\r\n"), 413),
        (format!("{post}X: {}\r\n\r\n", "x".repeat(70_000)), 431),
        (format!("{post}{}\r\n", "X: x\r\n".repeat(128)), 431),
    ] {
        let mut client = Client::connect(&sandbox);
        client.send(&request);
        let response = client.response();
        let start: String = request.chars().take(80).collect();
        assert_eq!(
            (response.status, response.header("connection")),
            (status, Some("close")),
            "{start}"
        );
        assert!(response.json()["message"].is_string());
    }
    assert!(sandbox.requests().is_empty());
}

#[test]
fn the_largest_body_is_read() {
    let sandbox = Sandbox::start().unwrap();
    let body = vec![b'x'; 32 * 1024 * 1024];
    let response = Client::connect(&sandbox).post("/ticket", "text/plain", &body);
    assert_eq!(response.status, 200);
    assert!(sandbox.requests()[0].body == body);
}

#[test]
fn the_sender_of_a_large_body_reads_the_413() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    let length = 32 * 1024 * 1024 + 1;
    client.send(format!("POST /ticket HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n"));
    // More than socket buffers hold, so it can be sent only if the sandbox keeps reading.
    client.send(vec![b'x'; 16 * 1024 * 1024]);
    assert_eq!(client.response().status, 413);
}

#[test]
fn an_idle_connection_is_closed() {
    let sandbox = Sandbox::builder().idle_timeout(Duration::from_secs(1)).start().unwrap();
    // Between requests the connection is closed; within one the response is 408.
    let mut stuck = Client::connect(&sandbox);
    stuck.send("POST /ticket HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc");
    let mut idle = Client::connect(&sandbox);
    assert_eq!(stuck.response().status, 408);
    assert_eq!(idle.rest(), b"");
}

#[test]
fn a_slow_request_times_out() {
    const IDLE: Duration = Duration::from_millis(100);
    let sandbox = Sandbox::builder().idle_timeout(IDLE).start().unwrap();
    let start = Instant::now();
    let mut stream = TcpStream::connect(sandbox.url().trim_start_matches("http://")).unwrap();
    stream.write_all(b"POST /ticket HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n").unwrap();
    let (mut before, mut longest_silence) = (start, Duration::ZERO);
    loop {
        let now = Instant::now();
        let is_closed = stream.write_all(b"x").is_err();
        longest_silence = longest_silence.max(before.elapsed());
        before = now;
        if is_closed {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "the connection is still open");
        std::thread::sleep(Duration::from_millis(20));
    }
    // On a busy machine this thread itself may have been idle for too long.
    assert!(start.elapsed() >= 6 * IDLE || longest_silence >= IDLE);
}

#[test]
fn an_incomplete_request_is_rejected() {
    let sandbox = Sandbox::start().unwrap();
    let address = sandbox.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(b"POST /ticket HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nabc").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut response = String::new();
    std::io::Read::read_to_string(&mut stream, &mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
}

#[test]
fn dropping_closes_connections_and_frees_the_port() {
    client::returns(|| {
        let sandbox = client::start_without_idle_timeout();
        let mut clients: Vec<_> = (0..20).map(|_| Client::connect(&sandbox)).collect();
        for client in &mut clients {
            assert_eq!(client.get("/ticket").status, 200);
        }
        clients[0].send("POST /ticket HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
        let address = sandbox.url().trim_start_matches("http://").to_owned();
        drop(sandbox);
        assert!(TcpStream::connect(address).is_err());
        assert_eq!(clients[1].rest(), b"");
    });
}

#[test]
fn beyond_the_limit_the_oldest_idle_connection_is_closed() {
    returns(|| {
        let builder = Sandbox::builder().idle_timeout(Duration::from_secs(600));
        let sandbox = builder.max_connections(3).start().unwrap();
        let [mut first, mut second, mut third] = [(); 3].map(|()| Client::connect(&sandbox));
        // A part of a request does not count as one.
        first.send("GET /x HTTP/1.1\r\n");
        second.send("GET /x");
        let mut fourth = Client::connect(&sandbox);
        assert!(first.is_closed());
        // Requests that are being handled are not cut off.
        sandbox.script(ScriptedResponse::no_response().times(2));
        fourth.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        third.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        eventually(|| sandbox.requests().len() == 2);
        let mut fifth = Client::connect(&sandbox);
        assert!(second.is_closed());
        sandbox.script(ScriptedResponse::no_response());
        fifth.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
        eventually(|| sandbox.requests().len() == 3);
        assert!(Client::connect(&sandbox).is_closed());
        drop(third);
        eventually(|| Client::connect(&sandbox).try_get("/nowhere").is_ok());
    });
}

#[test]
fn two_thousand_idle_connections_leave_it_serving() {
    returns(|| {
        let builder = Sandbox::builder().idle_timeout(Duration::from_secs(600));
        let sandbox = builder.max_connections(20).start().unwrap();
        // Not all at the same time, since some systems limit the open files.
        for _ in 0..50 {
            let _idle: Vec<_> = (0..40).map(|_| Client::connect(&sandbox)).collect();
            assert_eq!(Client::connect(&sandbox).get("/nowhere").status, 404);
        }
        assert_eq!(sandbox.connections(), 50 * 41);
    });
}
