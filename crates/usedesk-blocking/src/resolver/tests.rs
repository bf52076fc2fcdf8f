//! Tests of the resolver.

use std::net::Ipv4Addr;
use std::panic;
use std::sync::atomic::{AtomicU16, Ordering};

use ureq::Timeout;

use super::*;

const DESK: &str = "https://desk.example/create?api_token=secret";

/// Returns another port for each lookup, unless it hangs or fails.
#[derive(Clone, Default)]
struct MockResolver(Arc<State>);

#[derive(Default)]
struct State {
    count: AtomicU16,
    /// The host that hangs.
    hanging: Mutex<Option<&'static str>>,
    released: Condvar,
    failing: Mutex<Option<fn() -> ureq::Error>>,
}

impl MockResolver {
    fn hanging() -> Self {
        let mock = Self::default();
        *lock(&mock.0.hanging) = Some("desk.example");
        mock
    }

    fn release(&self) {
        *lock(&self.0.hanging) = None;
        self.0.released.notify_all();
    }

    fn fail(&self, error: Option<fn() -> ureq::Error>) {
        *lock(&self.0.failing) = error;
    }

    fn count(&self) -> u16 {
        self.0.count.load(Ordering::SeqCst)
    }
}

impl Resolver for MockResolver {
    fn resolve(&self, uri: &Uri, _: &Config, timeout: NextTimeout) -> Found {
        assert!(timeout.after.is_not_happening(), "a timeout would start another thread");
        assert_eq!(uri.path_and_query().unwrap(), "/", "no token");
        let count = self.0.count.fetch_add(1, Ordering::SeqCst) + 1;
        let is_hanging = |host: &mut Option<_>| *host == uri.host();
        drop(self.0.released.wait_while(lock(&self.0.hanging), is_hanging));
        let failing = *lock(&self.0.failing);
        if let Some(error) = failing {
            return Err(error());
        }
        let mut addresses = self.empty();
        addresses.push(SocketAddr::from((Ipv4Addr::LOCALHOST, count)));
        Ok(addresses)
    }
}

impl fmt::Debug for MockResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MockResolver")
    }
}

fn resolve(
    resolver: &CachingResolver,
    uri: &str,
    timeout: NextTimeout,
) -> Result<u16, ureq::Error> {
    let found = resolver.resolve(&uri.parse().unwrap(), &Config::default(), timeout);
    match found {
        Ok(addresses) => Ok(addresses[0].port()),
        Err(ureq::Error::Other(error)) => {
            Err(error.downcast::<NotConnected>().unwrap().into_innermost())
        }
        Err(error) => panic!("not marked as not connected: {error}"),
    }
}

fn port(resolver: &CachingResolver, uri: &str) -> u16 {
    resolve(resolver, uri, NextTimeout::default()).unwrap()
}

#[test]
fn an_address_is_cached_until_it_is_forgotten() {
    let resolver = CachingResolver::with(MockResolver::default(), LIFETIME);
    let port_of_desk = || port(&resolver, "https://desk.example/a");
    assert_eq!((port_of_desk(), port_of_desk(), port_of_desk()), (1, 1, 1));
    assert_eq!(port(&resolver, "https://desk.example:8443/"), 2, "another port");
    resolver.forget(&"https://other.example".parse().unwrap());
    assert_eq!(port_of_desk(), 1);
    resolver.forget(&"https://desk.example/b".parse().unwrap());
    assert_eq!(port_of_desk(), 3);
}

#[test]
fn a_cached_address_expires() {
    let resolver = CachingResolver::with(MockResolver::default(), Duration::ZERO);
    assert_eq!((port(&resolver, DESK), port(&resolver, DESK)), (1, 2));
}

#[test]
fn the_cache_is_bounded() {
    let resolver = CachingResolver::with(MockResolver::default(), LIFETIME);
    for host in 0..100 {
        port(&resolver, &format!("https://desk{host}.example"));
        assert!(resolver.hosts().cached.len() <= MAX_HOSTS);
    }
    assert!(resolver.hosts().running.is_empty());
}

