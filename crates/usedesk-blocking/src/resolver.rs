//! DNS lookups, with a trait of ureq that is exempt from semantic versioning; see `connect`.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, io, mem, thread};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::http::uri::Scheme;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use crate::not_connected::NotConnected;

/// How long an address is cached.
const LIFETIME: Duration = Duration::from_secs(60);

/// How many hosts are cached: that of the API, that of a proxy, and some spare ones.
const MAX_HOSTS: usize = 16;

/// A resolver that caches addresses, and has at most one thread for each host.
///
/// ureq makes a DNS lookup for every request, before it looks for an idle connection, and with a
/// timeout it starts a thread for that: 1.7 times the processor time of a call. A lookup that the
/// operating system does not return from cannot be canceled, so each such call would leave its thread
/// behind; here they all wait for the same one.
#[derive(Clone)]
pub(crate) struct CachingResolver(Arc<Shared>);

struct Shared {
    inner: Box<dyn Resolver>,
    lifetime: Duration,
    hosts: Mutex<Hosts>,
}

/// By host and port.
#[derive(Default)]
struct Hosts {
    cached: HashMap<String, (Instant, ResolvedSocketAddrs)>,
    /// One for each thread. A handle has at most two hosts, the API's and a proxy's.
    running: HashMap<String, Arc<Lookup>>,
}

/// A running lookup.
#[derive(Default)]
struct Lookup {
    result: Mutex<Option<Found>>,
    is_finished: Condvar,
}

type Found = Result<ResolvedSocketAddrs, ureq::Error>;

impl CachingResolver {
    pub(crate) fn new() -> Self {
        Self::with(DefaultResolver::default(), LIFETIME)
    }

    pub(crate) fn with(inner: impl Resolver, lifetime: Duration) -> Self {
        Self(Arc::new(Shared { inner: Box::new(inner), lifetime, hosts: Mutex::default() }))
    }

    /// Removes the host from the cache.
    pub(crate) fn forget(&self, uri: &Uri) {
        if let Some(host) = host_and_port(uri) {
            self.hosts().cached.remove(&host);
        }
    }

    fn find(&self, host: String, config: &Config, timeout: NextTimeout) -> Found {
        let mut hosts = self.hosts();
        if let Some((found_at, addresses)) = hosts.cached.get(&host)
            && found_at.elapsed() < self.0.lifetime
        {
            return Ok(addresses.clone());
        }
        if let Some(lookup) = hosts.running.get(&host) {
            let lookup = Arc::clone(lookup);
            drop(hosts);
            return lookup.wait(timeout);
        }
        let lookup = Arc::<Lookup>::default();
        hosts.running.insert(host.clone(), Arc::clone(&lookup));
        drop(hosts);
        let is_address = host.parse::<SocketAddr>().is_ok();
        let task = Task::new(self.clone(), host, Arc::clone(&lookup));
        if is_address {
            task.run(config);
        } else {
            let config = config.clone();
            let thread = thread::Builder::new().name("usedesk-lookup".into());
            thread.spawn(move || task.run(&config))?;
        }
        lookup.wait(timeout)
    }

    fn hosts(&self) -> MutexGuard<'_, Hosts> {
        lock(&self.0.hosts)
    }
}

impl Resolver for CachingResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        host_and_port(uri)
            .ok_or(ureq::Error::HostNotFound)
            .and_then(|host| self.find(host, config, timeout))
            .map_err(|error| NotConnected(error).into())
    }
}

impl fmt::Debug for CachingResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CachingResolver")
    }
}

impl Lookup {
    /// Waits for the result, at most for the timeout.
    fn wait(&self, timeout: NextTimeout) -> Found {
        let limit = *timeout.after;
        let waited =
            self.is_finished.wait_timeout_while(lock(&self.result), limit, |r| r.is_none());
        let (result, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match &*result {
            None => Err(ureq::Error::Timeout(timeout.reason)),
            Some(Ok(addresses)) => Ok(addresses.clone()),
            Some(Err(error)) => Err(copy(error)),
        }
    }
}

/// `ureq::Error` is not `Clone`.
fn copy(error: &ureq::Error) -> ureq::Error {
    match error {
        ureq::Error::Io(error) => io::Error::new(error.kind(), error.to_string()).into(),
        ureq::Error::HostNotFound => ureq::Error::HostNotFound,
        error => io::Error::other(error.to_string()).into(),
    }
}

/// What the thread does. Dropping it finishes the lookup, also when the thread panicked or could not
/// be started.
struct Task {
    resolver: CachingResolver,
    host: String,
    lookup: Arc<Lookup>,
    result: Found,
}

impl Task {
    fn new(resolver: CachingResolver, host: String, lookup: Arc<Lookup>) -> Self {
        let result = Err(io::Error::other("the thread of the DNS lookup failed").into());
        Self { resolver, host, lookup, result }
    }

    fn run(mut self, config: &Config) {
        self.result = self.look_up(config);
    }

    fn look_up(&self, config: &Config) -> Found {
        // Without the path, which may contain the token. The port is explicit, so any scheme does.
        let uri = Uri::builder().scheme(Scheme::HTTP).authority(&*self.host).path_and_query("/");
        self.resolver.0.inner.resolve(&uri.build()?, config, NextTimeout::default())
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        let mut hosts = self.resolver.hosts();
        hosts.running.remove(&self.host);
        if let Ok(addresses) = &self.result {
            if hosts.cached.len() >= MAX_HOSTS {
                hosts.cached.clear();
            }
            let found = (Instant::now(), addresses.clone());
            hosts.cached.insert(mem::take(&mut self.host), found);
        }
        drop(hosts);
        let result = mem::replace(&mut self.result, Err(ureq::Error::HostNotFound));
        *lock(&self.lookup.result) = Some(result);
        self.lookup.is_finished.notify_all();
    }
}

fn host_and_port(uri: &Uri) -> Option<String> {
    DefaultResolver::host_and_port(uri.scheme()?, uri.authority()?)
}

/// Ignores poisoning: no code here panics between two changes that belong together.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
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
            let timeout = NextTimeout {
                after: limit.into(),
                reason: Timeout::Resolve,
                ..NextTimeout::default()
            };
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
}
