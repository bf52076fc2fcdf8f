//! Connections are kept, and a proxy is used when there is one.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;

use super::sdk::{Encoding, ErrorKind};
use super::support::{builder, sandbox, update, usedesk};
use super::{sdk, wait};

#[test]
fn one_connection_serves_many_calls() {
    let sandbox = sandbox();
    let usedesk = usedesk(&sandbox, Encoding::Form);
    for _ in 0..20 {
        wait(usedesk.clone().send(update())).expect("accepted");
    }
    assert_eq!(sandbox.connections(), 1);
}

#[test]
fn a_connection_that_was_closed_is_replaced() {
    let sandbox = sandbox();
    let usedesk = usedesk(&sandbox, Encoding::Form);
    sandbox.script(usedesk_sandbox::Answer::real().header("Connection", "close"));
    wait(usedesk.send(update())).expect("accepted");
    wait(usedesk.send(update())).expect("accepted");
    assert_eq!(sandbox.connections(), 2);
}

#[test]
#[cfg(any(feature = "rustls", feature = "native-tls"))]
fn a_proxy_gets_the_connection() {
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", proxy.local_addr().expect("bound"));
    let asked = thread::spawn(move || {
        let (mut stream, _) = proxy.accept().expect("a connection");
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line).expect("a request line");
        stream.write_all(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n").expect("sent");
        line
    });
    let usedesk = sdk::Usedesk::builder("token").base_url("https://desk.invalid").proxy(url);
    let error = wait(usedesk.build().expect("valid").send(update())).expect_err("refused");
    assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::Transport, false), "{error}");
    let line = asked.join().expect("a line");
    assert!(line.starts_with("CONNECT desk.invalid:443 "), "{line}");
}

#[test]
fn a_proxy_url_that_is_none_is_refused_unseen() {
    let error = builder(&sandbox()).proxy("me:hunter2@").build().expect_err("no proxy");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
    insta::assert_snapshot!(
        error,
        @"the handle was not built: proxy must be a URL like http://host:port, found 11 other characters"
    );
}
