//! Whether the server has acted, and what is retried then, over real sockets.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use usedesk_sandbox::ScriptedResponse;

use super::sdk::comments::CreateComment;
use super::sdk::jiff::Timestamp;
use super::sdk::tickets::{CreateTicket, GetTicket, ListTickets};
use super::sdk::{
    CallEvent, ErrorKind, RateLimit, RateLimiter, RawOperation, RawParameters, RetryPolicy, Safety,
    Usedesk,
};
use super::support::{once, sandbox, update};
use super::wait;

/// A date in the past.
const PAST: &str = "Thu, 01 Jan 1970 00:00:10 GMT";

/// The longest wait before the first retry here.
const BACKOFF: Duration = Duration::from_millis(20);

/// A gateway responds with 503 when the server behind it was only slow.
#[test]
fn a_create_that_acted_is_not_retried() {
    for retry_after in [None, Some("0"), Some("1"), Some("0.5"), Some("soon"), Some(PAST)] {
        let sandbox = sandbox();
        for _ in 0..3 {
            let response = ScriptedResponse::status(503).after_acting();
            sandbox.script(match retry_after {
                Some(value) => response.header("Retry-After", value),
                None => response,
            });
        }
        let comments = || sandbox.ticket(4501).expect("it is there").comments.len();
        let before = comments();
        let usedesk = Usedesk::builder(sandbox.token()).base_url(sandbox.url()).build();
        let create = CreateComment::private(4501, "Hi");
        let error = wait(usedesk.expect("valid").send(create)).expect_err("unavailable");
        assert!(error.may_have_acted(), "{retry_after:?}: {error}");
        assert_eq!(error.kind(), ErrorKind::Rejected, "{retry_after:?}");
        assert_eq!((sandbox.requests().len(), comments()), (1, before + 1), "{retry_after:?}");
    }
}

/// What a second request of an unlisted method does, only its user knows.
#[test]
fn an_unlisted_method_is_retried_only_if_it_is_told_to_be_safe() {
    let list = || RawOperation::get("/channels").parameter("page", 1);
    let update = || RawOperation::post("/update/ticket").parameter("ticket_id", 4501);
    for (operation, method, attempts) in [
        (list(), "GET", 1),
        (list().safety(Safety::Read), "GET", 2),
        (update().parameter("silent", true), "POST", 1),
        (update().parameter("status", 2).safety(Safety::Idempotent), "POST", 2),
    ] {
        let sandbox = sandbox();
        sandbox.script(ScriptedResponse::disconnect());
        let usedesk = Usedesk::builder(sandbox.token())
            .base_url(sandbox.url())
            .retry_policy(RetryPolicy::default().initial_backoff(BACKOFF))
            .build()
            .expect("valid");
        let result = wait(usedesk.send(&operation));
        assert_eq!(result.is_ok(), attempts == 2, "{operation:?}: {result:?}");
        if let Err(error) = result {
            assert!(error.may_have_acted(), "{error}");
        }
        // A wrapper of an operation is sent as what it wraps.
        let wrapped = RawParameters::new(&operation).parameter("extra", 1);
        wait(usedesk.send(wrapped)).expect("accepted");
        let methods: Vec<_> = sandbox.requests().into_iter().map(|sent| sent.method).collect();
        assert_eq!(methods, vec![method; attempts + 1]);
    }
}

/// As in docs/reliability.md.
#[test]
fn what_was_created_is_found_by_its_additional_id() {
    let sandbox = sandbox();
    sandbox.script(ScriptedResponse::status(503).after_acting());
    let usedesk = once(sandbox.token()).base_url(sandbox.url()).build().expect("valid");
    let create = CreateTicket::new("Letter", "Text").client(901).additional_id("mine-7");
    assert!(wait(usedesk.send(create)).expect_err("unavailable").may_have_acted());
    // Before the sandbox was started.
    let since: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
    let mut items = usedesk.items(ListTickets::new().client(901).created_after(since));
    let mut found = Vec::new();
    while let Some(ticket) = wait(items.next()) {
        let ticket = wait(usedesk.send(GetTicket::new(ticket.expect("read").id)));
        let ticket = ticket.expect("it is there").ticket;
        if ticket.additional_id.as_deref() == Some("mine-7") {
            found.push(ticket.subject);
        }
    }
    assert_eq!(found, ["Letter"]);
}

