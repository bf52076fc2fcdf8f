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
/// operating system does not return from cannot be canceled, so each such call would leave its
/// thread behind; here they all wait for the same one.
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

/// What the thread does. Dropping it finishes the lookup, also when the thread panicked or could
/// not be started.
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
mod tests;