#[test]
fn a_hanging_lookup_has_one_thread_for_all_calls() {
    let mock = MockResolver::hanging();
    let resolver = CachingResolver::with(mock.clone(), LIFETIME);
    let times_out = |resolver: &CachingResolver, milliseconds| {
        let limit = Duration::from_millis(milliseconds);
        let timeout =
            NextTimeout { after: limit.into(), reason: Timeout::Resolve, ..NextTimeout::default() };
        let begin = Instant::now();
        let error = resolve(resolver, DESK, timeout).unwrap_err();
        let took = begin.elapsed();
        assert!(matches!(error, ureq::Error::Timeout(Timeout::Resolve)), "{error}");
        assert!(took >= limit, "{took:?}");
    };
    thread::scope(|scope| {
        for milliseconds in [1, 20, 40, 60, 80, 100, 120, 140] {
            let clone = resolver.clone();
            scope.spawn(move || times_out(&clone, milliseconds));
        }
    });
    // Forgetting the host meanwhile does not start a second thread.
    resolver.forget(&DESK.parse().unwrap());
    times_out(&resolver, 10);
    assert_eq!(mock.count(), 1);
    assert_eq!(port(&resolver, "https://other.example"), 2, "another host is not blocked");

    mock.release();
    assert_eq!((port(&resolver, DESK), port(&resolver, DESK)), (1, 1));
    assert_eq!(mock.count(), 2);
    assert!(resolver.hosts().running.is_empty());
}

#[test]
fn a_failure_reaches_all_waiting_calls_and_is_not_cached() {
    let failures: [(fn() -> ureq::Error, _); 3] = [
        (|| io::Error::new(io::ErrorKind::TimedOut, "try again").into(), "io: try again"),
        (|| ureq::Error::HostNotFound, "host not found"),
        // A panic of the thread.
        (|| panic::resume_unwind(Box::new(())), "io: the thread of the DNS lookup failed"),
    ];
    for (failure, text) in failures {
        let mock = MockResolver::hanging();
        mock.fail(Some(failure));
        let resolver = CachingResolver::with(mock.clone(), LIFETIME);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let error = resolve(&resolver, DESK, NextTimeout::default()).unwrap_err();
                    assert_eq!(error.to_string(), text);
                });
            }
            let holders = || resolver.hosts().running.values().map(Arc::strong_count).sum();
            let end = Instant::now() + Duration::from_secs(10);
            // Eight calls, the task and the map. If a call is late, the count below fails.
            while Instant::now() < end && 10_usize > holders() {
                thread::yield_now();
            }
            mock.release();
        });
        assert_eq!(mock.count(), 1);
        mock.fail(None);
        assert_eq!(port(&resolver, DESK), 2);
    }
}

#[test]
fn a_thread_that_cannot_be_started_is_a_failure() {
    let resolver = CachingResolver::with(MockResolver::default(), LIFETIME);
    let lookup = Arc::<Lookup>::default();
    // What `spawn` does when it fails.
    drop(Task::new(resolver, "desk.example:443".into(), Arc::clone(&lookup)));
    let error = lookup.wait(NextTimeout::default()).unwrap_err();
    assert_eq!(error.to_string(), "io: the thread of the DNS lookup failed");
}

#[test]
fn an_ip_address_needs_no_thread() {
    #[derive(Debug)]
    struct SameThread(thread::ThreadId);

    impl Resolver for SameThread {
        fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Found {
            assert_eq!(thread::current().id(), self.0);
            DefaultResolver::default().resolve(uri, config, timeout)
        }
    }

    let resolver = CachingResolver::with(SameThread(thread::current().id()), LIFETIME);
    for (uri, expected) in [
        ("http://127.0.0.1/", 80),
        ("https://127.0.0.1/", 443),
        ("http://[::1]:8080/", 8080),
        ("socks5://127.0.0.1", 1080),
    ] {
        assert_eq!(port(&resolver, uri), expected);
    }
}

#[test]
fn a_name_is_resolved_as_by_ureq() {
    let resolver = CachingResolver::new();
    assert_eq!(port(&resolver, "https://localhost/"), 443);
    // Too long for a name, so no server is asked.
    let absent = format!("https://{}.example/", "x".repeat(64));
    let error = resolve(&resolver, &absent, NextTimeout::default()).unwrap_err();
    assert!(matches!(error, ureq::Error::Io(_)), "{error}");
}
