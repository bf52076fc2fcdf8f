//! All that can go wrong with one exchange, over real sockets: what the user gets, when, and what
//! the server got. And how often each is tried.

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
use super::wire::{Act, BODY, Server, answer, read};
use super::{own_client, wait};

/// The timeout of an attempt here: on a busy machine, too, more than a request to a server that
/// responds takes. Rows run at the same time, so that those that end by it are no slower together.
const LIMIT: Duration = Duration::from_secs(2);

/// A URL where nothing listens.
fn nowhere() -> String {
    format!("http://127.0.0.1:{}", closed_port())
}

/// Where a row's request goes.
pub(crate) enum To {
    Url(String),
    Server(&'static str, Server),
}

#[test]
fn every_fault() {
    use Act::{Drip, Flood, Peek, Read, Say, Serve, Stall};

    let said = |text: &str| Say(text.as_bytes().to_vec());
    let status = |line: &str, body: &str| {
        let length = body.len();
        said(&format!("HTTP/1.1 {line}\r\nContent-Length: {length}\r\n\r\n{body}"))
    };
    let chunked = |chunks: &str| {
        said(&format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"))
    };
    let refusal =
        |begun: &str| said(&format!("HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\n{begun}"));
    let long_header = |length: usize| {
        let long = "y".repeat(length);
        said(&format!("HTTP/1.1 200 OK\r\nX-Long: {long}\r\nContent-Length: 20\r\n\r\n{BODY}"))
    };
    let head = || Say(answer(20, ""));
    let begun = || Say(answer(20, &BODY[..5]));
    let server = |acts: &[Act]| To::Server("http", Server::start(acts.to_vec()));

    #[rustfmt::skip] // a table
    let rows = vec![
        ("nobody listens",                 To::Url(nowhere())),
        // No answer, or not in time.
        ("never answers",                  server(&[Read, Stall])),
        ("header byte by byte",            server(&[Read, Drip(answer(20, BODY))])),
        ("body byte by byte",              server(&[Read, head(), Drip(BODY.into())])),
        ("stalls in its headers",          server(&[Read, said("HTTP/1.1 200 OK\r\nCont"), Stall])),
        ("stalls in its body",             server(&[Read, begun(), Stall])),
        ("refuses and stalls",             server(&[Read, refusal("No"), Stall])),
        ("closes without an answer",       server(&[Read])),
        ("resets without an answer",       server(&[Peek])),
        ("closes in its headers",          server(&[Read, said("HTTP/1.1 200 OK\r\nCont")])),
        ("resets in its headers",          server(&[Peek, said("HTTP/1.1 200 OK\r\nCont")])),
        // An answer that breaks off.
        ("closes after its headers",       server(&[Read, head()])),
        ("resets after its headers",       server(&[Peek, head()])),
        ("closes in its body",             server(&[Read, begun()])),
        ("resets in its body",             server(&[Peek, begun()])),
        ("refuses and closes in its body", server(&[Read, refusal("<html")])),
        ("length too long",                server(&[Read, Say(answer(30, BODY))])),
        ("length too long, stays open",    server(&[Read, Say(answer(30, BODY)), Serve])),
        ("length too short",               server(&[Read, Say(answer(5, BODY)), Serve])),
        ("length that is none",            server(&[Read, said("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"), Serve])),
        ("chunks cut short",               server(&[Read, chunked("5\r\n{\"sta")])),
        ("chunks without an end",          server(&[Read, chunked("14\r\n{\"status\":\"success\"}\r\n")])),
        ("chunks stall",                   server(&[Read, chunked("5\r\n{\"sta"), Stall])),
        ("a chunk without a length",       server(&[Read, chunked("no\r\n"), Serve])),
        // More than there should be.
        ("endless body",                   server(&[Read, said("HTTP/1.1 200 OK\r\n\r\n"), Flood])),
        ("endless chunk",                  server(&[Read, chunked("fffffff\r\n"), Flood])),
        ("endless header",                 server(&[Read, said("HTTP/1.1 200 OK\r\nX-Long: "), Flood])),
        ("header of 60 KB",                server(&[Read, long_header(60_000), Serve])),
        ("header of 100 KB",               server(&[Read, long_header(100_000), Serve])),
        // Whole answers that are none of ours.
        ("no HTTP",                        server(&[Read, said("220 mail.example ESMTP\r\n\r\n")])),
        ("empty",                          server(&[Read, status("200 OK", ""), Serve])),
        ("no content",                     server(&[Read, said("HTTP/1.1 204 No Content\r\n\r\n"), Serve])),
        ("HTML from a proxy",              server(&[Read, status("502 Bad Gateway", "<html></html>"), Serve])),
        ("HTML of a login page",           server(&[Read, status("200 OK", "<html></html>"), Serve])),
        ("not UTF-8",                      server(&[Read, Say(b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"status\":\"\xff\"}".to_vec()), Serve])),
        ("deep JSON",                      server(&[Read, status("200 OK", &"[".repeat(10_000)), Serve])),
    ];
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(table(rows, |builder| builder));
    });
}

