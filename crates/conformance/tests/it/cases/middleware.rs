//! A transport around the default one.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use test_support::closed_port;
use usedesk_sandbox::ScriptedResponse;

use super::sdk::http::{HeaderValue, Request};
use super::sdk::testing::MockTransport;
use super::sdk::tickets::GetTicket;
use super::sdk::{AttemptInfo, Body, ExchangeLimits, RetryPolicy, Transport};
use super::support::{builder, once, sandbox, update};
use super::wait;

/// Adds a header, and collects what it is told of each attempt.
struct Middleware<T> {
    inner: T,
    attempts: Arc<Mutex<Vec<AttemptInfo>>>,
}

impl<T: Transport> Transport for Middleware<T> {
    type Exchange = T::Exchange;
    type Sleep = T::Sleep;

    fn exchange(&self, mut request: Request<Body>, limits: ExchangeLimits) -> T::Exchange {
        let info = request.extensions().get().copied().expect("an attempt");
        self.attempts.lock().expect("no panic").push(info);
        request.headers_mut().insert("x-team", HeaderValue::from_static("billing"));
        self.inner.exchange(request, limits)
    }

    fn sleep(&self, duration: Duration) -> T::Sleep {
        self.inner.sleep(duration)
    }
}

#[test]
fn each_attempt_goes_through_a_wrapper() {
    let (sandbox, attempts) = (sandbox(), Arc::default());
    let collected = Arc::clone(&attempts);
    let policy = RetryPolicy::default().initial_backoff(Duration::from_millis(1));
    let usedesk = builder(&sandbox)
        .retry_policy(policy)
        .wrap_transport(|inner| Middleware { inner, attempts: collected })
        .build()
        .expect("valid");
    sandbox.script(ScriptedResponse::status(503));
    wait(usedesk.send(GetTicket::new(4501))).expect("retried");
    wait(usedesk.send(update())).expect("accepted");
    let requests = sandbox.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| request.header("x-team") == Some("billing")));
    let attempts = attempts.lock().expect("no panic");
    let names: Vec<_> = attempts.iter().map(|info| (info.operation, info.attempt)).collect();
    assert_eq!(names, [("get_ticket", 1), ("get_ticket", 2), ("update_ticket", 1)]);
    assert_eq!(attempts[0].call, attempts[1].call);
    assert_ne!(attempts[1].call, attempts[2].call);
}

#[test]
fn not_sent_is_still_known_behind_a_wrapper() {
    let usedesk = once("token")
        .base_url(format!("http://127.0.0.1:{}", closed_port()))
        .wrap_transport(|inner| Middleware { inner, attempts: Arc::default() })
        .build()
        .expect("valid");
    let error = wait(usedesk.send(update())).expect_err("nothing listens");
    assert!(!error.may_have_acted(), "{error}");
}

#[test]
fn a_transport_of_ones_own_has_no_default_one_to_wrap() {
    let both = once("token")
        .transport(MockTransport::new())
        .wrap_transport(|inner| Middleware { inner, attempts: Arc::default() })
        .build();
    insta::assert_snapshot!(both.expect_err("which one?"), @"invalid configuration: wrap_transport must not be combined with a transport of your own, found both");
}

/// A program that prints its wrapper prints the default transport with it.
#[test]
fn the_default_transport_prints_its_name_and_no_password_of_a_proxy() {
    let builder =
        once("token").base_url("http://localhost").proxy("http://agent:hunter2@127.0.0.1:1");
    let builder = builder.wrap_transport(|inner| {
        let printed = format!("{inner:?}");
        assert!(printed.ends_with("Transport { .. }") && !printed.contains("hunter2"), "{printed}");
        Middleware { inner, attempts: Arc::default() }
    });
    builder.build().expect("valid");
}
