//! Name lookup and connecting, by traits of ureq that are outside its version promise, which is
//! why the dependency is pinned to a minor version.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};

/// How long an address is good for.
const LIFETIME: Duration = Duration::from_secs(60);

/// How many addresses are kept: the API's, a proxy's, and room to change.
const MOST: usize = 16;

/// An agent that remembers addresses and knows whether a failure came before the request.
///
/// ureq looks a name up for every request, before it looks for an idle connection, and with a
/// time limit it starts a thread for that: 1.7 times the processor time of a call.
pub(crate) fn agent(config: Config) -> ureq::Agent {
    let addresses = Addresses::new(DefaultResolver::default(), LIFETIME);
    let connector = Connect { inner: DefaultConnector::default(), addresses: addresses.clone() };
    ureq::Agent::with_parts(config, connector, addresses)
}

/// A failure before the first byte of a request.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct NotConnected(ureq::Error);

impl NotConnected {
    /// The failure itself: through a proxy ureq connects twice, one within the other.
    pub(crate) fn into_innermost(self) -> ureq::Error {
        match self.0 {
            ureq::Error::Other(error) => match error.downcast::<Self>() {
                Ok(inner) => inner.into_innermost(),
                Err(error) => ureq::Error::Other(error),
            },
            error => error,
        }
    }
}

impl From<NotConnected> for ureq::Error {
    fn from(error: NotConnected) -> Self {
        Self::Other(Box::new(error))
    }
}

/// A resolver that remembers.
#[derive(Clone)]
struct Addresses {
    inner: Arc<dyn Resolver>,
    lifetime: Duration,
    known: Arc<Mutex<HashMap<String, (Instant, ResolvedSocketAddrs)>>>,
}

impl Addresses {
    fn new(inner: impl Resolver, lifetime: Duration) -> Self {
        Self { inner: Arc::new(inner), lifetime, known: Arc::default() }
    }

    fn forget(&self, uri: &Uri) {
        if let Some(host) = host_and_port(uri) {
            self.known().remove(&host);
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, (Instant, ResolvedSocketAddrs)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resolver for Addresses {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let Some(host) = host_and_port(uri) else {
            return Err(NotConnected(ureq::Error::HostNotFound).into());
        };
        if let Some((found_at, addresses)) = self.known().get(&host)
            && found_at.elapsed() < self.lifetime
        {
            return Ok(addresses.clone());
        }
        let addresses = self.inner.resolve(uri, config, timeout).map_err(NotConnected)?;
        let mut known = self.known();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(host, (Instant::now(), addresses.clone()));
        Ok(addresses)
    }
}

impl fmt::Debug for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Addresses")
    }
}

/// Connects as ureq does, and tells failures apart from later ones.
#[derive(Debug)]
struct Connect {
    inner: DefaultConnector,
    addresses: Addresses,
}

impl Connector for Connect {
    type Out = Box<dyn Transport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<()>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        // Every request has settings of its own (the time limits), but never other TLS settings
        // than the agent's. Said so, ureq prepares TLS once and not for every connection.
        let details = ConnectionDetails {
            uri: details.uri,
            addrs: details.addrs.clone(),
            config: details.config,
            request_level: false,
            resolver: details.resolver,
            now: details.now,
            timeout: details.timeout,
            current_time: Arc::clone(&details.current_time),
            run_connector: Arc::clone(&details.run_connector),
            register_shutdown: Arc::clone(&details.register_shutdown),
        };
        self.inner.connect(&details, chained).map_err(|error| {
            // The host may have moved.
            self.addresses.forget(details.uri);
            NotConnected(error).into()
        })
    }
}

fn host_and_port(uri: &Uri) -> Option<String> {
    DefaultResolver::host_and_port(uri.scheme()?, uri.authority()?)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr};
    use std::sync::atomic::{AtomicU16, Ordering};

    use super::*;

    /// Gives another port with each lookup.
    #[derive(Debug, Default)]
    struct Counting(AtomicU16);

    impl Resolver for Counting {
        fn resolve(
            &self,
            _: &Uri,
            _: &Config,
            _: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, ureq::Error> {
            let lookup = self.0.fetch_add(1, Ordering::Relaxed) + 1;
            let mut addresses = self.empty();
            addresses.push(SocketAddr::from((Ipv4Addr::LOCALHOST, lookup)));
            Ok(addresses)
        }
    }

    fn resolve(addresses: &Addresses, uri: &str) -> u16 {
        let found =
            addresses.resolve(&uri.parse().unwrap(), &Config::default(), NextTimeout::default());
        found.unwrap()[0].port()
    }

    #[test]
    fn an_address_is_looked_up_once_until_it_is_forgotten() {
        let addresses = Addresses::new(Counting::default(), LIFETIME);
        let lookups = || resolve(&addresses, "https://desk.example/a");
        assert_eq!((lookups(), lookups(), lookups()), (1, 1, 1));
        assert_eq!(resolve(&addresses, "https://desk.example:8443/"), 2, "another port");
        addresses.forget(&"https://other.example".parse().unwrap());
        assert_eq!(lookups(), 1);
        addresses.forget(&"https://desk.example/b".parse().unwrap());
        assert_eq!(lookups(), 3);
    }

    #[test]
    fn an_address_is_looked_up_again_when_it_is_old() {
        let addresses = Addresses::new(Counting::default(), Duration::ZERO);
        let lookups = || resolve(&addresses, "https://desk.example");
        assert_eq!((lookups(), lookups()), (1, 2));
    }

    #[test]
    fn no_more_than_so_many_are_kept() {
        let addresses = Addresses::new(Counting::default(), LIFETIME);
        for host in 0..100 {
            resolve(&addresses, &format!("https://desk{host}.example"));
            assert!(addresses.known().len() <= MOST);
        }
    }
}