/// Answers that are odd: read in one way or none, never as two, and what lies behind one is not the
/// next one's.
#[test]
fn every_oddity() {
    use Act::{Drip, Flood, Read, Say, Serve, Stall};

    let said = |text: &str| Say(text.as_bytes().to_vec());
    let with =
        |headers: &str, body: &str| said(&format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n{body}"));
    let before = |first: &str| said(&format!("{first}{}", text(answer(20, BODY))));
    let behind = |rest: &str| said(&format!("{}{rest}", text(answer(20, BODY))));
    let status = |line: &str| said(&format!("HTTP/1.1 {line}\r\nContent-Length: 0\r\n\r\n"));
    let limited = |rest: &str| said(&format!("HTTP/1.1 429 No\r\nRetry-After: 7\r\n{rest}"));
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
        ("100 and nothing",                server(&[Read, said(go_on)])),
        ("103 before it",                  server(&[Read, before(hints), Serve])),
        ("101",                            server(&[Read, said("HTTP/1.1 101 Now\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"), Stall])),
        ("empty lines before it",          server(&[Read, before("\r\n\r\n"), Serve])),
        ("a space before it",              server(&[Read, before(" "), Serve])),
        // What comes behind an answer.
        ("a byte behind it",               server(&[Read, behind("x"), Serve])),
        ("another answer behind it",       server(&[Read, behind(other), Serve])),
        ("another behind chunks",          server(&[Read, chunked(&format!("\r\n{other}")), Serve])),
        ("another behind 204",             server(&[Read, said(&format!("HTTP/1.1 204 No\r\n\r\n{other}")), Serve])),
        ("another behind 304",             server(&[Read, said(&format!("HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n{other}")), Serve])),
        ("close, and stays open",          server(&[Read, with("Connection: close\r\nContent-Length: 20", BODY), Stall])),
        // How long it is.
        ("length and chunks",              server(&[Read, with("Content-Length: 5\r\nTransfer-Encoding: chunked", &format!("{chunks}\r\n")), Serve])),
        ("chunks and length",              server(&[Read, with("Transfer-Encoding: chunked\r\nContent-Length: 5", &format!("{chunks}\r\n")), Serve])),
        ("length twice",                   server(&[Read, with("Content-Length: 20\r\nContent-Length: 20", BODY), Serve])),
        ("two lengths",                    server(&[Read, with("Content-Length: 20\r\nContent-Length: 5", BODY), Serve])),
        ("two lengths in one",             server(&[Read, with("Content-Length: 20, 5", BODY), Serve])),
        ("length with a sign",             server(&[Read, with("Content-Length: +20", BODY), Serve])),
        ("length below zero",              server(&[Read, with("Content-Length: -20", BODY), Serve])),
        ("length beyond numbers",          server(&[Read, with("Content-Length: 99999999999999999999", BODY)])),
        ("no length, and stays open",      server(&[Read, with("Server: x", BODY), Stall])),
        ("HTTP/1.0 until it closes",       server(&[Read, said(&format!("HTTP/1.0 200 OK\r\n\r\n{BODY}"))])),
        ("HTTP/1.0, and stays open",       server(&[Read, said(&format!("HTTP/1.0 200 OK\r\nContent-Length: 20\r\n\r\n{BODY}")), Stall])),
        ("HTTP/2.0",                       server(&[Read, said(&format!("HTTP/2.0 200 OK\r\nContent-Length: 20\r\n\r\n{BODY}")), Serve])),
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
        // Refused for too many requests, whatever is wrong with the rest.
        ("429 without end",                server(&[Read, limited("\r\n"), Flood])),
        ("429 stalls",                     server(&[Read, limited("Content-Length: 9\r\n\r\n"), Stall])),
        ("429 cut short",                  server(&[Read, limited("Content-Length: 9\r\n\r\nno")])),
        ("429 in a chunk that is none",    server(&[Read, limited("Transfer-Encoding: chunked\r\n\r\nno\r\n")])),
        ("429 cut in its headers",         server(&[Read, limited("")])),
    ];
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(table(rows, |builder| builder));
    });
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}

