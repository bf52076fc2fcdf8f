//! The blocking flavor.

use std::thread;
use std::time::Duration;

use test_support::{closed_port, until};
use usedesk_sandbox::ScriptedResponse;

use ureq::SendBody;
use ureq::http::Request;
use ureq::middleware::MiddlewareNext;
pub(crate) use usedesk_blocking as sdk;
use usedesk_blocking::{Encoding, RetryPolicy};

#[path = "cases/all.rs"]
mod cases;

use crate::isolation::{self, Resources};
use cases::support::{builder, once, sandbox, update, usedesk};
use cases::wire::{Act, Server};

/// Whether the client closes an idle connection when the server does; else on its next use.
pub(crate) const NOTICES_CLOSING: bool = false;

/// The blocking flavor has nothing to await.
pub(crate) fn wait<T>(result: T) -> T {
    result
}

/// A user's careless client.
pub(crate) fn own_client(builder: sdk::Builder) -> sdk::Builder {
    builder.agent(ureq::Agent::config_builder().max_redirects(10).build().into())
}

#[test]
fn a_custom_agent_keeps_to_the_limits() {
    let sandbox = sandbox();
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(true).build().into();
    let builder = || builder(&sandbox).agent(agent.clone());
    sandbox.script(ScriptedResponse::status(404).body(r#"{"error":"No"}"#));
    let rejected = builder().build().expect("valid").send(update()).expect_err("rejected");
    assert_eq!(rejected.message(), Some("No"));
    let limit = Duration::from_millis(200);
    let usedesk = builder().attempt_timeout(limit).build().expect("valid");
    sandbox.script(ScriptedResponse::passthrough().delay(Duration::from_secs(60)));
    assert!(usedesk.send(update()).expect_err("too late").is_timeout());
    let both = builder().proxy("http://127.0.0.1:1").build();
    insta::assert_snapshot!(both.expect_err("which proxy?"), @"invalid configuration: agent must not be combined with the builder's proxy or TLS settings, found both");
}

/// An agent may do more than send the request, so the kind of its error proves nothing.
#[test]
fn what_an_agent_does_besides_does_not_make_a_request_unsent() {
    let sandbox = sandbox();
    let nowhere = format!("http://127.0.0.1:{}", closed_port());
    let report = move |request: Request<SendBody<'_>>, next: MiddlewareNext<'_>| {
        let report = |_| ureq::get(&nowhere).call().expect_err("nothing listens");
        next.handle(request).map_err(report)
    };
    let agent = ureq::Agent::config_builder().middleware(report).build().into();
    let usedesk = builder(&sandbox).agent(agent).build().expect("valid");
    sandbox.script(ScriptedResponse::disconnect().after_acting());
    let error = usedesk.send(update()).expect_err("no response");
    assert_eq!(sandbox.ticket(4501).expect("it is there").subject, "Letter");
    assert!(error.may_have_acted(), "{error}");
}

#[test]
fn what_is_too_late_before_it_begins_is_not_sent() {
    let sandbox = sandbox();
    let usedesk = builder(&sandbox).attempt_timeout(Duration::from_nanos(1)).build();
    let error = usedesk.expect("valid").send(update()).expect_err("too late");
    assert!(error.is_timeout() && !error.may_have_acted(), "{error}");
}

#[test]
fn an_agents_proxy_is_not_asked_for_plain_http_to_this_machine() {
    let (sandbox, other) = (sandbox(), sandbox());
    let proxy = ureq::Proxy::new(other.url()).expect("a proxy");
    let agent = ureq::Agent::config_builder().proxy(Some(proxy)).build().into();
    let usedesk = builder(&sandbox).agent(agent).build().expect("valid");
    usedesk.send(update()).expect("accepted");
    assert_eq!(other.connections(), 0);
}

/// For other hosts it is, also where a request has settings of its own, as with a deadline.
#[test]
fn an_agents_proxy_is_asked_for_other_hosts() {
    let proxy = sandbox();
    let url = ureq::Proxy::new(proxy.url()).expect("a proxy");
    let agent = ureq::Agent::config_builder().proxy(Some(url)).build().into();
    let usedesk = once("token").base_url("http://desk.invalid").allow_plain_http().agent(agent);
    let usedesk = usedesk.build().expect("valid");
    for (count, usedesk) in [(1, &usedesk), (2, &usedesk.with_deadline(Duration::from_secs(60)))] {
        let error = usedesk.send(update()).expect_err("a sandbox is no proxy");
        assert!(!error.may_have_acted(), "{error}");
        assert_eq!(proxy.connections(), count);
    }
}

#[test]
fn an_agent_that_sends_nothing_has_not_sent() {
    let sandbox = sandbox();
    let agent = ureq::Agent::config_builder().https_only(true).build().into();
    let error = builder(&sandbox).agent(agent).build().expect("valid").send(update());
    assert!(!error.expect_err("http only").may_have_acted());
}

#[test]
#[cfg(feature = "rustls")]
fn an_agent_without_a_crypto_provider_is_rejected() {
    let agent = sdk::Usedesk::builder("token").agent(ureq::agent());
    insta::assert_snapshot!(
        agent.build().expect_err("ureq would panic"),
        @"invalid configuration: agent must have a crypto provider for https, found none in its TLS settings and no default one of the process"
    );
}

#[test]
fn one_connection_serves_one_thread() {
    let sandbox = sandbox();
    let usedesk = usedesk(&sandbox, Encoding::Form);
    for _ in 0..20 {
        usedesk.clone().send(update()).expect("accepted");
    }
    assert_eq!(sandbox.connections(), 1);
}

#[test]
#[cfg(target_os = "linux")]
fn no_thread_outlives_its_call() {
    // Late once, then never.
    let server = Server::start(vec![Act::Read, Act::Stall]);
    let url = server.url("http");
    // By its name, which is looked up, too.
    let named = url.replace("127.0.0.1", "localhost");
    let closed = format!("http://127.0.0.1:{}", closed_port());
    for url in [&*url, &*named, &*closed] {
        let variables = [("USEDESK_API_TOKEN", "token"), ("USEDESK_BASE_URL", url)];
        let output = isolation::run(module_path!(), "count_threads", &variables);
        assert!(output.status.success(), "{output:?}");
    }
}

#[test]
#[ignore = "counts threads, so it runs in a process of its own, started by the test above"]
fn count_threads() {
    let (before, limit) = (Resources::now().threads, Duration::from_millis(100));
    let builder = sdk::Builder::from_env().unwrap().attempt_timeout(limit).without_rate_limit();
    let usedesk = builder.retry_policy(RetryPolicy::none()).build().unwrap();
    for _ in 0..20 {
        let _ = usedesk.send(update());
    }
    // The thread of a name lookup may be just ending.
    until("as many threads as before", || Resources::now().threads == before);
}

#[test]
fn threads_do_not_take_each_others_connections_away() {
    let sandbox = sandbox();
    let usedesk = usedesk(&sandbox, Encoding::Form);
    thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..25 {
                    usedesk.send(update()).expect("accepted");
                }
            });
        }
    });
    assert_eq!(sandbox.requests().len(), 400);
    assert!(sandbox.connections() <= 16, "{} connections", sandbox.connections());
}

#[test]
#[cfg(any(feature = "rustls", feature = "aws-lc", feature = "native-tls"))]
fn the_status_of_a_proxy_that_opened_no_tunnel_is_reported() {
    insta::assert_snapshot!(
        cases::proxies::no_tunnel("502 Bad Gateway"),
        @"update_ticket was not sent: CONNECT proxy failed: proxy server responded 502/502; sending it again is safe"
    );
}
