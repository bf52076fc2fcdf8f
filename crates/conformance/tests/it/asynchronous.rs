//! The async flavor.

use std::future;
use std::io::Write as _;
use std::pin::{Pin, pin};
use std::sync::{Arc, LazyLock, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use futures_core::Stream;
use reqwest::dns::{Name, Resolve, Resolving};
use test_support::{closed_port, ends};
use tokio::runtime::{Builder, Runtime};
use usedesk_sandbox::ScriptedResponse;

pub(crate) use usedesk_async as sdk;
use usedesk_async::{CallEvent, RetryPolicy};

#[path = "cases/all.rs"]
pub(crate) mod cases;

use cases::support::{builder, once, sandbox, update};
use cases::wire::{Server, read, response};

/// Whether the client closes an idle connection when the server does; else on its next use.
pub(crate) const NOTICES_CLOSING: bool = true;

/// One runtime for all tests, since connections live in the runtime that made them.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
});

pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    RUNTIME.block_on(future)
}

/// Polls a future until the condition holds, and drops it then.
pub(crate) async fn drop_when(future: impl Future, condition: impl Fn() -> bool) {
    let mut future = pin!(future);
    while !condition() {
        let poll = tokio::time::timeout(Duration::from_millis(1), future.as_mut()).await;
        assert!(poll.is_err(), "the future ended before it was dropped");
    }
}

/// A user's careless client.
pub(crate) fn own_client(builder: sdk::Builder) -> sdk::Builder {
    let redirects = reqwest::redirect::Policy::limited(10);
    builder.client_builder(reqwest::Client::builder().redirect(redirects).referer(true))
}

#[test]
fn nothing_happens_before_the_first_poll() {
    let sandbox = sandbox();
    let usedesk = builder(&sandbox).build().expect("valid");
    let sending = usedesk.send(update());
    drop(usedesk.send(update()));
    thread::sleep(Duration::from_millis(50));
    assert_eq!(sandbox.connections(), 0);
    wait(sending).expect("accepted");
    assert_eq!(sandbox.requests().len(), 1);
}

#[test]
fn a_dropped_future_is_cancelled_and_the_handle_keeps_working() {
    let sandbox = sandbox();
    let usedesk = builder(&sandbox).build().expect("valid");
    sandbox.script(ScriptedResponse::passthrough().delay(Duration::from_secs(60)));
    wait(drop_when(usedesk.send(update()), || !sandbox.requests().is_empty()));
    wait(usedesk.send(update())).expect("accepted");
}

/// Something else may block the thread until the timeout of an attempt is over.
#[test]
fn a_response_that_has_arrived_is_read_even_if_polled_late() {
    const LIMIT: Duration = Duration::from_secs(2);
    let sandbox = sandbox();
    let settings = builder(&sandbox).retry_policy(RetryPolicy::none()).attempt_timeout(LIMIT);
    let usedesk = settings.build().expect("valid");
    // Time to begin waiting for it.
    sandbox.script(ScriptedResponse::passthrough().delay(Duration::from_millis(200)));
    wait(async {
        let mut sending = pin!(usedesk.send(update()));
        while sandbox.requests().is_empty() {
            let poll = tokio::time::timeout(Duration::from_millis(1), sending.as_mut()).await;
            assert!(poll.is_err(), "it takes longer");
        }
        // The task of the connection receives it meanwhile.
        thread::sleep(2 * LIMIT);
        sending.await.expect("it has arrived");
    });
}

