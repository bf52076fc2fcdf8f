//! Through a proxy that opens no tunnel, or only seems to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::sdk::comments::CreateComment;
use super::sdk::tickets::GetTicket;
use super::sdk::{DEFAULT_MAX_ATTEMPTS, Error, ErrorKind, Operation, RetryPolicy, Usedesk};
use super::support::{once, update};
use super::wait;
use super::wire::Server;

const CREDENTIALS: &str = "agent:hunter2";

/// A proxy that responds to each request with this status, and the first line of each.
struct Proxy(Server, Arc<Mutex<Vec<String>>>);

impl Proxy {
    fn rejecting(status: &'static str) -> Self {
        let lines = Arc::<Mutex<Vec<_>>>::default();
        let noted = Arc::clone(&lines);
        let server = Server::serving(move |stream, _| {
            let head = BufReader::new(&mut *stream).lines().map_while(Result::ok);
            let head: Vec<_> = head.take_while(|line| !line.is_empty()).collect();
            noted.lock().unwrap_or_else(PoisonError::into_inner).extend(head.into_iter().next());
            let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        });
        Self(server, lines)
    }

    fn url(&self) -> String {
        self.0.url("http").replace("://", &format!("://{CREDENTIALS}@"))
    }

    fn lines(&self) -> Vec<String> {
        self.1.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How a call fails with the attempts of a handle by default.
    fn failure(&self, operation: impl Operation) -> Error {
        let usedesk = Usedesk::builder("token")
            .base_url("https://desk.invalid")
            .proxy(self.url())
            .retry_policy(RetryPolicy::default().initial_backoff(Duration::from_millis(1)));
        let result = wait(usedesk.build().expect("valid").send(operation));
        let error = result.err().expect("no tunnel");
        let printed = format!("{error} {error:?}");
        let secrets = ["hunter2", "agent:", "127.0.0.1", "YWdlbnQ6aHVudGVyMg"];
        assert!(!secrets.iter().any(|secret| printed.contains(secret)), "{printed}");
        assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::Transport, false));
        error
    }
}

/// Four attempts of each call would soon lock the account.
#[test]
fn credentials_that_a_proxy_rejects_are_tried_once() {
    let proxy = Proxy::rejecting("407 Who are you");
    let failures = [
        proxy.failure(GetTicket::new(4501)),
        proxy.failure(update()),
        proxy.failure(CreateComment::private(4501, "Hi")),
    ];
    assert_eq!(proxy.lines(), ["CONNECT desk.invalid:443 HTTP/1.1"; 3]);
    insta::assert_snapshot!(
        failures[1],
        @"update_ticket was not sent: the proxy rejected the credentials (HTTP 407); check the user name and the password in the proxy's URL; another attempt would fail in the same way"
    );
}

/// How an update fails whose proxy responds with this status.
pub(crate) fn no_tunnel(status: &'static str) -> Error {
    let proxy = Proxy::rejecting(status);
    let error = proxy.failure(update());
    assert_eq!(proxy.lines().len(), DEFAULT_MAX_ATTEMPTS as usize, "it may pass");
    error
}

#[test]
fn a_proxy_that_responds_byte_by_byte_is_too_late() {
    let proxy = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", proxy.local_addr().expect("bound"));
    let asked = thread::spawn(move || {
        let (mut stream, _) = proxy.accept().expect("a connection");
        let mut request = BufReader::new(stream.try_clone().expect("a handle"));
        while request.read_line(&mut String::new()).expect("a line") > "\r\n".len() {}
        for byte in b"HTTP/1.1 200 OK\r\nX-Long: ".iter().chain(&[b'x'; 200]) {
            thread::sleep(Duration::from_millis(50));
            if stream.write_all(&[*byte]).is_err() {
                break;
            }
        }
        let _ = stream.shutdown(Shutdown::Write);
        let mut rest = Vec::new();
        let _ = request.read_to_end(&mut rest);
        rest
    });
    let usedesk = once("token").base_url("https://desk.invalid").proxy(url);
    let usedesk = usedesk.connect_timeout(Duration::from_millis(500)).build().expect("valid");
    let error = wait(usedesk.send(update())).expect_err("too late");
    assert!(error.is_timeout() && !error.may_have_acted(), "{error}");
    // And not of the attempt.
    assert!(error.to_string().contains("no connection within 500ms"), "{error}");
    assert!(asked.join().expect("no panic").is_empty(), "sent through no tunnel");
}