/// A rejection for too many requests means that the request was not processed, in every form.
#[test]
fn a_create_that_was_one_too_many_is_retried() {
    let responses = [
        ScriptedResponse::status(429),
        ScriptedResponse::status(200).body(r#"{"error":"Limit exceeded","code":121}"#),
        ScriptedResponse::status(200).body(r#"{"error":"Limit exceeded","code":"121"}"#),
        ScriptedResponse::status(200).body(r#"{"error":"Too Many Attempts.","code":429}"#),
        ScriptedResponse::status(400).body(r#"{"message":"Limit exceeded","code":121}"#),
    ];
    for response in responses {
        let sandbox = sandbox();
        sandbox.script(response.clone().header("Retry-After", "0"));
        let usedesk = Usedesk::builder(sandbox.token()).base_url(sandbox.url());
        let usedesk = usedesk
            .retry_policy(RetryPolicy::default().initial_backoff(BACKOFF))
            .build()
            .expect("valid");
        wait(usedesk.send(CreateComment::private(4501, "Hi"))).expect("the second time");
        assert_eq!(sandbox.requests().len(), 2, "{response:?}");
    }
}

/// A server that asks for no wait does not make a loop of the retries.
#[test]
fn a_server_cannot_shorten_the_backoff() {
    for (status, retry_after) in [(503, "0"), (503, PAST), (500, "0"), (429, "0"), (429, PAST)] {
        let sandbox = sandbox();
        for _ in 0..3 {
            sandbox.script(ScriptedResponse::status(status).header("Retry-After", retry_after));
        }
        let waits = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&waits);
        let usedesk =
            Usedesk::builder(sandbox.token()).base_url(sandbox.url()).without_rate_limit();
        let usedesk = usedesk
            .retry_policy(RetryPolicy::default().initial_backoff(BACKOFF))
            .observer(move |event| {
                if let CallEvent::Attempted { retry_in: Some(wait), .. } = event {
                    noted.lock().unwrap_or_else(PoisonError::into_inner).push(*wait);
                }
            });
        let begin = Instant::now();
        wait(usedesk.build().expect("valid").send(GetTicket::new(4501))).expect("in the end");
        let took = begin.elapsed();
        let waits = waits.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!((waits.len(), sandbox.requests().len()), (3, 4), "{status} {retry_after}");
        // Each is random, and zero once in four billion times.
        assert!(waits.iter().all(|wait| !wait.is_zero()), "{status} {retry_after}: {waits:?}");
        assert!(
            took >= waits.iter().sum::<Duration>(),
            "{status} {retry_after}: {took:?}, {waits:?}"
        );
    }
}

/// A call fails with its own `Retry-After`, however long; the other calls of its rate limiter wait for
/// the longest stop.
#[test]
fn a_wild_retry_after_stops_no_other_call_for_hours() {
    let stop = Duration::from_secs(1);
    let sandbox = sandbox();
    sandbox.script(ScriptedResponse::status(429).header("Retry-After", "60000"));
    let limiter = RateLimiter::new(RateLimit::default().max_stop(stop));
    let builder = || Usedesk::builder(sandbox.token()).base_url(sandbox.url());
    let [one, other] =
        [(); 2].map(|()| builder().rate_limiter(limiter.clone()).build().expect("valid"));
    let begin = Instant::now();
    let error = wait(one.send(update())).expect_err("too many requests");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60_000)));
    let early = wait(other.with_deadline(stop / 100).send(update()));
    // Unless the machine was so busy that the stop had ended.
    if begin.elapsed() < stop {
        let error = early.expect_err("no time for it");
        assert!(error.is_rate_limited() && !error.may_have_acted(), "{error}");
        assert_eq!((error.status(), error.retry_after().is_some()), (None, true));
    }
    wait(other.send(update())).expect("after the stop");
    assert!(begin.elapsed() >= stop);
}
