//! Answers that come before the whole request is sent.
//!
//! ureq sends a body to its end before it reads. A server that refuses a large file may answer after
//! the head, and close: the rest cannot be sent then, and the reason would be lost.

use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, TcpConnector,
    Transport,
};

/// As ureq's own, but for what is between the socket and TLS.
pub(crate) fn connector() -> impl Connector {
    let inner = ().chain(ConnectProxyConnector::default()).chain(TcpConnector::default());
    let inner = inner.chain(Early);
    #[cfg(any(feature = "rustls", feature = "aws-lc"))]
    let inner = inner.chain(ureq::unversioned::transport::RustlsConnector::default());
    #[cfg(feature = "native-tls")]
    let inner = inner.chain(ureq::unversioned::transport::NativeTlsConnector::default());
    inner
}

#[derive(Debug)]
struct Early;

impl<T: Transport> Connector<T> for Early {
    type Out = Answered<T>;

    fn connect(
        &self,
        _: &ConnectionDetails<'_>,
        chained: Option<T>,
    ) -> Result<Option<Self::Out>, Error> {
        Ok(chained.map(|inner| Answered { inner, is_answered: false }))
    }
}

#[derive(Debug)]
struct Answered<T> {
    inner: T,
    /// Nothing can be sent any more, and there is something to read.
    is_answered: bool,
}

impl<T: Transport> Transport for Answered<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if self.is_answered {
            return Ok(());
        }
        let result = self.inner.transmit_output(amount, timeout);
        if matches!(result, Err(Error::Io(_))) {
            // Of a connection that is closed or reset there is no waiting for more.
            self.is_answered = matches!(self.inner.await_input(timeout), Ok(true));
        }
        if self.is_answered { Ok(()) } else { result }
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        !self.is_answered && self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}
