//! Tests of the socket.

use std::net::TcpListener;
use std::{thread, time};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::{Agent, Proxy};

use super::*;
use crate::ureq::connector::connector;
use crate::ureq::not_connected::NotConnected;
use crate::ureq::resolver::CachingResolver;

/// Far from now.
fn later() -> Deadline {
    Deadline::after(NextTimeout { after: MAX_TIMEOUT.into(), ..NextTimeout::default() })
}

#[test]
fn the_next_address_is_tried() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let open = listener.local_addr().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(connect(&[closed, open], later()).unwrap().peer_addr().unwrap(), open);
    assert!(matches!(connect(&[closed, closed], later()), Err(Error::Io(_))));
    let over = Deadline { at: Instant::now(), ..later() };
    assert!(matches!(connect(&[open], over), Err(Error::Timeout(Timeout::Global))));
}

/// An address that does not respond takes no more than half of the time that is left.
#[test]
#[cfg(target_os = "linux")]
fn every_address_gets_its_share_of_the_timeout() {
    let [silent, open] = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let addresses = [&silent, &open].map(|listener| listener.local_addr().unwrap());
    // Linux does not respond once the listener's backlog is full.
    let wait = Duration::from_millis(100);
    let waiting: Vec<_> =
        std::iter::repeat_with(|| TcpStream::connect_timeout(&addresses[0], wait).ok())
            .map_while(|stream| stream)
            .collect();
    let after = Duration::from_secs(2).into();
    let deadline = Deadline::after(NextTimeout { after, ..NextTimeout::default() });
    assert_eq!(connect(&addresses, deadline).unwrap().peer_addr().unwrap(), addresses[1]);
    drop(waiting);
}

/// Checking an idle connection must not leave the socket non-blocking: reading would be a busy
/// loop.
#[test]
fn reading_blocks_after_an_idle_connection_was_checked() {
    const WAIT: Duration = Duration::from_millis(100);

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut tcp = Tcp {
        stream: connect(&[address], later()).unwrap(),
        buffers: LazyBuffers::new(16, 16),
        connect_deadline: later(),
        has_early_response: false,
    };
    assert!(tcp.is_open());
    tcp.stream.set_read_timeout(Some(WAIT)).unwrap();
    let begin = time::Instant::now();
    tcp.stream.read(&mut [0]).unwrap_err();
    // The clocks of the system and of Rust differ by a little.
    assert!(begin.elapsed() > WAIT / 2);
    let (mut other_side, _) = listener.accept().unwrap();
    other_side.write_all(b"x").unwrap();
    tcp.stream.peek(&mut [0]).unwrap();
    assert!(!tcp.is_open(), "unsolicited data");
}

/// Returns an address when the timeout is over.
#[derive(Debug)]
struct SlowResolver(TcpListener);

impl Resolver for SlowResolver {
    fn resolve(
        &self,
        _: &Uri,
        _: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        thread::sleep(*timeout.after);
        let mut addresses = self.empty();
        addresses.push(self.0.local_addr()?);
        Ok(addresses)
    }
}

#[test]
fn a_proxy_whose_lookup_takes_all_the_time_is_not_connected_to() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let config = Agent::config_builder()
        .proxy(Proxy::new("http://proxy.example").ok())
        .timeout_connect(Some(Duration::from_millis(10)));
    let resolver = SlowResolver(proxy.try_clone().unwrap());
    let agent = Agent::with_parts(config.build(), connector(CachingResolver::new()), resolver);
    let error = agent.get("http://desk.example").call().unwrap_err();
    let (error, is_marked) = NotConnected::unmark(error);
    assert!(matches!(error, Error::Timeout(Timeout::Connect)) && is_marked, "{error}");
    proxy.accept().unwrap_err();
}

/// The write is larger than the socket buffers, so the operating system takes a part of it again and
/// again.
#[test]
fn a_partial_write_does_not_restart_the_timeout() {
    const LIMIT: Duration = Duration::from_secs(1);
    const SIZE: usize = 32 << 20;

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let (mut received, mut part) = (0, vec![0; SIZE / 16]);
        // Four times the limit for all of it.
        while stream.read_exact(&mut part).is_ok() {
            received += part.len();
            thread::sleep(LIMIT / 4);
        }
        received
    });
    let config = Agent::config_builder().proxy(None).timeout_global(Some(LIMIT));
    let agent = crate::ureq::agent(config.output_buffer_size(SIZE).build());
    let begin = time::Instant::now();
    let error = agent.post(url).send(&vec![b'x'; SIZE][..]).unwrap_err();
    assert!(matches!(error, Error::Timeout(Timeout::Global)), "{error}");
    assert!(begin.elapsed() >= LIMIT);
    assert!(server.join().unwrap() < SIZE, "all of it was sent");
}
