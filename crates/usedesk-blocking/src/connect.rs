//! Name lookup and connecting, by traits of ureq that are outside its version promise, which is
//! why the dependency is pinned to a minor version.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ureq::Timeout;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
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
        let run_connector = Arc::clone(&details.run_connector);
        // Of a time limit beyond what the clock holds there is nothing to keep.
        let deadline = Instant::now().checked_add(*details.timeout.after);
        let details = ConnectionDetails {
            // Every request has settings of its own (the time limits), but never other TLS
            // settings than the agent's. Said so, ureq prepares TLS once and not for every
            // connection.
            request_level: false,
            // Asked for a connection to a proxy.
            run_connector: Arc::new(move |details| {
                let timeout = shortened(details.timeout, deadline);
                let now = (details.current_time)();
                let inner = run_connector(&ConnectionDetails { now, timeout, ..copy(details) })?;
                Ok(Box::new(ToProxy { inner, deadline }))
            }),
            ..copy(details)
        };
        self.inner.connect(&details, chained).map_err(|error| {
            // The host may have moved.
            self.addresses.forget(details.uri);
            NotConnected(error).into()
        })
    }
}

/// It has no `Clone`.
fn copy<'a>(details: &ConnectionDetails<'a>) -> ConnectionDetails<'a> {
    ConnectionDetails {
        uri: details.uri,
        addrs: details.addrs.clone(),
        config: details.config,
        request_level: details.request_level,
        resolver: details.resolver,
        now: details.now,
        timeout: details.timeout,
        current_time: Arc::clone(&details.current_time),
        run_connector: Arc::clone(&details.run_connector),
        register_shutdown: Arc::clone(&details.register_shutdown),
    }
}

/// A connection to a proxy that keeps to its deadline while a tunnel is made through it.
///
/// ureq gives every step of that the whole time limit anew: the name of the proxy, its address,
/// each piece of its answer. One that sends its answer byte by byte would never be too late.
#[derive(Debug)]
struct ToProxy {
    inner: Box<dyn Transport>,
    deadline: Option<Instant>,
}

impl Transport for ToProxy {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.inner.transmit_output(amount, shortened(timeout, self.deadline))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        self.inner.await_input(shortened(timeout, self.deadline))
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

/// What is left until the deadline, if the limit is the one for connecting. Once there is a
/// tunnel ureq names others, which it counts by itself.
fn shortened(timeout: NextTimeout, deadline: Option<Instant>) -> NextTimeout {
    match deadline {
        Some(deadline) if timeout.reason == Timeout::Connect => {
            let left = deadline.saturating_duration_since(Instant::now());
            NextTimeout { after: left.min(*timeout.after).into(), ..timeout }
        }
        _ => timeout,
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
