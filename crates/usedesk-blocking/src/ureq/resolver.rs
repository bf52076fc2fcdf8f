//! ureq looks the host up for every request, even if it has an idle connection, and starts a thread
//! for that: `tests::an_address_is_cached`. It panics if the thread cannot be started.

use std::collections::HashMap;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};
use std::{io, thread};

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::not_connected::NotConnected;

/// How long addresses are cached.
const LIFETIME: Duration = Duration::from_secs(60);

/// A resolver that caches addresses. All clones share the cache.
#[derive(Clone, Debug)]
pub(super) struct CachingResolver {
    look_up: fn(&str) -> io::Result<Vec<SocketAddr>>,
    /// By host and port: the API's, and a proxy's.
    cached: Arc<Mutex<HashMap<String, (Instant, ResolvedSocketAddrs)>>>,
}

impl CachingResolver {
    pub(super) fn new() -> Self {
        Self::with(|host| Ok(host.to_socket_addrs()?.collect()))
    }

    fn with(look_up: fn(&str) -> io::Result<Vec<SocketAddr>>) -> Self {
        Self { look_up, cached: Arc::default() }
    }

    fn find(&self, uri: &Uri, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let host = host_and_port(uri).ok_or(Error::HostNotFound)?;
        if let Some((found_at, addresses)) = self.cached().get(&host)
            && found_at.elapsed() < LIFETIME
        {
            return Ok(addresses.clone());
        }
        // A lookup that hangs in the operating system cannot be canceled.
        let (sender, found) = mpsc::channel();
        let (look_up, name) = (self.look_up, host.clone());
        let thread = thread::Builder::new().name("usedesk-lookup".into());
        thread.spawn(move || sender.send(look_up(&name)))?;
        let found = found.recv_timeout(*timeout.after);
        let found = found.map_err(|_| Error::Timeout(timeout.reason))??;
        let mut addresses = self.empty();
        // As many as ureq takes.
        found.into_iter().take(16).for_each(|address| addresses.push(address));
        self.cached().insert(host, (Instant::now(), addresses.clone()));
        Ok(addresses)
    }

    /// Looks the host up again next time: its address may have changed.
    pub(super) fn forget(&self, uri: &Uri) {
        if let Some(host) = host_and_port(uri) {
            self.cached().remove(&host);
        }
    }

    /// Ignores poisoning: each change to the map is a single operation.
    fn cached(&self) -> MutexGuard<'_, HashMap<String, (Instant, ResolvedSocketAddrs)>> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn host_and_port(uri: &Uri) -> Option<String> {
    DefaultResolver::host_and_port(uri.scheme()?, uri.authority()?)
}

impl Resolver for CachingResolver {
    fn resolve(
        &self,
        uri: &Uri,
        _: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        self.find(uri, timeout).map_err(NotConnected::mark)
    }
}

#[cfg(test)]
mod tests;
