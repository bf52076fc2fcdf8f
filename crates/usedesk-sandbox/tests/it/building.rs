//! What the builder checks, and what it passes on.

use std::io::ErrorKind;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use usedesk_sandbox::{Builder, Sandbox, Webhook};

use crate::client::Client;

/// The limits of control over HTTP are those of Rust.
#[test]
fn settings_beyond_their_limits() {
    let webhook = || Webhook::new("http://127.0.0.1:1").unwrap();
    let seconds = Duration::from_secs;
    let many = |count| (0..count).fold(Sandbox::builder(), |builder, _| builder.webhook(webhook()));
    let reversed = seconds(2)..=seconds(1);
    for (builder, text) in [
        (
            Sandbox::builder().latency(seconds(1)..=seconds(61)),
            "latency must be a range up to 60s, not 1s to 61s",
        ),
        (Sandbox::builder().latency(reversed), "latency must be a range up to 60s, not 2s to 1s"),
        (Sandbox::builder().read_lag(seconds(61)), "read_lag must be at most 60s, not 61s"),
        (many(11), "there must be at most 10 webhooks, not 11"),
    ] {
        let error = builder.start().unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::InvalidInput, text));
    }
    let sandbox = many(10).start().unwrap();
    let error = sandbox.set_webhooks((0..11).map(|_| webhook())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

/// Requests that are handled at the same time, too.
#[test]
fn requests_are_observed_in_the_order_of_the_journal() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let builder = observed(&seen);
    let sandbox = builder.start().unwrap();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut client = Client::connect(&sandbox);
                for _ in 0..100 {
                    client.get("/nowhere");
                }
            });
        }
    });
    assert_eq!(*seen.lock().unwrap(), (1..=800).collect::<Vec<_>>());
}

fn observed(seen: &Arc<Mutex<Vec<u64>>>) -> Builder {
    let seen = Arc::clone(seen);
    Sandbox::builder().on_request(move |entry| {
        // Gives other threads time to overtake.
        thread::yield_now();
        seen.lock().unwrap().push(entry.id);
    })
}

#[cfg(feature = "program")]
#[test]
fn a_name_that_no_certificate_can_have() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("invalid-name");
    let builder = Sandbox::builder().tls(folder).unwrap().host_name("стол.рф");
    let error = builder.start().unwrap_err();
    let inner = error.get_ref().unwrap().downcast_ref();
    assert!(matches!(inner, Some(usedesk_sandbox::StartError::Tls(_))), "{error:?}");
}
