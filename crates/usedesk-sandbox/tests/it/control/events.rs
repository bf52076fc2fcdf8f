//! Server-sent events.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use usedesk_sandbox::{Event, Sandbox};

use crate::client::{Client, FORM, eventually, returns};

/// A stream of events.
struct Stream(BufReader<TcpStream>);

impl Stream {
    fn open(sandbox: &Sandbox, query: &str, headers: &str) -> Self {
        let address = sandbox.url().trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let target = format!("/sandbox/events{query}");
        write!(stream, "GET {target} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n").unwrap();
        let mut stream = Self(BufReader::new(stream));
        let head = stream.lines("\r\n");
        assert!(head.contains(&"Content-Type: text/event-stream".to_owned()), "{head:?}");
        stream
    }

    /// Reads lines up to an empty one.
    fn lines(&mut self, end: &str) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "the stream ended");
            if line == end {
                return lines;
            }
            lines.push(line.trim_end().to_owned());
        }
    }

    /// Returns the name and the data of the next event.
    fn next(&mut self) -> (String, Value) {
        let lines = self.lines("\n");
        let member = |name: &str| lines.iter().find_map(|line| line.strip_prefix(name));
        let data = serde_json::from_str(member("data: ").unwrap()).unwrap();
        (member("event: ").unwrap().to_owned(), data)
    }
}

fn get_ticket(sandbox: &Sandbox) {
    Client::connect(sandbox).post("/ticket", FORM, "api_token=sandbox-token&ticket_id=4501");
}

#[test]
fn requests_and_deliveries_arrive_in_order() {
    let sandbox = Sandbox::start().unwrap();
    get_ticket(&sandbox);
    let mut stream = Stream::open(&sandbox, "", "");
    crate::client::updated(&sandbox, "status=2");
    let (name, request) = stream.next();
    assert_eq!((name.as_str(), &request["id"]), ("request", &Value::from(2)));
    assert_eq!(request["effects"][0]["id"], 4501);
    sandbox.fire("http://127.0.0.1:1", &Event::ping()).unwrap_err();
    let (name, delivery) = stream.next();
    assert_eq!((name.as_str(), &delivery["event"]), ("delivery", &Value::from("ping")));
    // Earlier requests are there for those who ask.
    for (query, headers, first) in [
        ("?after=0", "", 1),
        ("?after=1", "Last-Event-ID: 0\r\n", 2),
        ("", "Last-Event-ID: 1\r\n", 2),
    ] {
        let (_, request) = Stream::open(&sandbox, query, headers).next();
        assert_eq!(request["id"], first, "{query} {headers}");
    }
}

#[test]
fn replacements_of_the_desk_are_told_in_order() {
    let sandbox = Sandbox::start().unwrap();
    let mut stream = Stream::open(&sandbox, "", "");
    get_ticket(&sandbox);
    super::control(&sandbox, "POST", "/sandbox/reset", &Value::Null);
    get_ticket(&sandbox);
    let desk = super::get(&sandbox, "/sandbox/state");
    super::control(&sandbox, "PUT", "/sandbox/state", &desk);
    sandbox.reset();
    get_ticket(&sandbox);
    let told = [(); 6].map(|()| {
        let (name, data) = stream.next();
        (name, data["id"].as_u64(), data["cause"].as_str().map(str::to_owned))
    });
    let request = |id| ("request".to_owned(), Some(id), None);
    let state = |cause: &str| ("state".to_owned(), None, Some(cause.to_owned()));
    assert_eq!(
        told,
        [request(1), state("reset"), request(2), state("replaced"), state("reset"), request(3)]
    );
}

#[test]
fn what_control_calls_change_is_told() {
    let sandbox = Sandbox::start().unwrap();
    let mut stream = Stream::open(&sandbox, "?view=summary", "");
    let control = |method, target, body| super::control(&sandbox, method, target, &body);
    let update = json!({ "ticket_id": 4501, "status": 2 });
    let told = [
        ("POST", "/sandbox/api/update/ticket", update, "desk"),
        ("PATCH", "/sandbox/settings", json!({ "quirks": true }), "settings"),
        ("POST", "/sandbox/scripts", json!({ "status": 503 }), "scripts"),
        ("DELETE", "/sandbox/scripts/1", Value::Null, "scripts"),
        ("DELETE", "/sandbox/scripts", Value::Null, "scripts"),
        ("DELETE", "/sandbox/requests", Value::Null, "requests"),
        ("DELETE", "/sandbox/webhooks", Value::Null, "webhooks"),
    ];
    for (method, target, body, cause) in told {
        control(method, target, body);
        let expected = ("changed".to_owned(), json!({ "cause": cause }));
        assert_eq!(stream.next(), expected, "{method} {target}");
    }
    // A method that only reads changes nothing.
    control("POST", "/sandbox/api/ticket", json!({ "ticket_id": 4501 }));
    get_ticket(&sandbox);
    let (name, request) = stream.next();
    assert_eq!((name.as_str(), request.get("headers")), ("request", None));
}

