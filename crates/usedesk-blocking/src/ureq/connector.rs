//! ureq sets TLS up anew for each connection of a request that has settings of its own, as all
//! requests here have: `a_new_connection_resumes_the_tls_session` in `conformance`.

use std::sync::Arc;

use ureq::Error;
use ureq::unversioned::transport::{ConnectProxyConnector, ConnectionDetails, Connector};

use super::not_connected::NotConnected;
use super::resolver::CachingResolver;
use super::tcp::TcpConnector;

/// Creates ureq's chain of connectors, with another one for TCP.
pub(super) fn connector(resolver: CachingResolver) -> impl Connector {
    let chain = ().chain(ConnectProxyConnector::default()).chain(TcpConnector);
    #[cfg(any(feature = "rustls", feature = "aws-lc"))]
    let chain = chain.chain(ureq::unversioned::transport::RustlsConnector::default());
    #[cfg(feature = "native-tls")]
    let chain = chain.chain(ureq::unversioned::transport::NativeTlsConnector::default());
    Outer { chain, resolver }
}

/// Also marks failures as [`NotConnected`], and forgets the address of the host then.
#[derive(Debug)]
struct Outer<C> {
    chain: C,
    resolver: CachingResolver,
}

impl<C: Connector> Connector for Outer<C> {
    type Out = C::Out;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        _: Option<()>,
    ) -> Result<Option<C::Out>, Error> {
        let details = ConnectionDetails {
            // A request never has TLS settings other than the agent's.
            request_level: false,
            uri: details.uri,
            addrs: details.addrs.clone(),
            config: details.config,
            resolver: details.resolver,
            now: details.now,
            timeout: details.timeout,
            current_time: Arc::clone(&details.current_time),
            run_connector: Arc::clone(&details.run_connector),
            register_shutdown: Arc::clone(&details.register_shutdown),
        };
        self.chain.connect(&details, None).map_err(|error| {
            self.resolver.forget(details.uri);
            NotConnected::mark(error)
        })
    }
}
