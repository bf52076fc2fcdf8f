//! Repetitions, waits and deadlines, over real sockets.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use usedesk_sandbox::{Sandbox, ScriptedResponse};

use crate::alone::quiet_port;

use super::sdk::comments::CreateComment;
use super::sdk::{Builder, CallEvent, ErrorKind, RateLimit, RateLimiter, RetryPolicy, Usedesk};
use super::support::{sandbox, update};
use super::wait;
use super::wire::{Act, Server, answer};

/// How long a call may take in the tests of deadlines.
const DEADLINE: Duration = Duration::from_millis(300);

/// More than that, for a machine that is busy, and less than any other limit.
const BOUND: Duration = Duration::from_secs(2);

fn builder(sandbox: &Sandbox) -> Builder {
    Usedesk::builder(sandbox.token()).base_url(sandbox.url())
}

#[test]
fn a_call_comes_back_when_it_was_told_to() {
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
    // It was not processed, so this may be repeated.
    let comment = CreateComment::private(4501, "Hi");
    wait(usedesk.build().expect("valid").send(comment)).expect("accepted");
    assert!((Duration::from_secs(1)..BOUND).contains(&begin.elapsed()), "{:?}", begin.elapsed());
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
fn a_server_that_comes_up_gets_what_was_not_sent() {
    let (port, token) = (quiet_port(), "token");
    let later = thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        Sandbox::builder().port(port).token(token).start().expect("the port is free")
    });
    let usedesk = Usedesk::builder(token).base_url(format!("http://127.0.0.1:{port}"));
    let usedesk = usedesk
        .retry_policy(RetryPolicy::default().max_attempts(1_000).initial_backoff(BOUND / 100))
        .build();
    wait(usedesk.expect("valid").send(CreateComment::private(4501, "Hi"))).expect("in the end");
    let sandbox = later.join().expect("started");
    assert_eq!(sandbox.requests().len(), 1);
}

#[test]
fn a_server_that_was_restarted_gets_the_next_call() {
    let port = quiet_port();
    let start = || Sandbox::builder().port(port).start().expect("the port is free");
    let sandbox = start();
    let usedesk = builder(&sandbox)
        .without_rate_limit()
        .retry_policy(RetryPolicy::none())
        .build()
        .expect("valid");
    wait(usedesk.send(update())).expect("accepted");
    drop(sandbox);
    let sandbox = start();
    // A task notes that its connection is gone.
    thread::sleep(Duration::from_millis(50));
    wait(usedesk.send(update())).expect("accepted");
    assert_eq!(sandbox.requests().len(), 1);
}

#[test]
fn a_deadline_ends_a_call_wherever_it_is() {
    use Act::{Drip, Read, Say, Stall};

    let head = || Say(answer(20, "{"));
    let rows = [
        ("headers", vec![Read, Stall]),
        ("dripping headers", vec![Read, Drip(answer(20, "{"))]),
        ("body", vec![Read, head(), Stall]),
        ("dripping body", vec![Read, head(), Drip(b"\"status\":\"success\"}".to_vec())]),
    ];
    for (name, acts) in rows {
        let url = Server::start(acts).url("http");
        let begin = Instant::now();
        let error = wait(with_deadline(Usedesk::builder("token").base_url(url)).send(update()));
        let error = error.expect_err("too late");
        assert!(begin.elapsed() < BOUND, "{name}: {:?}", begin.elapsed());
        assert!(error.is_timeout() && error.may_have_acted(), "{name}: {error}");
    }
}

fn with_deadline(builder: Builder) -> Usedesk {
    builder.build().expect("valid").with_deadline(DEADLINE)
}

#[test]
#[cfg(any(feature = "rustls", feature = "aws-lc", feature = "native-tls"))]
fn a_deadline_ends_connecting() {
    let silent = Server::serving(|stream, _| drop(std::io::copy(stream, &mut std::io::sink())));
    let usedesk = with_deadline(Usedesk::builder("token").base_url(silent.url("https")).no_proxy());
    let begin = Instant::now();
    let error = wait(usedesk.send(update())).expect_err("too late");
    assert!(begin.elapsed() < BOUND, "{:?}", begin.elapsed());
    assert!(error.is_timeout() && !error.may_have_acted(), "{error}");
}

/// A wait that would end too late is not begun.
#[test]
fn a_deadline_ends_waits_before_they_begin() {
    let sandbox = sandbox();
    let pacer = RateLimiter::new(RateLimit::per_minute(1));
    let usedesk = with_deadline(builder(&sandbox).rate_limiter(pacer));
    wait(usedesk.send(update())).expect("accepted");
    let begin = Instant::now();
    let error = wait(usedesk.send(update())).expect_err("too late");
    assert!(begin.elapsed() < DEADLINE, "{:?}", begin.elapsed());
    assert!(error.is_timeout() && !error.may_have_acted(), "{error}");
    assert!(error.retry_after().is_some_and(|wait| wait > BOUND), "{:?}", error.retry_after());
    assert_eq!(sandbox.requests().len(), 1);

    sandbox.script(ScriptedResponse::status(503).header("Retry-After", "60"));
    let begin = Instant::now();
    let error = wait(usedesk.without_rate_limit().send(update())).expect_err("too late");
    assert!(begin.elapsed() < DEADLINE, "{:?}", begin.elapsed());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
}

#[test]
fn a_deadline_ends_repetitions() {
    let sandbox = sandbox();
    for _ in 0..1_000 {
        sandbox.script(ScriptedResponse::status(503).delay(Duration::from_millis(20)));
    }
    let retry =
        RetryPolicy::default().max_attempts(1_000).initial_backoff(Duration::from_millis(10));
    let usedesk = with_deadline(builder(&sandbox).without_rate_limit().retry_policy(retry));
    let begin = Instant::now();
    let error = wait(usedesk.send(update())).expect_err("never better");
    assert!(begin.elapsed() < BOUND, "{:?}", begin.elapsed());
    assert_eq!(
        (error.kind(), error.status().map(|status| status.as_u16())),
        (ErrorKind::Rejected, Some(503))
    );
    assert!(sandbox.requests().len() > 1);
}