#[test]
fn requests_that_are_gone_are_told() {
    let sandbox = Sandbox::builder().journal_limit(2).start().unwrap();
    for _ in 0..5 {
        get_ticket(&sandbox);
    }
    let mut stream = Stream::open(&sandbox, "?after=1", "");
    let (name, lost) = stream.next();
    assert_eq!((name.as_str(), lost), ("lost", serde_json::json!({ "after": 1, "before": 4 })));
    assert_eq!(
        [stream.next().1["id"].as_u64(), stream.next().1["id"].as_u64()],
        [Some(4), Some(5)]
    );
}

#[test]
fn a_stream_ends_with_the_sandbox() {
    returns(|| {
        let sandbox = Sandbox::start().unwrap();
        let mut streams = [(); 3].map(|()| Stream::open(&sandbox, "", ""));
        drop(sandbox);
        for stream in &mut streams {
            let mut rest = Vec::new();
            stream.0.read_to_end(&mut rest).unwrap();
            assert_eq!(rest, b"");
        }
    });
}

/// 50 connections send 1,000 requests while others read the journal and the events.
#[test]
fn nothing_is_lost_under_load() {
    const CONNECTIONS: u64 = 50;
    const REQUESTS: u64 = 1_000;
    let sandbox = Sandbox::start().unwrap();
    let mut stream = Stream::open(&sandbox, "", "");
    thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                let mut client = Client::connect(&sandbox);
                for _ in 0..REQUESTS / CONNECTIONS {
                    let body = "api_token=sandbox-token&ticket_id=4501&subject=S";
                    assert_eq!(client.post("/update/ticket", FORM, body).status, 200);
                }
            });
        }
        let streamed = scope.spawn(move || {
            (1..=REQUESTS).for_each(|id| {
                let (name, request) = stream.next();
                assert_eq!((name.as_str(), request["id"].as_u64()), ("request", Some(id)));
            });
        });
        let paged = scope.spawn(|| {
            let (mut next, mut count) = (0, 0);
            while count < REQUESTS {
                let page =
                    super::get(&sandbox, &format!("/sandbox/requests?after={next}&limit=1000"));
                for id in crate::client::numbers(&page["requests"], "id") {
                    count += 1;
                    assert_eq!(id, count);
                }
                next = page["next"].as_u64().unwrap();
            }
        });
        streamed.join().unwrap();
        paged.join().unwrap();
    });
    assert_eq!(sandbox.requests().len(), 1_000);
}

/// A page that is still open after a restart sends an id of the sandbox before.
#[test]
fn an_id_that_is_ahead_starts_at_the_end() {
    let sandbox = Sandbox::start().unwrap();
    get_ticket(&sandbox);
    for (query, headers) in [("?after=50", ""), ("", "Last-Event-ID: 9\r\n")] {
        let mut stream = Stream::open(&sandbox, query, headers);
        let last = sandbox.requests().len();
        let lines = stream.lines("\n");
        assert_eq!(
            lines,
            [&*format!("id: {last}"), "event: state", r#"data: {"cause":"restarted"}"#]
        );
        get_ticket(&sandbox);
        assert_eq!(stream.next().1["id"], last + 1);
    }
    // The latest id is not ahead.
    let mut stream = Stream::open(&sandbox, "?after=3", "");
    sandbox.reset();
    assert_eq!(stream.next().1["cause"], "reset");
}

/// Streams are never idle, so they must not take all connections.
#[test]
fn streams_are_limited_to_half_of_the_connections() {
    let sandbox = Sandbox::builder().max_connections(4).start().unwrap();
    let streams = [(); 2].map(|()| Stream::open(&sandbox, "", ""));
    let error = super::rejected(&sandbox, 503, "GET", "/sandbox/events", &Value::Null);
    assert_eq!(error, "events at most 2 streams can be open");
    get_ticket(&sandbox);
    drop(streams);
    eventually(|| {
        // Writing to a closed connection fails sooner or later.
        get_ticket(&sandbox);
        let address = sandbox.url().trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET /sandbox/events HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        line.contains(" 200 ")
    });
}
