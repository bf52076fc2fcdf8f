//! Name lookup, by a trait of ureq that is outside its version promise: see `connect`.

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

use crate::connect::NotConnected;

/// How long an address is good for.
const LIFETIME: Duration = Duration::from_secs(60);

/// How many addresses are kept: the API's, a proxy's, and room to change.
const MOST: usize = 16;

/// A resolver that remembers, and has one thread at most for each host.
///
/// ureq looks a name up for every request, before it looks for an idle connection, and with a
/// time limit it starts a thread for that: 1.7 times the processor time of a call. Nobody can end
/// a lookup that the operating system does not return from, so each such call would leave its
/// thread behind; here they all wait for the same one.
#[derive(Clone)]
pub(crate) struct Addresses(Arc<Shared>);

struct Shared {
    inner: Box<dyn Resolver>,
    lifetime: Duration,
    hosts: Mutex<Hosts>,
}

/// Hosts with their ports.
#[derive(Default)]
struct Hosts {
    known: HashMap<String, (Instant, ResolvedSocketAddrs)>,
    /// As many as there are threads: a handle has two hosts, the API's and a proxy's.
    awaited: HashMap<String, Arc<Lookup>>,
}

/// A lookup that some wait for.
#[derive(Default)]
struct Lookup {
    result: Mutex<Option<Found>>,
    has_ended: Condvar,
}

type Found = Result<ResolvedSocketAddrs, ureq::Error>;

impl Addresses {
    pub(crate) fn new() -> Self {
        Self::with(DefaultResolver::default(), LIFETIME)
    }

    pub(crate) fn with(inner: impl Resolver, lifetime: Duration) -> Self {
        Self(Arc::new(Shared { inner: Box::new(inner), lifetime, hosts: Mutex::default() }))
    }

    /// Looks the host up again when it is asked for next.
    pub(crate) fn forget(&self, uri: &Uri) {
        if let Some(host) = host_and_port(uri) {
            self.hosts().known.remove(&host);
        }
    }

    fn find(&self, host: String, config: &Config, timeout: NextTimeout) -> Found {
        let mut hosts = self.hosts();
        if let Some((found_at, addresses)) = hosts.known.get(&host)
            && found_at.elapsed() < self.0.lifetime
        {
            return Ok(addresses.clone());
        }
        if let Some(lookup) = hosts.awaited.get(&host) {
            let lookup = Arc::clone(lookup);
            drop(hosts);
            return lookup.wait(timeout);
        }
        let lookup = Arc::<Lookup>::default();
        hosts.awaited.insert(host.clone(), Arc::clone(&lookup));
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

impl Resolver for Addresses {
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

impl fmt::Debug for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Addresses")
    }
}

impl Lookup {
    /// Waits for the end, but no longer than there is time.
    fn wait(&self, timeout: NextTimeout) -> Found {
        let limit = *timeout.after;
        let waited = self.has_ended.wait_timeout_while(lock(&self.result), limit, |r| r.is_none());
        let (result, _) = waited.unwrap_or_else(PoisonError::into_inner);
        match &*result {
            None => Err(ureq::Error::Timeout(timeout.reason)),
            Some(Ok(addresses)) => Ok(addresses.clone()),
            Some(Err(error)) => Err(copy(error)),
        }
    }
}

/// It has no `Clone`.
fn copy(error: &ureq::Error) -> ureq::Error {
    match error {
        ureq::Error::Io(error) => io::Error::new(error.kind(), error.to_string()).into(),
        ureq::Error::HostNotFound => ureq::Error::HostNotFound,
        error => io::Error::other(error.to_string()).into(),
    }
}

/// What the thread does. The lookup ends when this is dropped, and so also when the thread
/// panicked or could not be started.
struct Task {
    addresses: Addresses,
    host: String,
    lookup: Arc<Lookup>,
    result: Found,
}

impl Task {
    fn new(addresses: Addresses, host: String, lookup: Arc<Lookup>) -> Self {
        let result = Err(io::Error::other("the name lookup broke off").into());
        Self { addresses, host, lookup, result }
    }

    fn run(mut self, config: &Config) {
        self.result = self.look_up(config);
    }

