//! TCP connections instead of ureq's own, with traits that are exempt from semantic versioning; see
//! `connect`.
//!
//! ureq restarts the timeout of a write each time the operating system takes a part of it. And it
//! sends a whole body before it reads: a server that rejects a large file may respond after the
//! head and close the connection. Sending the rest then fails, and the response would be lost.

use std::io::{self, ErrorKind, Read, Write};
use std::mem;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout,
    Transport,
};
use ureq::{Error, Timeout};

/// The chain of ureq's connectors, with our own one for TCP.
pub(crate) fn connector() -> impl Connector {
    let inner = ().chain(ConnectProxyConnector::default()).chain(TcpConnector);
    #[cfg(any(feature = "rustls", feature = "aws-lc"))]
    let inner = inner.chain(ureq::unversioned::transport::RustlsConnector::default());
    #[cfg(feature = "native-tls")]
    let inner = inner.chain(ureq::unversioned::transport::NativeTlsConnector::default());
    inner
}

#[derive(Debug)]
struct TcpConnector;

impl<T: Transport> Connector<T> for TcpConnector {
    type Out = Either<T, Tcp>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        tunnel: Option<T>,
    ) -> Result<Option<Self::Out>, Error> {
        if let Some(tunnel) = tunnel {
            return Ok(Some(Either::A(tunnel)));
        }
        let config = details.config;
        // Our agent is never shut down, so the stream is not registered for that.
        Ok(Some(Either::B(Tcp {
            stream: connect(&details.addrs, Limit::from(details.timeout))?,
            buffers: LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size()),
            read_timeout: None,
            write_timeout: None,
            has_early_response: false,
            was_read: false,
        })))
    }
}

/// Tries the addresses in order. Each gets half of the time that is left, and the last one all of
/// it.
fn connect(addresses: &[SocketAddr], limit: Limit) -> Result<TcpStream, Error> {
    let mut result = Err(Error::HostNotFound);
    for (index, address) in addresses.iter().enumerate() {
        let share = if index + 1 < addresses.len() { 2 } else { 1 };
        let stream = match limit.left()? {
            Some(left) => TcpStream::connect_timeout(address, left / share),
            None => TcpStream::connect(address),
        };
        let stream = stream.and_then(|stream| stream.set_nodelay(true).map(|()| stream));
        match stream {
            Ok(stream) => return Ok(stream),
            Err(error) => result = Err(limit.error(error)),
        }
    }
    result
}

/// The deadline of an operation.
#[derive(Clone, Copy)]
struct Limit {
    /// None for a timeout beyond the range of the clock.
    deadline: Option<Instant>,
    reason: Timeout,
}

impl From<NextTimeout> for Limit {
    fn from(timeout: NextTimeout) -> Self {
        Self { deadline: Instant::now().checked_add(*timeout.after), reason: timeout.reason }
    }
}

impl Limit {
    fn left(self) -> Result<Option<Duration>, Error> {
        let left = self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left == Some(Duration::ZERO) { Err(Error::Timeout(self.reason)) } else { Ok(left) }
    }

    /// Runs `step` until it is done or the deadline has passed. `set` sets the socket's own
    /// timeout, and `current` is its value.
    fn run<T>(
        self,
        stream: &TcpStream,
        current: &mut Option<Duration>,
        set: fn(&TcpStream, Option<Duration>) -> io::Result<()>,
        mut step: impl FnMut(&TcpStream) -> io::Result<Option<T>>,
    ) -> Result<T, Error> {
        loop {
            let left = self.left()?.map(rounded);
            if left != *current {
                match set(stream, left) {
                    Ok(()) => *current = left,
                    // macOS fails so once the peer has closed the connection. `step` has the
                    // reason.
                    Err(error) if error.kind() == ErrorKind::InvalidInput => {}
                    Err(error) => return Err(error.into()),
                }
            }
            match step(stream) {
                Ok(Some(result)) => return Ok(result),
                Ok(None) => {}
                // A signal, or the socket's timeout on Unix.
                Err(e) if matches!(e.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
                Err(error) => return Err(self.error(error)),
            }
        }
    }

    fn error(self, error: io::Error) -> Error {
        match error.kind() {
            ErrorKind::TimedOut => Error::Timeout(self.reason),
            _ => Error::Io(error),
        }
    }
}

/// Rounds up to hundredths of a second, so that most steps of an exchange need not change the
/// socket's timeout, which is a system call.
fn rounded(left: Duration) -> Duration {
    let hundredths = left.subsec_millis() / 10 + 1;
    Duration::from_secs(left.as_secs()) + Duration::from_millis(10) * hundredths
}

#[derive(Debug)]
struct Tcp {
    stream: TcpStream,
    buffers: LazyBuffers,
    /// The current value of the socket's timeout.
    read_timeout: Option<Duration>,
    write_timeout: Option<Duration>,
    /// Sending failed, but a response arrived.
    has_early_response: bool,
    /// Something was read since the last `is_open`.
    was_read: bool,
}

impl Tcp {
    fn send(&mut self, amount: usize, limit: Limit) -> Result<(), Error> {
        let mut rest = &self.buffers.output()[..amount];
        let set = TcpStream::set_write_timeout;
        limit.run(&self.stream, &mut self.write_timeout, set, |mut stream| {
            rest = &rest[stream.write(rest)?..];
            Ok(rest.is_empty().then_some(()))
        })
    }

    fn receive(&mut self, limit: Limit) -> Result<bool, Error> {
        let room = self.buffers.input_append_buf();
        let set = TcpStream::set_read_timeout;
        let amount = limit.run(&self.stream, &mut self.read_timeout, set, |mut stream| {
            stream.read(room).map(Some)
        })?;
        self.buffers.input_appended(amount);
        self.was_read = amount > 0;
        Ok(amount > 0)
    }

    /// Whether an idle connection is still open and no unsolicited data arrived.
    fn is_silent(&self) -> io::Result<bool> {
        self.stream.set_nonblocking(true)?;
        let result = (&self.stream).read(&mut [0]);
        self.stream.set_nonblocking(false)?;
        Ok(result.is_err_and(|error| error.kind() == ErrorKind::WouldBlock))
    }
}

impl Transport for Tcp {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if self.has_early_response {
            return Ok(());
        }
        let limit = Limit::from(timeout);
        let result = self.send(amount, limit);
        if matches!(result, Err(Error::Io(_))) {
            // Does not wait, since the connection is closed or reset.
            self.has_early_response = matches!(self.receive(limit), Ok(true));
        }
        if self.has_early_response { Ok(()) } else { result }
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.receive(Limit::from(timeout))
    }

    fn is_open(&mut self) -> bool {
        // ureq asks when it puts the connection into the pool, right after the response, and again
        // when it takes it out. Only the second check is worth its three system calls.
        let is_pooled_now = mem::take(&mut self.was_read);
        !self.has_early_response && (is_pooled_now || self.is_silent().unwrap_or(false))
    }
}

#[cfg(test)]
mod tests;
