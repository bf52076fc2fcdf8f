//! Connecting, with traits of ureq that are exempt from semantic versioning. That is why the
//! dependency is pinned to a minor version.

use std::sync::Arc;
use std::time::Instant;

use ureq::Timeout;
use ureq::config::Config;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

use crate::not_connected::NotConnected;
use crate::resolver::CachingResolver;
use crate::tcp;

/// Creates an agent that caches addresses and wraps failures before a request in [`NotConnected`].
pub(crate) fn agent(config: Config) -> ureq::Agent {
    agent_with(config, CachingResolver::new())
}

fn agent_with(config: Config, resolver: CachingResolver) -> ureq::Agent {
    let connector = Connect { inner: tcp::connector(), resolver: resolver.clone() };
    ureq::Agent::with_parts(config, connector, resolver)
}

/// Connects as ureq does, and wraps failures in [`NotConnected`].
#[derive(Debug)]
struct Connect<C> {
    inner: C,
    resolver: CachingResolver,
}

impl<C: Connector> Connector for Connect<C> {
    type Out = Box<dyn Transport>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<()>,
    ) -> Result<Option<Self::Out>, ureq::Error> {
        let run_connector = Arc::clone(&details.run_connector);
        // None for a timeout beyond the range of the clock.
        let deadline = Instant::now().checked_add(*details.timeout.after);
        let details = ConnectionDetails {
            // A request with a shorter deadline has its own settings, but never TLS settings other
            // than the agent's. With `false`, ureq sets TLS up once, not for every connection.
            request_level: false,
            // Called to connect to a proxy.
            run_connector: Arc::new(move |details| {
                let timeout = shortened(details.timeout, deadline);
                let now = (details.current_time)();
                let inner = run_connector(&ConnectionDetails { now, timeout, ..copy(details) })?;
                Ok(Box::new(ToProxy { inner, deadline }))
            }),
            ..copy(details)
        };
        let connection = self.inner.connect(&details, chained).map_err(|error| {
            // The address of the host may have changed.
            self.resolver.forget(details.uri);
            NotConnected(error)
        })?;
        Ok(connection.map(Transport::boxed))
    }
}

/// `ConnectionDetails` is not `Clone`.
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

/// A connection to a proxy that keeps the connect timeout while it opens the tunnel.
///
/// ureq restarts the timeout for each step: the DNS lookup of the proxy, connecting to it, each
/// piece of its response. A proxy that responds byte by byte would never time out.
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

/// Shortens the connect timeout to what is left until the deadline. Once the tunnel is open, ureq
/// passes other timeouts, which it applies correctly.
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

    /// Always returns this address, and counts lookups.
    #[derive(Clone, Debug)]
    struct FixedResolver(SocketAddr, Arc<AtomicU32>);

    impl Resolver for FixedResolver {
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
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let inner = FixedResolver(closed, Arc::default());
        let resolver = CachingResolver::with(inner.clone(), Duration::from_secs(60));
        let config = ureq::Agent::config_builder().proxy(None).build();
        let agent = agent_with(config, resolver);
        for count in 1..=3 {
            agent.get("http://desk.example/").call().unwrap_err();
            assert_eq!(inner.1.load(Ordering::SeqCst), count);
        }
    }
}
