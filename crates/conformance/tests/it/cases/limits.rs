//! Limits hold, and no redirect is followed. `transport_errors` tests that nothing waits forever.

use std::fmt::Debug;
use std::thread;
use std::time::Duration;

use super::sdk::channels::ListChannels;
use super::sdk::{Encoding, ErrorKind, MAX_HEADER_BYTES, MAX_HEADERS, Operation, RetryPolicy};
use super::support::{builder, sandbox, update, usedesk};
use super::{own_client, wait};
use usedesk_sandbox::ScriptedResponse;

#[test]
#[cfg(not(any(feature = "rustls", feature = "aws-lc", feature = "native-tls")))]
fn https_needs_a_feature() {
    let usedesk = super::sdk::Usedesk::builder("token").no_proxy().build();
    insta::assert_snapshot!(usedesk.expect_err("no TLS"), @"invalid configuration: tls must be enabled by the feature rustls, aws-lc or native-tls, found none of them, and https in the base URL or the proxy's");
}

/// How far a request gets within so short a timeout is chance, but the error must be right about it.
#[test]
fn a_request_that_was_not_sent_has_not_arrived() {
    for nanoseconds in [1, 100_000, 300_000, 1_000_000, 3_000_000] {
        let limit = Duration::from_nanos(nanoseconds);
        tell_apart(limit, update());
        tell_apart(limit, ListChannels::new()); // without a body
    }
}

fn tell_apart(limit: Duration, operation: impl Operation<Output: Debug>) {
    let begin = || {
        let sandbox = sandbox();
        let usedesk = builder(&sandbox).attempt_timeout(limit).build().expect("valid");
        (sandbox, usedesk)
    };
    let (mut sandbox, mut usedesk) = begin();
    for _ in 0..5 {
        sandbox.script(ScriptedResponse::passthrough().delay(Duration::from_secs(60)));
        let error = wait(usedesk.send(&operation)).expect_err("too late");
        assert!(error.is_timeout(), "{error}");
        if error.to_string().contains("was not sent") {
            assert!(!error.may_have_acted(), "{error}");
            thread::sleep(Duration::from_millis(5));
            assert!(sandbox.requests().is_empty(), "{error}");
        } else {
            // It may arrive late, and must not be taken for the next one.
            (sandbox, usedesk) = begin();
        }
    }
}

#[test]
fn the_size_of_a_response_is_limited() {
    let sandbox = sandbox();
    let body = r#"{"status":"success"}"#;
    for (limit, is_ok) in [(body.len(), true), (body.len() - 1, false)] {
        sandbox.script(ScriptedResponse::status(200).body(body));
        let usedesk = builder(&sandbox).max_response_bytes(limit).build().expect("valid");
        let result = wait(usedesk.send(update()));
        assert_eq!(result.is_ok(), is_ok);
        if let Err(error) = result {
            assert_eq!(error.kind(), ErrorKind::Decode);
            assert_eq!(error.body(), Some(&body.as_bytes()[..limit]));
        }
    }
}

/// Another attempt would get the same headers.
#[test]
fn too_many_headers_are_no_reason_to_retry() {
    let sandbox = sandbox();
    let policy = RetryPolicy::default().initial_backoff(Duration::from_millis(1));
    let usedesk = builder(&sandbox).retry_policy(policy).build().expect("valid");
    let response = || ScriptedResponse::status(200).body("[]");
    for response in [
        (0..MAX_HEADERS).fold(response(), |response, n| response.header(format!("X-{n}"), "1")),
        response().header("X-Long", "1".repeat(MAX_HEADER_BYTES)),
    ] {
        sandbox.script(response);
        let error = wait(usedesk.send(ListChannels::new())).expect_err("too many");
        let limits = format!("more than {MAX_HEADERS} headers or {MAX_HEADER_BYTES} bytes of them");
        assert!(error.to_string().contains(&limits), "{error}");
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Transport, 1));
    }
}

#[test]
fn redirects_are_not_followed() {
    let (sandbox, other) = (sandbox(), sandbox());
    let careless = own_client(builder(&sandbox).user_agent("Mozilla/5.0"));
    let handles = [usedesk(&sandbox, Encoding::Form), careless.build().expect("valid")];
    for usedesk in handles {
        for status in [301, 302, 303, 307, 308] {
            let location = format!("{}/update/ticket", other.url());
            sandbox.script(ScriptedResponse::status(status).header("Location", &*location));
            let error = wait(usedesk.send(update())).expect_err("a redirect");
            assert_eq!(error.kind(), ErrorKind::Rejected);
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
            assert_eq!(error.headers().expect("headers")["location"], *location);
        }
    }
    assert_eq!(other.connections(), 0, "the token would have gone there");
    assert_eq!(sandbox.requests().len(), 10);
    assert!(sandbox.requests().iter().all(|request| request.header("referer").is_none()));
}