    fn look_up(&self, config: &Config) -> Found {
        // Without the path, which may hold the token. Of the scheme only the port would matter.
        let uri = Uri::builder().scheme(Scheme::HTTP).authority(&*self.host).path_and_query("/");
        self.addresses.0.inner.resolve(&uri.build()?, config, NextTimeout::default())
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        let mut hosts = self.addresses.hosts();
        hosts.awaited.remove(&self.host);
        if let Ok(addresses) = &self.result {
            if hosts.known.len() >= MOST {
                hosts.known.clear();
            }
            let found = (Instant::now(), addresses.clone());
            hosts.known.insert(mem::take(&mut self.host), found);
        }
        drop(hosts);
        let result = mem::replace(&mut self.result, Err(ureq::Error::HostNotFound));
        *lock(&self.lookup.result) = Some(result);
        self.lookup.has_ended.notify_all();
    }
}

fn host_and_port(uri: &Uri) -> Option<String> {
    DefaultResolver::host_and_port(uri.scheme()?, uri.authority()?)
}

/// Nothing that holds a lock here leaves something half done.
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

    /// Gives another port with each lookup; or what a test says.
    #[derive(Clone, Default)]
    struct Lookups(Arc<State>);

    #[derive(Default)]
    struct State {
        count: AtomicU16,
        /// The host that hangs.
        hanging: Mutex<Option<&'static str>>,
        released: Condvar,
        failing: Mutex<Option<fn() -> ureq::Error>>,
    }

