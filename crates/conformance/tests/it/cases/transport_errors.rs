//! Everything that can go wrong with one attempt, over real sockets: the error that the user gets and
//! the requests that the server got. And how many attempts each error gets.

use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use test_support::{closed_port, ends};
use usedesk_sandbox::ScriptedResponse;

use super::sdk::comments::CreateComment;
use super::sdk::tickets::{GetTicket, Updated};
use super::sdk::{
    Attachment, Builder, CallEvent, Error, ErrorKind, MAX_FILE_BYTES, Operation, RetryPolicy,
    Usedesk,
};
use super::support::{once, sandbox, update};
use super::wire::{Act, BODY, Server, read, response};
use super::{own_client, wait};

/// The timeout of an attempt here: on a busy machine, too, more than a request to a server that
/// responds takes. Rows run at the same time, so that those that end by it are no slower together.
const LIMIT: Duration = Duration::from_secs(8);

/// A URL where nothing listens.
fn nowhere() -> String {
    format!("http://127.0.0.1:{}", closed_port())
}

/// Where a row's request is sent.
pub(crate) enum To {
    Url(String),
    Server(&'static str, Server),
}

#[test]
fn every_transport_error() {
    use Act::{Drip, Flood, Peek, Read, Serve, Stall, Write};

    let text = |text: &str| Write(text.as_bytes().to_vec());
    let status = |line: &str, body: &str| {
        let length = body.len();
        text(&format!("HTTP/1.1 {line}\r\nContent-Length: {length}\r\n\r\n{body}"))
    };
    let chunked = |chunks: &str| {
        text(&format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"))
    };
    let rejection =
        |begun: &str| text(&format!("HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\n{begun}"));
    let long_header = |length: usize| {
        let long = "y".repeat(length);
        text(&format!("HTTP/1.1 200 OK\r\nX-Long: {long}\r\nContent-Length: 20\r\n\r\n{BODY}"))
    };
    let head = || Write(response(20, ""));
    let begun = || Write(response(20, &BODY[..5]));
    let server = |acts: &[Act]| To::Server("http", Server::start(acts.to_vec()));

    #[rustfmt::skip] // a table
    let rows = vec![
        ("nothing listens",                To::Url(nowhere())),
        // No response, or not in time.
        ("never responds",                 server(&[Read, Stall])),
        ("header byte by byte",            server(&[Read, Drip(response(20, BODY))])),
        ("body byte by byte",              server(&[Read, head(), Drip(BODY.into())])),
        ("stalls in its headers",          server(&[Read, text("HTTP/1.1 200 OK\r\nCont"), Stall])),
        ("stalls in its body",             server(&[Read, begun(), Stall])),
        ("rejects and stalls",             server(&[Read, rejection("No"), Stall])),
        ("closes without a response",      server(&[Read])),
        ("resets without a response",      server(&[Peek])),
        ("closes in its headers",          server(&[Read, text("HTTP/1.1 200 OK\r\nCont")])),
        ("resets in its headers",          server(&[Peek, text("HTTP/1.1 200 OK\r\nCont")])),
        // A response that breaks off.
        ("closes after its headers",       server(&[Read, head()])),
        ("resets after its headers",       server(&[Peek, head()])),
        ("closes in its body",             server(&[Read, begun()])),
        ("resets in its body",             server(&[Peek, begun()])),
        ("rejects and closes in its body", server(&[Read, rejection("<html")])),
        ("length too long",                server(&[Read, Write(response(30, BODY))])),
        ("length too long, stays open",    server(&[Read, Write(response(30, BODY)), Serve])),
        ("length too short",               server(&[Read, Write(response(5, BODY)), Serve])),
        ("invalid length",                 server(&[Read, text("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), Serve])),
        ("chunks cut short",               server(&[Read, chunked("5\r\n{\"sta")])),
        ("chunks without an end",          server(&[Read, chunked("14\r\n{\"status\":\"success\"}\r\n")])),
        ("chunks stall",                   server(&[Read, chunked("5\r\n{\"sta"), Stall])),
        ("a chunk without a length",       server(&[Read, chunked("no\r\n"), Serve])),
        // More than there should be.
        ("endless body",                   server(&[Read, text("HTTP/1.1 200 OK\r\n\r\n"), Flood])),
        ("endless chunk",                  server(&[Read, chunked("fffffff\r\n"), Flood])),
        ("endless header",                 server(&[Read, text("HTTP/1.1 200 OK\r\nX-Long: "), Flood])),
        ("header of 60 KB",                server(&[Read, long_header(60_000), Serve])),
        ("header of 100 KB",               server(&[Read, long_header(100_000), Serve])),
        // Whole responses that Usedesk does not send.
        ("no HTTP",                        server(&[Read, text("220 mail.example ESMTP\r\n\r\n")])),
        ("empty",                          server(&[Read, status("200 OK", ""), Serve])),
        ("no content",                     server(&[Read, text("HTTP/1.1 204 No Content\r\n\r\n"), Serve])),
        ("HTML from a proxy",              server(&[Read, status("502 Bad Gateway", "<html></html>"), Serve])),
        ("HTML of a login page",           server(&[Read, status("200 OK", "<html></html>"), Serve])),
        ("not UTF-8",                      server(&[Read, Write(b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"status\":\"\xff\"}".to_vec()), Serve])),
        ("deep JSON",                      server(&[Read, status("200 OK", &"[".repeat(10_000)), Serve])),
    ];
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(table(rows, |builder| builder));
    });
}

/// Odd responses: each is read as one response or as an error, never as two, and what follows it is
/// not read as the next response.
#[test]
fn every_odd_response() {
    use Act::{Drip, Flood, Read, Serve, Stall, Write};

    let text = |text: &str| Write(text.as_bytes().to_vec());
    let with =
        |headers: &str, body: &str| text(&format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n{body}"));
    let before = |first: &str| text(&format!("{first}{}", utf8(response(20, BODY))));
    let after = |rest: &str| text(&format!("{}{rest}", utf8(response(20, BODY))));
    let status = |line: &str| text(&format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\n\r\n"));
    let limited = |rest: &str| text(&format!("HTTP/1.1 429 No\r\nRetry-After: 7\r\n{rest}"));
    let chunks = format!("14\r\n{BODY}\r\n0\r\n");
    let chunked = |rest: &str| with("Transfer-Encoding: chunked", &format!("{chunks}{rest}"));
    let server = |acts: &[Act]| To::Server("http", Server::start(acts.to_vec()));
    let other = "HTTP/1.1 400 Other\r\nContent-Length: 5\r\n\r\nother";
    let hints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    let go_on = "HTTP/1.1 100 Continue\r\n\r\n";

    #[rustfmt::skip] // a table
    let rows = vec![
        ("100 before it",                  server(&[Read, before(go_on), Serve])),
        ("100 a thousand times",           server(&[Read, before(&go_on.repeat(1_000)), Serve])),
        ("100 without end",                server(&[Read, Drip(go_on.repeat(100).into())])),
        ("100 only",                       server(&[Read, text(go_on)])),
        ("103 before it",                  server(&[Read, before(hints), Serve])),
        ("101",                            server(&[Read, text("HTTP/1.1 101 Now\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), Stall])),
        ("empty lines before it",          server(&[Read, before("\r\n\r\n"), Serve])),
        ("a space before it",              server(&[Read, before(" "), Serve])),
        // Data after a response.
        ("a byte after it",                server(&[Read, after("x"), Serve])),
        ("another response after it",      server(&[Read, after(other), Serve])),
        ("another after chunks",           server(&[Read, chunked(&format!("\r\n{other}")), Serve])),
        ("another after 204",              server(&[Read, text(&format!("HTTP/1.1 204 No\r\n\r\n{other}")), Serve])),
        ("another after 304",              server(&[Read, text(&format!("HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n{other}")), Serve])),
        ("close, and stays open",          server(&[Read, with("Connection: close\r\nContent-Length: 20", BODY), Stall])),
        // The length of the body.
        ("length and chunks",              server(&[Read, with("Content-Length: 5\r\nTransfer-Encoding: chunked", &format!("{chunks}\r\n")), Serve])),
        ("chunks and length",              server(&[Read, with("Transfer-Encoding: chunked\r\nContent-Length: 5", &format!("{chunks}\r\n")), Serve])),
        ("length twice",                   server(&[Read, with("Content-Length: 20\r\nContent-Length: 20", BODY), Serve])),
        ("two lengths",                    server(&[Read, with("Content-Length: 20\r\nContent-Length: 5", BODY), Serve])),
        ("two lengths in a value",         server(&[Read, with("Content-Length: 20, 5", BODY), Serve])),
        ("length with a sign",             server(&[Read, with("Content-Length: +20", BODY), Serve])),
        ("length below zero",              server(&[Read, with("Content-Length: -20", BODY), Serve])),
        ("length beyond numbers",          server(&[Read, with("Content-Length: 99999999999999999999", BODY)])),
        ("no length, and stays open",      server(&[Read, with("Server: x", BODY), Stall])),
        ("HTTP/1.0 until it closes",       server(&[Read, text(&format!("HTTP/1.0 200 OK\r\n\r\n{BODY}"))])),
        ("HTTP/1.0, and stays open",       server(&[Read, text(&format!("HTTP/1.0 200 OK\r\nContent-Length: 20\r\n\r\n{BODY}")), Stall])),
        ("HTTP/2.0",                       server(&[Read, text(&format!("HTTP/2.0 200 OK\r\nContent-Length: 20\r\n\r\n{BODY}")), Serve])),
        ("trailers",                       server(&[Read, chunked("X-Sum: 1\r\n\r\n"), Serve])),
        ("trailers cut short",             server(&[Read, chunked("X-Sum: ")])),
        ("trailers without end",           server(&[Read, chunked("X-Sum: "), Flood])),
        ("chunk extension without end",    server(&[Read, with("Transfer-Encoding: chunked", "14;x="), Flood])),
        ("chunk beyond numbers",           server(&[Read, with("Transfer-Encoding: chunked", "10000000000000014\r\n")])),
        // Headers and status.
        ("header on two lines",            server(&[Read, with("X-Long: 1\r\n 2\r\nContent-Length: 20", BODY), Serve])),
        ("header without a colon",         server(&[Read, with("nonsense\r\nContent-Length: 20", BODY), Serve])),
        ("space before the colon",         server(&[Read, with("Content-Length : 20", BODY)])),
        ("100 headers",                    server(&[Read, with(&format!("{}Content-Length: 20", "X: 1\r\n".repeat(99)), BODY), Serve])),
        ("101 headers",                    server(&[Read, with(&format!("{}Content-Length: 20", "X: 1\r\n".repeat(100)), BODY), Serve])),
        ("2,000 headers",                  server(&[Read, with(&format!("{}Content-Length: 20", "X: 1\r\n".repeat(1_999)), BODY), Serve])),
        ("status 099",                     server(&[Read, status("099 Low"), Serve])),
        ("status 999",                     server(&[Read, status("999 High"), Serve])),
        // Too many requests, whatever is wrong with the rest.
        ("429 without end",                server(&[Read, limited("\r\n"), Flood])),
        ("429 stalls",                     server(&[Read, limited("Content-Length: 9\r\n\r\n"), Stall])),
        ("429 cut short",                  server(&[Read, limited("Content-Length: 9\r\n\r\nno")])),
        ("429 in an invalid chunk",        server(&[Read, limited("Transfer-Encoding: chunked\r\n\r\nno\r\n")])),
        ("429 cut in its headers",         server(&[Read, limited("")])),
    ];
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(table(rows, |builder| builder));
    });
}

fn utf8(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}

/// A server may reject a large file before it has read it, and close the connection.
#[test]
fn a_response_to_a_part_of_a_request() {
    let rejects = |status: &'static str| {
        Server::serving(move |stream, _| respond_early(stream, status).expect("it is connected"))
    };
    let failure = |server: &Server| {
        let usedesk = once("token").base_url(server.url("http")).no_proxy().build();
        let error = wait(usedesk.expect("valid").send(large_file())).expect_err("rejected");
        (error.kind(), error.status().map(|status| status.as_u16()), error.may_have_acted())
    };
    let server = rejects("413 Too Large");
    assert_eq!(failure(&server), (ErrorKind::Rejected, Some(413), true));
    // No request was processed, whatever the operation.
    let server = rejects("429 Too Many\r\nRetry-After: 7");
    assert_eq!(failure(&server), (ErrorKind::RateLimited, Some(429), false));
}

/// However much the buffers on the way have taken by then, even if they take a little more again and
/// again.
#[test]
fn a_file_that_the_server_does_not_read_times_out() {
    const LIMIT: Duration = Duration::from_secs(1);

    for (taken, taken_later) in [(0, 0), (100_000, 0), (1_000_000, 0), (0, 40_000)] {
        let server = Server::serving(move |stream, _| {
            let _ = stream.read_exact(&mut vec![0; taken]);
            // Far longer than the deadline.
            for _ in 0..600 {
                thread::sleep(LIMIT / 10);
                let _ = stream.read_exact(&mut vec![0; taken_later]);
            }
        });
        let usedesk = once("token").base_url(server.url("http")).no_proxy().build();
        // The limit of the attempt is longer, since the file is large.
        let usedesk = usedesk.expect("valid").with_deadline(LIMIT);
        let begin = Instant::now();
        let error = wait(usedesk.send(large_file())).expect_err("the server does not read it");
        assert!(error.is_timeout() && error.may_have_acted(), "{error}");
        assert!(begin.elapsed() >= LIMIT, "after {taken} bytes and {taken_later} each time");
    }
}

/// An attempt has more time for a large file, and this one takes longer than one without a file may.
#[test]
fn a_file_that_is_read_slowly_is_sent() {
    const LIMIT: Duration = Duration::from_secs(1);

    let server = || {
        Server::serving(|stream, seen| {
            read(&mut Slowly(stream), seen).expect("the whole request");
            let saved = r#"{"status":"success","comment_id":1}"#;
            stream.write_all(&response(saved.len(), saved)).expect("it is connected");
        })
    };
    let file = Attachment::from_bytes("large.bin", vec![b'x'; 8 << 20]);
    let comment = CreateComment::private(4501, "Hi").attach(file);
    for settings in [|builder| builder, own_client] {
        let server = server();
        let usedesk = settings(once("token")).base_url(server.url("http")).attempt_timeout(LIMIT);
        let begin = Instant::now();
        let result = wait(usedesk.build().expect("valid").send(&comment));
        assert!(begin.elapsed() > 2 * LIMIT, "too fast to tell: {:?}", begin.elapsed());
        assert_eq!((result.err().map(|error| error.to_string()), server.seen()), (None, (1, 0)));
    }
}

/// Reads a little at a time.
struct Slowly<'a>(&'a mut TcpStream);

impl Read for Slowly<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        thread::sleep(Duration::from_millis(4));
        self.0.read(buffer)
    }
}

/// Responds to the head of a request, and closes while the rest is in flight.
pub(crate) fn respond_early(stream: &mut (impl Read + Write), status: &str) -> io::Result<()> {
    let _ = stream.read(&mut [0; 1024])?;
    let response = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
    stream.write_all(response.as_bytes())?;
    stream.flush()?;
    thread::sleep(Duration::from_millis(200));
    Ok(())
}

/// More than fits into the buffers on the way.
pub(crate) fn large_file() -> CreateComment {
    let file = Attachment::from_bytes("large.bin", vec![b'x'; MAX_FILE_BYTES]);
    CreateComment::private(4501, "Hi").attach(file)
}

/// Sends an update for every row, each with a handle of its own, and describes the results.
pub(crate) fn table(
    rows: Vec<(&'static str, To)>,
    settings: impl Fn(Builder) -> Builder + Sync,
) -> String {
    thread::scope(|scope| {
        let settings = &settings;
        let rows = rows.into_iter().map(|(name, to)| scope.spawn(move || row(name, &to, settings)));
        // All begin before the first is awaited.
        let rows: Vec<_> = rows.collect();
        rows.into_iter().map(|row| row.join().expect("no panic")).collect()
    })
}

fn row(name: &str, to: &To, settings: &(impl Fn(Builder) -> Builder + Sync)) -> String {
    let url = match to {
        To::Url(url) => url.clone(),
        To::Server(scheme, server) => server.url(scheme),
    };
    let builder = once("token").base_url(&*url).allow_plain_http().no_proxy();
    let usedesk = settings(builder.attempt_timeout(LIMIT).max_response_bytes(64 * 1024));
    let usedesk = usedesk.build().expect("the settings are valid");
    let result = ends(name, || wait(usedesk.send(update())));
    let mut line = format!("{name:<32}{}", summary(&result));
    if let To::Server(_, server) = to {
        // What was sent may arrive a little later than the error.
        thread::sleep(Duration::from_millis(20));
        let (requests, fragments) = server.seen();
        let _ = write!(line, "; {requests} arrived");
        if fragments > 0 {
            let _ = write!(line, ", and something else");
        }
        // Whatever is left of it does not affect the next one.
        if requests > 0 {
            wait(usedesk.send(update())).expect(name);
        }
    }
    line + "\n"
}

/// What a user can tell about a result.
fn summary(result: &Result<Updated, Error>) -> String {
    let Err(error) = result else { return "success".into() };
    let mut text = format!("{:?}", error.kind());
    if let Some(status) = error.status() {
        let _ = write!(text, " {}", status.as_u16());
    }
    match error.body().map_or(0, <[u8]>::len) {
        0 => {}
        // As much as arrived in time.
        _ if error.is_timeout() => text += " with a part of the body",
        length => {
            let _ = write!(text, " with {length} bytes");
        }
    }
    let facts = [(error.may_have_acted(), ", may have acted"), (error.is_timeout(), ", timeout")];
    text.extend(facts.into_iter().filter(|(is_so, _)| *is_so).map(|(_, fact)| fact));
    text
}

/// With the default settings of a handle, but with short waits.
#[test]
fn attempts() {
    let code = |status, code| {
        ScriptedResponse::status(status).body(format!(r#"{{"error":"No","code":{code}}}"#))
    };
    let rows = [
        ("cut", ScriptedResponse::disconnect()),
        ("cut after acting", ScriptedResponse::disconnect().after_acting()),
        ("no HTTP", ScriptedResponse::raw("what?\r\n\r\n")),
        ("cut in its body", ScriptedResponse::status(200).body(BODY).disconnect_after(5)),
        (
            "rejected, cut in its body",
            ScriptedResponse::status(400).body("<html>").disconnect_after(5),
        ),
        ("429, retry now", ScriptedResponse::status(429).header("Retry-After", "0")),
        ("121 in 200, retry now", code(200, 121).header("Retry-After", "0")),
        ("429 in 200, retry now", code(200, 429).header("Retry-After", "0")),
        ("121 in 503, retry now", code(503, 121).header("Retry-After", "0")),
        ("503, retry now", ScriptedResponse::status(503).header("Retry-After", "0")),
        ("503", ScriptedResponse::status(503)),
        ("408", ScriptedResponse::status(408)),
        ("111 in 200", code(200, 111)),
        ("112 in 200", code(200, 112)),
        ("502 in HTML", ScriptedResponse::status(502).body("<html>")),
        (
            "500 from the framework",
            ScriptedResponse::status(500).body(r#"{"message":"Server Error"}"#),
        ),
        ("400", ScriptedResponse::status(400)),
        ("302", ScriptedResponse::status(302).header("Location", "/login")),
        ("an error within 200", ScriptedResponse::status(200).body(r#"{"error":"No"}"#)),
        ("200 in HTML", ScriptedResponse::status(200).body("<html>")),
        (
            "long header",
            ScriptedResponse::status(200).body(BODY).header("X-Long", "y".repeat(70_000)),
        ),
    ];
    let mut text = format!("{:<28}read  idempotent  once\n", "");
    let mut row = |name: &str, response: Option<&ScriptedResponse>| {
        let read = attempts_of(GetTicket::new(4501), response);
        let idempotent = attempts_of(update(), response);
        let once = attempts_of(CreateComment::private(4501, "Hi"), response);
        let _ = writeln!(text, "{name:<28}{read:>4}{idempotent:>12}{once:>6}");
    };
    row("nothing listens", None);
    for (name, response) in &rows {
        row(name, Some(response));
    }
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(text);
    });
}

/// How many attempts a call makes that fails in the same way each time.
fn attempts_of<O: Operation>(operation: O, response: Option<&ScriptedResponse>) -> usize {
    let sandbox = sandbox();
    let url = response.map_or_else(nowhere, |_| sandbox.url().to_owned());
    for _ in 0..10 {
        if let Some(response) = response {
            sandbox.script(response.clone());
        }
    }
    let attempts = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&attempts);
    let usedesk = Usedesk::builder(sandbox.token())
        .base_url(url)
        .retry_policy(RetryPolicy::default().initial_backoff(Duration::from_millis(4)))
        .observer(move |event| {
            if let CallEvent::Attempted { .. } = event {
                counter.fetch_add(1, Ordering::SeqCst);
            }
        });
    assert!(wait(usedesk.build().expect("valid").send(operation)).is_err());
    let attempts = attempts.load(Ordering::SeqCst);
    assert_eq!(sandbox.requests().len(), if response.is_some() { attempts } else { 0 });
    attempts
}
