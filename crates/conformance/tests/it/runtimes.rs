//! The async handle in every kind of tokio runtime, and without one.

use std::io::Write;
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;
use usedesk_async::testing::MockTransport;
use usedesk_async::tickets::{GetTicket, Updated};
use usedesk_async::{CallEvent, Error, ErrorKind, RateLimit, StatusCode, Usedesk};
use usedesk_sandbox::Sandbox;

use crate::asynchronous::cases::support::{builder, once, sandbox, update};
use crate::asynchronous::cases::wire::{Server, read};

/// A deadline that no call here reaches.
const DEADLINE: Duration = Duration::from_secs(60);

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

fn multi_thread() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// A handle with the rate limit and the retries that it has by default.
fn by_default(sandbox: &Sandbox) -> Usedesk {
    let usedesk = Usedesk::builder(sandbox.token()).base_url(sandbox.url()).no_proxy();
    usedesk.build().expect("the settings are valid")
}

/// Polls a future that needs no runtime.
fn poll_to_the_end<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("it waits for something"),
    }
}

fn is_not_sent(result: Result<Updated, Error>) -> String {
    let error = result.expect_err("it cannot be sent");
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(!error.may_have_acted() && !error.is_timeout(), "{error}");
    error.to_string()
}

#[test]
fn without_a_runtime_nothing_is_sent() {
    let (sandbox, attempts) = (sandbox(), Arc::new(AtomicU32::new(0)));
    let counter = Arc::clone(&attempts);
    let usedesk = Usedesk::builder(sandbox.token()).base_url(sandbox.url()).no_proxy();
    let usedesk = usedesk.observer(move |event| {
        if let CallEvent::Attempted { .. } = event {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    });
    let usedesk = usedesk.build().expect("valid");
    insta::assert_snapshot!(
        is_not_sent(poll_to_the_end(usedesk.send(update()))),
        @"update_ticket was not sent: a tokio runtime is needed; await the call inside of one; another attempt would fail in the same way"
    );
    assert_eq!(attempts.load(Ordering::Relaxed), 1, "another would fail in the same way");
    // A runtime that is not entered does not help.
    let runtime = current_thread();
    runtime.block_on(usedesk.send(update())).expect("accepted");
    is_not_sent(poll_to_the_end(usedesk.send(update())));
    drop(runtime);
    is_not_sent(poll_to_the_end(usedesk.send(update())));
    assert_eq!(sandbox.requests().len(), 1);
}

/// The wait for the rate limit needs a timer, which only a runtime has.
#[test]
fn without_a_runtime_no_wait_panics() {
    let sandbox = sandbox();
    let usedesk = Usedesk::builder(sandbox.token()).base_url(sandbox.url()).no_proxy();
    let usedesk = usedesk.rate_limit(RateLimit::per_minute(1)).build().expect("valid");
    for _ in 0..3 {
        is_not_sent(poll_to_the_end(usedesk.send(update())));
    }
    assert_eq!(sandbox.connections(), 0);
}

/// A custom transport may need no runtime.
#[test]
fn a_mock_transport_needs_no_runtime() {
    let transport = MockTransport::new()
        .respond(StatusCode::SERVICE_UNAVAILABLE, "")
        .respond(StatusCode::OK, r#"{"status":"success"}"#);
    let usedesk = Usedesk::with_transport("token", transport.clone()).expect("valid");
    poll_to_the_end(usedesk.send(update())).expect("accepted");
    assert_eq!((transport.requests().len(), transport.sleeps().len()), (2, 1));
    let error =
        poll_to_the_end(usedesk.send(GetTicket::new(4501))).expect_err("no response is left");
    assert!(!error.may_have_acted());
}

/// It must not wait for a connection of a runtime that does not run.
#[test]
fn in_a_second_runtime_nothing_is_sent() {
    let sandbox = sandbox();
    for (first, second) in [
        (current_thread(), current_thread()),
        (current_thread(), multi_thread()),
        (multi_thread(), current_thread()),
    ] {
        sandbox.clear_requests();
        let usedesk = by_default(&sandbox);
        first.block_on(usedesk.send(update())).expect("accepted");
        let clone = usedesk.with_deadline(DEADLINE);
        let told = is_not_sent(second.block_on(clone.send(update())));
        insta::allow_duplicates! {
            insta::assert_snapshot!(told, @"update_ticket was not sent: this handle belongs to another tokio runtime; build one handle for each runtime; another attempt would fail in the same way");
        }
        // The first runtime still works, and so does a second handle.
        first.block_on(clone.send(update())).expect("accepted");
        second.block_on(by_default(&sandbox).send(update())).expect("accepted");
        // Also when the first is gone, of which a connection may be left.
        drop(first);
        is_not_sent(second.block_on(usedesk.send(update())));
        assert_eq!(sandbox.requests().len(), 3);
    }
}

/// There are many ways to enter a runtime.
#[test]
fn in_one_runtime_a_handle_is_used_from_everywhere() {
    let sandbox = sandbox();
    for runtime in [current_thread(), multi_thread()] {
        let usedesk = builder(&sandbox).build().expect("valid");
        let send = || usedesk.send(update());
        for _ in 0..3 {
            runtime.block_on(send()).expect("accepted");
        }
        runtime.block_on(runtime.spawn(send())).expect("no panic").expect("accepted");
        let local = LocalSet::new();
        local
            .block_on(&runtime, async { tokio::task::spawn_local(send()).await })
            .expect("no panic")
            .expect("accepted");
        // From a thread for blocking work, while the runtime runs.
        let (handle, sending) = (runtime.handle().clone(), send());
        let blocking = runtime.spawn_blocking(move || handle.block_on(sending));
        runtime.block_on(blocking).expect("no panic").expect("accepted");
        // From threads that the runtime knows nothing of.
        let (done, all_done) = mpsc::channel::<()>();
        thread::scope(|scope| {
            for _ in 0..4 {
                let (handle, sending, done) = (runtime.handle().clone(), send(), done.clone());
                scope.spawn(move || {
                    handle.block_on(sending).expect("accepted");
                    drop(done);
                });
            }
            drop(done);
            // Runs a current-thread runtime for them.
            runtime.block_on(async {
                while let Err(mpsc::TryRecvError::Empty) = all_done.try_recv() {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            });
        });
    }
    assert_eq!(sandbox.requests().len(), 2 * 10);
}

/// As documented for `send`.
#[test]
#[should_panic(expected = "timers are disabled")]
fn a_runtime_without_timers_panics() {
    let sandbox = sandbox();
    let runtime = Builder::new_current_thread().enable_io().build().expect("a runtime");
    let _ = runtime.block_on(by_default(&sandbox).send(update()));
}

#[test]
#[should_panic(expected = "IO is disabled")]
fn a_runtime_without_io_panics() {
    let sandbox = sandbox();
    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    let _ = runtime.block_on(by_default(&sandbox).send(update()));
}

/// The flood has pauses, so that other tests get their share of the processor.
#[test]
fn a_call_ends_although_interim_responses_never_do() {
    let server = Server::serving(|stream, seen| {
        let _ = read(stream, seen);
        let flood = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100);
        while stream.write_all(&flood).is_ok() {
            thread::sleep(Duration::from_millis(1));
        }
    });
    for runtime in [current_thread(), multi_thread()] {
        let usedesk = once("token").base_url(server.url("http")).no_proxy();
        let usedesk = usedesk.attempt_timeout(Duration::from_millis(200)).build().expect("valid");
        let error = runtime.block_on(usedesk.send(update())).expect_err("no response");
        assert!(error.is_timeout(), "{error}");
    }
}
