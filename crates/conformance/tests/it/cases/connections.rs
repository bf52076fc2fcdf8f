//! Connections are reused.

use std::io::{self, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use test_support::until;

use super::sdk::Encoding;
use super::support::{builder, once, sandbox, update, usedesk};
use super::wire::{BODY, Server, read, response};
use super::{NOTICES_CLOSING, wait};

#[test]
fn connections_serve_many_calls() {
    let sandbox = sandbox();
    let usedesk = usedesk(&sandbox, Encoding::Form);
    for _ in 0..20 {
        wait(usedesk.clone().send(update())).expect("accepted");
    }
    // A task returns a connection to the pool, and the next call may be faster.
    assert!(sandbox.connections() < 20, "{} connections", sandbox.connections());
}

#[test]
fn a_connection_that_was_closed_is_replaced() {
    let sandbox = sandbox();
    let usedesk = usedesk(&sandbox, Encoding::Form);
    sandbox.script(usedesk_sandbox::ScriptedResponse::passthrough().header("Connection", "close"));
    wait(usedesk.send(update())).expect("accepted");
    wait(usedesk.send(update())).expect("accepted");
    assert_eq!(sandbox.connections(), 2);
}

/// Servers close connections that were idle for long, without having announced it.
#[test]
fn a_connection_that_was_closed_while_idle_is_replaced() {
    let [by_server, by_both] = [(); 2].map(|()| Arc::<AtomicUsize>::default());
    let closed = Arc::clone(if NOTICES_CLOSING { &by_both } else { &by_server });
    // Closes each connection after one response.
    let server = Server::serving(move |stream, seen| {
        if read(stream, seen).is_some() {
            let _ = stream.write_all(&response(20, BODY));
            let _ = stream.shutdown(Shutdown::Write);
            by_server.fetch_add(1, Ordering::SeqCst);
            let _ = io::copy(stream, &mut io::sink());
            by_both.fetch_add(1, Ordering::SeqCst);
        }
    });
    let usedesk = once("token").base_url(server.url("http")).build().expect("valid");
    for call in 1..=20 {
        wait(usedesk.send(update())).expect("nothing that a user would see");
        assert_eq!(server.seen(), (call, 0));
        until("the connection is closed", || closed.load(Ordering::SeqCst) == call);
    }
}

#[test]
fn an_invalid_proxy_url_is_rejected_and_not_printed() {
    let error = builder(&sandbox()).proxy("me:hunter2@").build().expect_err("no proxy");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
    insta::assert_snapshot!(
        error,
        @"invalid configuration: proxy must be a URL like http://host:port, found 11 characters (not shown)"
    );
}