/// A server may refuse a large file before it has read it, and close.
#[test]
fn an_answer_to_the_half_of_a_request() {
    let refuses = |refusal: &'static str| {
        Server::serving(move |stream, _| answer_early(stream, refusal).expect("it is connected"))
    };
    let told = |server: &Server| {
        let usedesk = once("token").base_url(server.url("http")).no_proxy().build();
        let error = wait(usedesk.expect("valid").send(large_file())).expect_err("refused");
        (error.kind(), error.status().map(|status| status.as_u16()), error.may_have_acted())
    };
    let server = refuses("413 Too Large");
    assert_eq!(told(&server), (ErrorKind::Rejected, Some(413), true));
    // Any operation is repeated after that.
    let server = refuses("429 Too Many\r\nRetry-After: 7");
    assert_eq!(told(&server), (ErrorKind::RateLimited, Some(429), false));
}

/// However much the buffers on the way have taken by then, and where room for a little more comes
/// again and again.
#[test]
fn a_file_that_nobody_reads_is_given_up() {
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
        let error = wait(usedesk.send(large_file())).expect_err("nobody reads it");
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
            stream.write_all(&answer(saved.len(), saved)).expect("it is connected");
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

/// Reads so much and no more at a time.
struct Slowly<'a>(&'a mut TcpStream);

impl Read for Slowly<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        thread::sleep(Duration::from_millis(4));
        self.0.read(buffer)
    }
}

/// Answers to the head of a request, and closes while the rest is on its way.
pub(crate) fn answer_early(stream: &mut (impl Read + Write), refusal: &str) -> io::Result<()> {
    let _ = stream.read(&mut [0; 1024])?;
    let answer = format!("HTTP/1.1 {refusal}\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
    stream.write_all(answer.as_bytes())?;
    stream.flush()?;
    thread::sleep(Duration::from_millis(200));
    Ok(())
}

/// More than fits into the buffers on the way.
pub(crate) fn large_file() -> CreateComment {
    let file = Attachment::from_bytes("large.bin", vec![b'x'; MAX_FILE_BYTES]);
    CreateComment::private(4501, "Hi").attach(file)
}

/// Tries all rows, each with a handle of its own.
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
    let mut line = format!("{name:<32}{}", told(&result));
    if let To::Server(_, server) = to {
        // What was sent may arrive a little later than the error.
        thread::sleep(Duration::from_millis(20));
        let (requests, fragments) = server.seen();
        let _ = write!(line, "; {requests} arrived");
        if fragments > 0 {
            let _ = write!(line, ", and something else");
        }
        // Whatever is left of it does no harm to the next one.
        if requests > 0 {
            wait(usedesk.send(update())).expect(name);
        }
    }
    line + "\n"
}

