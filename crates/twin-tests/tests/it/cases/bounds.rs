//! Nothing waits for ever, reads without bound, or follows a redirect.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use super::sdk::{Encoding, ErrorKind};
use super::support::{builder, once, sandbox, update, usedesk};
use super::{own_client, wait};
use usedesk_sandbox::Answer;

/// More than the limit under test, less than a test may take. A limit may also fire a little
/// early, since clocks round.
const SOON: Duration = Duration::from_secs(5);

#[test]
fn an_answer_has_to_come_in_time() {
    let sandbox = sandbox();
    let limit = Duration::from_millis(200);
    let usedesk = builder(&sandbox).attempt_timeout(limit).build().expect("valid");
    sandbox.script(Answer::real().delay(Duration::from_secs(60)));
    let begin = Instant::now();
    let error = wait(usedesk.send(update())).expect_err("too late");
    assert!((limit / 2..SOON).contains(&begin.elapsed()), "{:?}", begin.elapsed());
    assert!(error.is_timeout() && error.may_have_acted());
    assert_eq!(error.kind(), ErrorKind::Transport);
    // The handle is still good.
    wait(usedesk.send(update())).expect("in time");
}

#[test]
fn an_answer_that_stalls_in_its_body_is_too_late() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let mut request = Vec::new();
        while !request.ends_with(b"&subject=Letter") {
            let mut buffer = [0; 1024];
            let length = stream.read(&mut buffer).expect("a request");
            request.extend_from_slice(&buffer[..length]);
        }
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"sta";
        stream.write_all(head).expect("written");
        stream
    });
    let limit = Duration::from_millis(300);
    let usedesk = once("token").base_url(url).attempt_timeout(limit).build();
    let error = wait(usedesk.expect("valid").send(update())).expect_err("too late");
    assert!(error.is_timeout() && error.may_have_acted(), "{error}");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
    assert_eq!(error.body(), Some(&b"{\"sta"[..]));
    drop(server.join());
}

#[test]
fn tls_counts_as_connecting() {
    // Accepts connections, and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("https://{}", silent.local_addr().expect("bound"));
    let limit = Duration::from_millis(200);
    let usedesk = once("token").base_url(url).no_proxy().connect_timeout(limit).build();
    if cfg!(not(any(feature = "rustls", feature = "native-tls"))) {
        insta::assert_snapshot!(usedesk.expect_err("no TLS"), @"the handle was not built: tls must be switched on by a feature, rustls or native-tls, found neither, and https in the base URL or the proxy's");
        return;
    }
    let begin = Instant::now();
    let error = wait(usedesk.expect("valid").send(update())).expect_err("no TLS");
    assert!((limit / 2..SOON).contains(&begin.elapsed()), "{:?}", begin.elapsed());
    assert!(error.is_timeout() && !error.may_have_acted(), "{error}");
}

#[test]
fn what_is_not_there_is_not_sent_to() {
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", nobody.local_addr().expect("bound"));
    drop(nobody);
    for url in [&*url, "http://nobody.invalid"] {
        let builder = once("token").base_url(url).allow_plain_http().no_proxy();
        let error =
            wait(builder.build().expect("valid").send(update())).expect_err("nobody listens");
        assert_eq!(
            (error.kind(), error.may_have_acted()),
            (ErrorKind::Transport, false),
            "{error}"
        );
    }
}

/// How far a request comes in so little time is chance; that it is not misjudged is not.
#[test]
fn what_is_said_not_to_be_sent_has_not_arrived() {
    for nanoseconds in [1, 100_000, 300_000, 1_000_000, 3_000_000] {
        let sandbox = sandbox();
        let limit = Duration::from_nanos(nanoseconds);
        let usedesk = builder(&sandbox).attempt_timeout(limit).build().expect("valid");
        for _ in 0..5 {
            sandbox.clear_requests();
            sandbox.script(Answer::real().delay(Duration::from_secs(60)));
            let error = wait(usedesk.send(update())).expect_err("too late");
            assert!(error.is_timeout(), "{error}");
            thread::sleep(Duration::from_millis(5));
            assert!(error.may_have_acted() || sandbox.requests().is_empty(), "{error}");
        }
    }
}

#[test]
fn an_answer_has_a_size() {
    let sandbox = sandbox();
    let body = r#"{"status":"success"}"#;
    for (limit, is_ok) in [(body.len(), true), (body.len() - 1, false)] {
        sandbox.script(Answer::status(200).body(body));
        let usedesk = builder(&sandbox).max_answer(limit).build().expect("valid");
        let result = wait(usedesk.send(update()));
        assert_eq!(result.is_ok(), is_ok);
        if let Err(error) = result {
            assert_eq!(error.kind(), ErrorKind::Unreadable);
            assert_eq!(error.body(), Some(&body.as_bytes()[..limit]));
        }
    }
}

#[test]
fn endless_answers_end() {
    let sandbox = sandbox();
    // Ends with the connection and not by a length; a real one would go on.
    let head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    let raw = format!("{head}{}", "x".repeat(4 << 20));
    sandbox.script(Answer::raw(raw));
    let usedesk = builder(&sandbox).max_answer(1_000).build().expect("valid");
    let error = wait(usedesk.send(update())).expect_err("too long");
    assert_eq!((error.kind(), error.body().map(<[u8]>::len)), (ErrorKind::Unreadable, Some(1_000)));
    sandbox.script(Answer::status(200).header("x-long", "y".repeat(100_000)));
    assert_eq!(wait(usedesk.send(update())).expect_err("too long").kind(), ErrorKind::Transport);
}

#[test]
fn redirects_are_not_followed() {
    let (sandbox, other) = (sandbox(), sandbox());
    let careless = own_client(builder(&sandbox).user_agent("Mozilla/5.0"));
    let handles = [usedesk(&sandbox, Encoding::Form), careless.build().expect("valid")];
    for usedesk in handles {
        for status in [301, 302, 303, 307, 308] {
            let location = format!("{}/update/ticket", other.url());
            sandbox.script(Answer::status(status).header("Location", &*location));
            let error = wait(usedesk.send(update())).expect_err("a redirect");
            assert_eq!(error.kind(), ErrorKind::Refused);
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            assert_eq!(error.headers().expect("headers")["location"], *location);
        }
    }
    assert_eq!(other.connections(), 0, "the token would have gone there");
    assert_eq!(sandbox.requests().len(), 10);
    assert!(sandbox.requests().iter().all(|request| request.header("referer").is_none()));
}
