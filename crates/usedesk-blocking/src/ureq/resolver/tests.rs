//! Tests of the resolver.

use std::net::Ipv4Addr;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU16, Ordering};

use ureq::Timeout;

use super::*;

const DESK: &str = "https://desk.example/create?api_token=secret";

/// An address with this port.
fn address(port: u16) -> Vec<SocketAddr> {
    vec![(Ipv4Addr::LOCALHOST, port).into()]
}

fn resolve(resolver: &CachingResolver, uri: &str, timeout: NextTimeout) -> Result<u16, Error> {
    match resolver.resolve(&uri.parse().unwrap(), &Config::default(), timeout) {
        Ok(addresses) => Ok(addresses[0].port()),
        Err(error) => {
            let (error, is_marked) = NotConnected::unmark(error);
            assert!(is_marked, "{error}");
            Err(error)
        }
    }
}

fn port(resolver: &CachingResolver, uri: &str) -> u16 {
    resolve(resolver, uri, NextTimeout::default()).unwrap()
}

#[test]
fn an_address_is_cached() {
    static COUNT: AtomicU16 = AtomicU16::new(0);

    let resolver = CachingResolver::with(|host| {
        assert!(["desk.example:443", "desk.example:8443"].contains(&host), "{host}");
        Ok(address(COUNT.fetch_add(1, Ordering::SeqCst)))
    });
    assert_eq!([DESK, "https://desk.example/"].map(|uri| port(&resolver, uri)), [0, 0]);
    assert_eq!(port(&resolver, "https://desk.example:8443/"), 1, "another port");
    for (found_at, _) in resolver.cached().values_mut() {
        *found_at -= LIFETIME;
    }
    assert_eq!([port(&resolver, DESK), port(&resolver, DESK)], [2, 2], "it has expired");
}

/// A host may have moved when connecting fails.
#[test]
fn an_address_is_forgotten_after_a_failed_connect() {
    static COUNT: AtomicU16 = AtomicU16::new(0);

    let resolver = CachingResolver::with(|_| Ok(address(COUNT.fetch_add(1, Ordering::SeqCst))));
    let config = Config::builder().proxy(None).build();
    let agent = ureq::Agent::with_parts(
        config,
        super::super::connector::connector(resolver.clone()),
        resolver.clone(),
    );
    // Port 0 cannot be connected to.
    assert_eq!(port(&resolver, "http://desk.example/"), 0);
    agent.get("http://desk.example/").call().unwrap_err();
    assert_eq!(port(&resolver, "http://desk.example/"), 1);
    resolver.forget(&"http://other.example/".parse().unwrap());
    assert_eq!(port(&resolver, "http://desk.example/"), 1, "another host");
}

#[test]
fn a_lookup_that_hangs_times_out() {
    static RELEASED: Barrier = Barrier::new(2);

    let resolver = CachingResolver::with(|_| {
        RELEASED.wait();
        Ok(address(1))
    });
    let limit = Duration::from_millis(20);
    let (after, reason) = (limit.into(), Timeout::Resolve);
    let begin = Instant::now();
    let timeout = NextTimeout { after, reason, ..NextTimeout::default() };
    let error = resolve(&resolver, DESK, timeout).unwrap_err();
    assert!(matches!(error, Error::Timeout(Timeout::Resolve)), "{error}");
    assert!(begin.elapsed() >= limit);
    RELEASED.wait();
}

#[test]
fn a_failure_is_returned_and_not_cached() {
    static COUNT: AtomicU16 = AtomicU16::new(0);

    let resolver = CachingResolver::with(|_| match COUNT.fetch_add(1, Ordering::SeqCst) {
        0 => Err(io::Error::new(io::ErrorKind::TimedOut, "try again")),
        count => Ok(address(count)),
    });
    let error = resolve(&resolver, DESK, NextTimeout::default()).unwrap_err();
    assert!(matches!(error, Error::Io(_)), "{error}");
    assert_eq!(error.to_string(), "io: try again");
    assert_eq!(port(&resolver, DESK), 1);
}

#[test]
fn names_are_resolved_by_the_operating_system() {
    let resolver = CachingResolver::new();
    for (uri, expected) in [
        ("https://localhost/", 443),
        ("http://127.0.0.1/", 80),
        ("http://[::1]:8080/", 8080),
        ("socks5://127.0.0.1", 1080),
    ] {
        assert_eq!(port(&resolver, uri), expected);
    }
    // Too long for a name, so no server is asked.
    let absent = format!("https://{}.example/", "x".repeat(64));
    let error = resolve(&resolver, &absent, NextTimeout::default()).unwrap_err();
    assert!(matches!(error, Error::Io(_)), "{error}");
}
