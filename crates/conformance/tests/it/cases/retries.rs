//! Retries, waits and deadlines, over real sockets.

use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use test_support::ends;
use usedesk_sandbox::{Sandbox, ScriptedResponse};

use crate::isolation::ReservedPort;

use super::sdk::comments::CreateComment;
use super::sdk::{Builder, CallEvent, ErrorKind, RateLimit, RetryPolicy, Usedesk};
use super::support::{sandbox, update};
use super::wait;
use super::wire::{Act, Server, read, response};

/// How long a call may take in the tests of deadlines: on a busy machine, too, long enough to send
/// the request.
const DEADLINE: Duration = Duration::from_secs(1);

fn builder(sandbox: &Sandbox) -> Builder {
    Usedesk::builder(sandbox.token()).base_url(sandbox.url())
}

#[test]
fn a_call_is_retried_when_the_server_asks_for_it() {
    let sandbox = sandbox();
    sandbox.script(ScriptedResponse::status(429).header("Retry-After", "1"));
    let events = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&events);
    let usedesk = builder(&sandbox).observer(move |event| {
        let text = match event {
            CallEvent::Queued { wait, reason, .. } => {
                format!("queued for {wait:?}: {reason:?}")
            }
            CallEvent::Attempted { attempt, status, retry_in, .. } => {
                let status = status.map(|status| status.as_u16());
                format!("attempt {attempt}: {status:?}, retry in {retry_in:?}")
            }
            CallEvent::Finished { attempts, succeeded, .. } => {
                format!("{attempts} attempts, succeeded: {succeeded}")
            }
            _ => "something else".into(),
        };
        noted.lock().unwrap_or_else(PoisonError::into_inner).push(text);
    });
    let begin = Instant::now();
    // The request was not processed, so this may be retried.
    let comment = CreateComment::private(4501, "Hi");
    wait(usedesk.build().expect("valid").send(comment)).expect("accepted");
    assert!(begin.elapsed() >= Duration::from_secs(1), "{:?}", begin.elapsed());
    assert_eq!(
        *events.lock().unwrap_or_else(PoisonError::into_inner),
        [
            "attempt 1: Some(429), retry in Some(1s)",
            "queued for 1s: Stop",
            "attempt 2: Some(200), retry in None",
            "2 attempts, succeeded: true",
        ]
    );
}

#[test]
fn what_was_not_sent_is_retried_until_the_server_listens() {
    let port = ReservedPort::new();
    let usedesk = Usedesk::builder("token").base_url(port.url());
    let retry = RetryPolicy::default()
        .max_attempts(1_000)
        .initial_backoff(Duration::from_millis(20))
        .max_backoff(Duration::from_millis(50));
    let usedesk = usedesk.without_rate_limit().retry_policy(retry).build().expect("valid");
    let later = thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        Server::listening(port.listen(), |stream, seen| {
            let created = r#"{"status":"success","comment_id":1}"#;
            let _ = read(stream, seen);
            let _ = stream.write_all(&response(created.len(), created));
        })
    });
    wait(usedesk.send(CreateComment::private(4501, "Hi"))).expect("in the end");
    assert_eq!(later.join().expect("no panic").seen(), (1, 0));
}

#[test]
fn a_deadline_ends_a_call_wherever_it_is() {
    use Act::{Drip, Read, Stall, Write};

    let head = || Write(response(20, "{"));
    let rows = [
        ("headers", vec![Read, Stall]),
        ("dripping headers", vec![Read, Drip(response(20, "{"))]),
        ("body", vec![Read, head(), Stall]),
        ("dripping body", vec![Read, head(), Drip(b"\"status\":\"success\"}".to_vec())]),
    ];
    thread::scope(|scope| {
        for (name, acts) in rows {
            scope.spawn(move || {
                let url = Server::start(acts).url("http");
                let usedesk = with_deadline(Usedesk::builder("token").base_url(url));
                let begin = Instant::now();
                let error = ends(name, || wait(usedesk.send(update()))).expect_err("too late");
                assert!(begin.elapsed() >= DEADLINE, "{name}: {:?}", begin.elapsed());
                assert!(error.is_timeout() && error.may_have_acted(), "{name}: {error}");
            });
        }
    });
}

fn with_deadline(builder: Builder) -> Usedesk {
    builder.build().expect("valid").with_deadline(DEADLINE)
}

#[test]
#[cfg(any(feature = "rustls", feature = "aws-lc", feature = "native-tls"))]
fn a_deadline_ends_connecting() {
    let silent = Server::serving(|stream, _| drop(std::io::copy(stream, &mut std::io::sink())));
    let usedesk = with_deadline(Usedesk::builder("token").base_url(silent.url("https")).no_proxy());
    let error = ends("connecting", || wait(usedesk.send(update()))).expect_err("too late");
    assert!(error.is_timeout() && !error.may_have_acted(), "{error}");
}

/// A wait that would end too late is not begun.
#[test]
fn a_deadline_ends_waits_before_they_begin() {
    let sandbox = sandbox();
    let waits = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&waits);
    let usedesk = builder(&sandbox).rate_limit(RateLimit::per_minute(1)).observer(move |event| {
        if let CallEvent::Queued { .. } | CallEvent::Attempted { retry_in: Some(_), .. } = event {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    let deadline = Duration::from_secs(30);
    let usedesk = usedesk.build().expect("valid").with_deadline(deadline);
    wait(usedesk.send(update())).expect("accepted");
    let error = wait(usedesk.send(update())).expect_err("too late");
    assert!(error.is_timeout() && !error.may_have_acted(), "{error}");
    assert!(error.retry_after().is_some_and(|wait| wait > deadline), "{:?}", error.retry_after());
    assert_eq!(sandbox.requests().len(), 1);

    sandbox.script(ScriptedResponse::status(503).header("Retry-After", "60"));
    let error = wait(usedesk.without_rate_limit().send(update())).expect_err("too late");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
    assert_eq!(waits.load(Ordering::Relaxed), 0, "no wait began");
}

#[test]
fn a_deadline_ends_retries() {
    let sandbox = sandbox();
    for _ in 0..1_000 {
        sandbox.script(ScriptedResponse::status(503).delay(Duration::from_millis(20)));
    }
    let retry =
        RetryPolicy::default().max_attempts(1_000).initial_backoff(Duration::from_millis(10));
    let usedesk = with_deadline(builder(&sandbox).without_rate_limit().retry_policy(retry));
    let error = ends("retries", || wait(usedesk.send(update()))).expect_err("never better");
    assert_eq!(
        (error.kind(), error.status().map(|status| status.as_u16())),
        (ErrorKind::Rejected, Some(503))
    );
    let requests = sandbox.requests().len();
    assert!((2..1_000).contains(&requests), "{requests}");
}
