//! Connections are kept.

use std::io::Write;
use std::thread;
use std::time::Duration;

use super::sdk::Encoding;
use super::support::{builder, once, sandbox, update, usedesk};
use super::wait;
use super::wire::{BODY, Server, answer, read};

#[test]
fn connections_serve_many_calls() {
    let sandbox = sandbox();
    let usedesk = usedesk(&sandbox, Encoding::Form);
    for _ in 0..20 {
        wait(usedesk.clone().send(update())).expect("accepted");
    }
    // A task that gives a connection back may come a little later than the next call.
    assert!(sandbox.connections() <= 5, "{} connections", sandbox.connections());
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

/// As a server closes connections that were idle for long: without having said so.
#[test]
fn a_connection_that_was_closed_while_idle_is_replaced() {
    // Closes each connection after one answer.
    let server = Server::serving(|stream, seen| {
        if read(stream, seen).is_some() {
            let _ = stream.write_all(&answer(20, BODY));
        }
    });
    let usedesk = once("token").base_url(server.url("http")).build().expect("valid");
    for call in 1..=20 {
        wait(usedesk.send(update())).expect("nothing that a user would see");
        assert_eq!(server.seen(), (call, 0));
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_proxy_url_that_is_none_is_refused_unseen() {
    let error = builder(&sandbox()).proxy("me:hunter2@").build().expect_err("no proxy");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
    insta::assert_snapshot!(
        error,
        @"the handle was not built: proxy must be a URL like http://host:port, found 11 characters (not shown)"
    );
}