/// What a user can tell.
fn told(result: &Result<Updated, Error>) -> String {
    let Err(error) = result else { return "success".into() };
    let mut text = format!("{:?}", error.kind());
    if let Some(status) = error.status() {
        let _ = write!(text, " {}", status.as_u16());
    }
    match error.body().map_or(0, <[u8]>::len) {
        0 => {}
        // As far as it came in time.
        _ if error.is_timeout() => text += " with a part of the body",
        length => {
            let _ = write!(text, " with {length} bytes");
        }
    }
    let facts = [(error.may_have_acted(), ", may have acted"), (error.is_timeout(), ", timeout")];
    text.extend(facts.into_iter().filter(|(is_so, _)| *is_so).map(|(_, fact)| fact));
    text
}

/// With the settings of a handle by default, but for the waits.
#[test]
fn how_often_each_is_tried() {
    let code = |status, code| {
        ScriptedResponse::status(status).body(format!(r#"{{"error":"No","code":{code}}}"#))
    };
    let rows = [
        ("cut", ScriptedResponse::disconnect()),
        ("cut after acting", ScriptedResponse::disconnect().after_acting()),
        ("no HTTP", ScriptedResponse::raw("what?\r\n\r\n")),
        ("cut in its body", ScriptedResponse::status(200).body(BODY).disconnect_after(5)),
        (
            "refused, cut in its body",
            ScriptedResponse::status(400).body("<html>").disconnect_after(5),
        ),
        ("429, come at once", ScriptedResponse::status(429).header("Retry-After", "0")),
        ("121 in 200, come at once", code(200, 121).header("Retry-After", "0")),
        ("429 in 200, come at once", code(200, 429).header("Retry-After", "0")),
        ("121 in 503, come at once", code(503, 121).header("Retry-After", "0")),
        ("503, come at once", ScriptedResponse::status(503).header("Retry-After", "0")),
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
        ("an unreadable 200", ScriptedResponse::status(200).body("<html>")),
        (
            "long header",
            ScriptedResponse::status(200).body(BODY).header("X-Long", "y".repeat(70_000)),
        ),
    ];
    let mut text = format!("{:<28}read  idempotent  once\n", "");
    let mut row = |name: &str, answer: Option<&ScriptedResponse>| {
        let read = exchanges(GetTicket::new(4501), answer);
        let idempotent = exchanges(update(), answer);
        let once = exchanges(CreateComment::private(4501, "Hi"), answer);
        let _ = writeln!(text, "{name:<28}{read:>4}{idempotent:>12}{once:>6}");
    };
    row("nobody listens", None);
    for (name, answer) in &rows {
        row(name, Some(answer));
    }
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(text);
    });
}

/// How many exchanges a call has that fails each time in the same way.
fn exchanges<O: Operation>(operation: O, answer: Option<&ScriptedResponse>) -> usize {
    let sandbox = sandbox();
    let url = answer.map_or_else(nowhere, |_| sandbox.url().to_owned());
    for _ in 0..10 {
        if let Some(answer) = answer {
            sandbox.script(answer.clone());
        }
    }
    let tried = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&tried);
    let usedesk = Usedesk::builder(sandbox.token())
        .base_url(url)
        .retry_policy(RetryPolicy::default().initial_backoff(Duration::from_millis(4)))
        .observer(move |event| {
            if let CallEvent::Attempted { .. } = event {
                counter.fetch_add(1, Ordering::SeqCst);
            }
        });
    assert!(wait(usedesk.build().expect("valid").send(operation)).is_err());
    let tried = tried.load(Ordering::SeqCst);
    assert_eq!(sandbox.requests().len(), if answer.is_some() { tried } else { 0 });
    tried
}
