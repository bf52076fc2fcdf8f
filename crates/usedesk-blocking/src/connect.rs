//! Connecting, by traits of ureq that are outside its version promise, which is why the dependency
//! is pinned to a minor version.

use std::sync::Arc;
use std::time::Instant;

use ureq::Timeout;
use ureq::config::Config;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

use crate::lookup::Addresses;
use crate::tcp;

/// An agent that remembers addresses and knows whether a failure came before the request.
pub(crate) fn agent(config: Config) -> ureq::Agent {
    agent_with(config, Addresses::new())
}

fn agent_with(config: Config, addresses: Addresses) -> ureq::Agent {
    let connector = Connect { inner: tcp::connector(), addresses: addresses.clone() };
    ureq::Agent::with_parts(config, connector, addresses)
}

/// A failure before the first byte of a request.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct NotConnected(pub(crate) ureq::Error);

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

/// Connects as ureq does, and tells failures apart from later ones.
#[derive(Debug)]
struct Connect<C> {
    inner: C,
    addresses: Addresses,
}

impl<C: Connector> Connector for Connect<C> {
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
            // A request with a shorter deadline has settings of its own, but never other TLS
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
        let connection = self.inner.connect(&details, chained).map_err(|error| {
            // The host may have moved.
            self.addresses.forget(details.uri);
            NotConnected(error)
        })?;
        Ok(connection.map(Transport::boxed))
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

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, TcpListener};
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use ureq::http::Uri;
    use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};

    use super::*;

    /// Always the same address.
    #[derive(Clone, Debug)]
    struct Lookups(SocketAddr, Arc<AtomicU32>);

    impl Resolver for Lookups {
        fn resolve(
            &self,
            _: &Uri,
            _: &Config,
            _: NextTimeout,
        ) -> Result<ResolvedSocketAddrs, ureq::Error> {
            self.1.fetch_add(1, Ordering::SeqCst);
            let mut addresses = self.empty();
            addresses.push(self.0);
            Ok(addresses)
        }
    }

    #[test]
    fn an_address_that_does_not_connect_is_looked_up_again() {
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let lookups = Lookups(nobody, Arc::default());
        let addresses = Addresses::with(lookups.clone(), Duration::from_secs(60));
        let config = ureq::Agent::config_builder().proxy(None).build();
        let agent = agent_with(config, addresses);
        for count in 1..=3 {
            agent.get("http://desk.example/").call().unwrap_err();
            assert_eq!(lookups.1.load(Ordering::SeqCst), count);
        }
    }
}