    impl Lookups {
        fn hanging() -> Self {
            let lookups = Self::default();
            *lock(&lookups.0.hanging) = Some("desk.example");
            lookups
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

    impl Resolver for Lookups {
        fn resolve(&self, uri: &Uri, _: &Config, timeout: NextTimeout) -> Found {
            assert!(timeout.after.is_not_happening(), "it would start a thread of its own");
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

    impl fmt::Debug for Lookups {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Lookups")
        }
    }

    fn resolve(addresses: &Addresses, uri: &str, timeout: NextTimeout) -> Result<u16, ureq::Error> {
        let found = addresses.resolve(&uri.parse().unwrap(), &Config::default(), timeout);
        match found {
            Ok(addresses) => Ok(addresses[0].port()),
            Err(ureq::Error::Other(error)) => {
                Err(error.downcast::<NotConnected>().unwrap().into_innermost())
            }
            Err(error) => panic!("it may have been sent: {error}"),
        }
    }

    fn port(addresses: &Addresses, uri: &str) -> u16 {
        resolve(addresses, uri, NextTimeout::default()).unwrap()
    }

    #[test]
    fn an_address_is_looked_up_once_until_it_is_forgotten() {
        let addresses = Addresses::with(Lookups::default(), LIFETIME);
        let lookups = || port(&addresses, "https://desk.example/a");
        assert_eq!((lookups(), lookups(), lookups()), (1, 1, 1));
        assert_eq!(port(&addresses, "https://desk.example:8443/"), 2, "another port");
        addresses.forget(&"https://other.example".parse().unwrap());
        assert_eq!(lookups(), 1);
        addresses.forget(&"https://desk.example/b".parse().unwrap());
        assert_eq!(lookups(), 3);
    }

    #[test]
    fn an_address_is_looked_up_again_when_it_is_old() {
        let addresses = Addresses::with(Lookups::default(), Duration::ZERO);
        assert_eq!((port(&addresses, DESK), port(&addresses, DESK)), (1, 2));
    }

    #[test]
    fn no_more_than_so_many_are_kept() {
        let addresses = Addresses::with(Lookups::default(), LIFETIME);
        for host in 0..100 {
            port(&addresses, &format!("https://desk{host}.example"));
            assert!(addresses.hosts().known.len() <= MOST);
        }
        assert!(addresses.hosts().awaited.is_empty());
    }

    #[test]
    fn a_lookup_that_hangs_has_one_thread_however_many_call() {
        let lookups = Lookups::hanging();
        let addresses = Addresses::with(lookups.clone(), LIFETIME);
        let times_out = |addresses: &Addresses, milliseconds| {
            let limit = Duration::from_millis(milliseconds);
            let timeout = NextTimeout {
                after: limit.into(),
                reason: Timeout::Resolve,
                ..NextTimeout::default()
            };
            let begin = Instant::now();
            let error = resolve(addresses, DESK, timeout).unwrap_err();
            let took = begin.elapsed();
            assert!(matches!(error, ureq::Error::Timeout(Timeout::Resolve)), "{error}");
            assert!(took >= limit, "{took:?}");
        };
        thread::scope(|scope| {
            for milliseconds in [1, 20, 40, 60, 80, 100, 120, 140] {
                let clone = addresses.clone();
                scope.spawn(move || times_out(&clone, milliseconds));
            }
        });
        // What fails meanwhile makes no room for a second thread.
        addresses.forget(&DESK.parse().unwrap());
        times_out(&addresses, 10);
        assert_eq!(lookups.count(), 1);
        assert_eq!(port(&addresses, "https://other.example"), 2, "it waits for no other host");

        lookups.release();
        assert_eq!((port(&addresses, DESK), port(&addresses, DESK)), (1, 1));
        assert_eq!(lookups.count(), 2);
        assert!(addresses.hosts().awaited.is_empty());
    }

    #[test]
    fn a_failure_reaches_all_who_wait_and_is_not_remembered() {
        let failures: [(fn() -> ureq::Error, _); 3] = [
            (|| io::Error::new(io::ErrorKind::TimedOut, "try again").into(), "io: try again"),
            (|| ureq::Error::HostNotFound, "host not found"),
            // And when the thread panics.
            (|| panic::resume_unwind(Box::new(())), "io: the name lookup broke off"),
        ];
        for (failure, text) in failures {
            let lookups = Lookups::hanging();
            lookups.fail(Some(failure));
            let addresses = Addresses::with(lookups.clone(), LIFETIME);
            thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        let error = resolve(&addresses, DESK, NextTimeout::default()).unwrap_err();
                        assert_eq!(error.to_string(), text);
                    });
                }
                let holders = || addresses.hosts().awaited.values().map(Arc::strong_count).sum();
                let end = Instant::now() + Duration::from_secs(10);
                // Eight, the task, and the map. Should they never be, the count below says why.
                while Instant::now() < end && 10_usize > holders() {
                    thread::yield_now();
                }
                lookups.release();
            });
            assert_eq!(lookups.count(), 1);
            lookups.fail(None);
            assert_eq!(port(&addresses, DESK), 2);
        }
    }

    #[test]
    fn a_thread_that_cannot_be_started_is_a_failure() {
        let addresses = Addresses::with(Lookups::default(), LIFETIME);
        let lookup = Arc::<Lookup>::default();
        // As `spawn` does then.
        drop(Task::new(addresses, "desk.example:443".into(), Arc::clone(&lookup)));
        let error = lookup.wait(NextTimeout::default()).unwrap_err();
        assert_eq!(error.to_string(), "io: the name lookup broke off");
    }

    #[test]
    fn an_address_needs_no_thread() {
        #[derive(Debug)]
        struct Here(thread::ThreadId);

        impl Resolver for Here {
            fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Found {
                assert_eq!(thread::current().id(), self.0);
                DefaultResolver::default().resolve(uri, config, timeout)
            }
        }

        let addresses = Addresses::with(Here(thread::current().id()), LIFETIME);
        for (uri, expected) in [
            ("http://127.0.0.1/", 80),
            ("https://127.0.0.1/", 443),
            ("http://[::1]:8080/", 8080),
            ("socks5://127.0.0.1", 1080),
        ] {
            assert_eq!(port(&addresses, uri), expected);
        }
    }

    #[test]
    fn a_name_is_looked_up_as_ureq_does() {
        let addresses = Addresses::new();
        assert_eq!(port(&addresses, "https://localhost/"), 443);
        // Too long for a name, so nobody is asked.
        let nobody = format!("https://{}.example/", "x".repeat(64));
        let error = resolve(&addresses, &nobody, NextTimeout::default()).unwrap_err();
        assert!(matches!(error, ureq::Error::Io(_)), "{error}");
    }
}