#[test]
fn a_dropped_wait_for_a_row_loses_none() {
    let rows = (1..=100).map(|id| format!(r#"{{"id":{id},"status":1}}"#)).collect::<Vec<_>>();
    let pages = Mutex::new(vec!["[]".to_owned(), format!("[{}]", rows.join(","))]);
    let (dropped, is_dropped) = mpsc::channel::<()>();
    let is_dropped = Mutex::new(is_dropped);
    let server = Server::serving(move |stream, seen| {
        while read(stream, seen).is_some() {
            let _ = is_dropped.lock().expect("no panic").recv();
            let page = pages.lock().expect("no panic").pop().expect("two pages are enough");
            let _ = stream.write_all(&response(page.len(), &page));
        }
    });
    let usedesk = once("token").base_url(server.url("http")).build().expect("valid");
    let mut items = usedesk.items(sdk::tickets::ListTickets::new());
    wait(drop_when(items.next(), || server.seen() == (1, 0)));
    drop(dropped);
    // As a stream, too.
    let mut ids = Vec::new();
    while let Some(row) =
        wait(std::future::poll_fn(|context| Pin::new(&mut items).poll_next(context)))
    {
        ids.push(row.expect("read").id.0);
    }
    assert!(ids.into_iter().eq(1..=100));
    assert_eq!(server.seen(), (2, 0));
}

/// Waits use tokio's clock. Where a user's test pauses it, they end without real waiting: here
/// they add up to minutes.
#[test]
fn waits_use_tokios_clock() {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build();
    let waits = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&waits);
    let usedesk = sdk::Usedesk::builder("token")
        .base_url(format!("http://127.0.0.1:{}", closed_port()))
        .retry_policy(RetryPolicy::default().initial_backoff(Duration::from_secs(400)))
        .call_timeout(Duration::from_secs(6_000))
        .observer(move |event| {
            if let CallEvent::Attempted { retry_in: Some(wait), .. } = event {
                noted.lock().expect("no panic").push(*wait);
            }
        });
    let usedesk = usedesk.build().expect("valid");
    let virtual_time = ends("a call with a paused clock", || {
        runtime.expect("a runtime").block_on(async {
            let begin = tokio::time::Instant::now();
            usedesk.send(update()).await.expect_err("nothing listens");
            begin.elapsed()
        })
    });
    let waits = waits.lock().expect("no panic");
    assert_eq!(waits.len(), 3);
    assert!(virtual_time >= waits.iter().sum::<Duration>(), "{virtual_time:?}: {waits:?}");
}

#[test]
fn a_call_can_be_spawned() {
    let sandbox = sandbox();
    let usedesk = builder(&sandbox).build().expect("valid");
    // The operation and the handle are dropped before the call finishes.
    let task = RUNTIME.spawn(usedesk.send(&update()));
    drop(usedesk);
    wait(task).expect("no panic").expect("accepted");
}

#[test]
#[cfg(feature = "rustls")]
fn tls_of_a_client_builder_can_be_kept() {
    let sandbox = sandbox();
    let provider = rustls::crypto::ring::default_provider();
    let tls = rustls::ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let client = reqwest::Client::builder().tls_backend_preconfigured(tls);
    let usedesk = builder(&sandbox).client_builder_with_its_tls(client).build();
    wait(usedesk.expect("valid").send(update())).expect("accepted");
}

/// With the user's own resolver, which is kept. The system's would have to query a name server.
#[test]
fn a_name_that_is_not_found_is_not_sent() {
    struct Nowhere;

    impl Resolve for Nowhere {
        fn resolve(&self, name: Name) -> Resolving {
            Box::pin(future::ready(Err(format!("no address for {}", name.as_str()).into())))
        }
    }

    let client = reqwest::Client::builder().dns_resolver(Nowhere);
    let usedesk = once("token").base_url("http://desk.example").allow_plain_http().no_proxy();
    let usedesk = usedesk.client_builder(client).build().expect("valid");
    let error = wait(usedesk.send(update())).expect_err("no address");
    insta::assert_snapshot!(error, @"update_ticket was not sent: no address for desk.example; sending it again is safe");
    assert!(!error.may_have_acted() && !error.is_timeout());
}

#[test]
fn the_builders_settings_win_over_those_of_a_client_builder() {
    let (sandbox, proxy) = (sandbox(), sandbox());
    let client = reqwest::Client::builder()
        .proxy(reqwest::Proxy::all(proxy.url()).expect("a proxy"))
        .timeout(Duration::from_millis(1))
        .read_timeout(Duration::from_millis(1));
    let usedesk = builder(&sandbox).client_builder(client).build().expect("valid");
    sandbox.script(ScriptedResponse::passthrough().delay(Duration::from_millis(100)));
    wait(usedesk.send(update())).expect("accepted");
    assert_eq!(proxy.connections(), 0);
    let client = reqwest::Client::builder;
    let transport = sdk::testing::MockTransport::new();
    let both = builder(&sandbox).client_builder(client()).transport(transport).build();
    insta::assert_snapshot!(
        both.expect_err("which one?"),
        @"invalid configuration: transport must not be combined with a client builder, found both"
    );
    let tls = builder(&sandbox).client_builder_with_its_tls(client()).add_root_certificate("x");
    assert!(tls.build().is_err());
}

/// hyper-util keeps nothing of the proxy's response but whether its status was 407.
#[test]
#[cfg(any(feature = "rustls", feature = "aws-lc", feature = "native-tls"))]
fn that_a_proxy_opened_no_tunnel_is_reported() {
    insta::assert_snapshot!(
        cases::proxies::no_tunnel("502 Bad Gateway"),
        @"update_ticket was not sent: the proxy opened no tunnel: unsuccessful; sending it again is safe"
    );
}
