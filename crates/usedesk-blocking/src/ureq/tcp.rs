//! ureq restarts the timeout of a write whenever the operating system takes a part of it, so an
//! upload to a server that stops reading may take several times its timeout:
//! `tests::a_partial_write_does_not_restart_the_timeout`.
//!
//! It sends a whole body before it reads. A server that rejects a large file may respond after the
//! head and close the connection; sending the rest then fails, and the response would be lost:
//! `a_response_to_a_part_of_a_request` in `conformance`.
//!
//! It restarts the connect timeout for each step of connecting to a proxy, and for each piece of
//! the proxy's response: `tests::a_proxy_whose_lookup_takes_all_the_time_is_not_connected_to`, and
//! `a_proxy_that_responds_byte_by_byte_is_too_late` in `conformance`.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use ureq::unversioned::transport::time::Instant;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport,
};
use ureq::{Error, Timeout};
use usedesk_core::MAX_TIMEOUT;

/// Connects unless there is a tunnel through a proxy.
#[derive(Debug)]
pub(super) struct TcpConnector;

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
        let (config, timeout) = (details.config, details.timeout);
        // To connect to a proxy, ureq passes the time at which the timeout began to run.
        let deadline = Deadline { at: details.now + timeout.after, reason: timeout.reason };
        let stream = connect(&details.addrs, deadline)?;
        stream.set_nodelay(true)?;
        // The agent is never shut down, so the stream is not registered for that.
        Ok(Some(Either::B(Tcp {
            stream,
            buffers: LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size()),
            connect_deadline: deadline,
            has_early_response: false,
        })))
    }
}

/// Tries the addresses in order. Each gets half of the time that is left, and the last one all of
/// it.
fn connect(addresses: &[SocketAddr], deadline: Deadline) -> Result<TcpStream, Error> {
    let mut result = Err(Error::HostNotFound);
    for (index, address) in addresses.iter().enumerate() {
        let share = if index + 1 < addresses.len() { 2 } else { 1 };
        result = deadline.run(|left| TcpStream::connect_timeout(address, left / share));
        if result.is_ok() {
            break;
        }
    }
    result
}

/// The end of a timeout.
#[derive(Clone, Copy, Debug)]
struct Deadline {
    at: Instant,
    reason: Timeout,
}

impl Deadline {
    fn after(timeout: NextTimeout) -> Self {
        Self { at: Instant::now() + timeout.after, reason: timeout.reason }
    }

    /// Runs `step` with the time that is left, and again after a signal.
    fn run<T>(self, mut step: impl FnMut(Duration) -> io::Result<T>) -> Result<T, Error> {
        loop {
            let left = match self.at {
                Instant::Exact(at) => at.saturating_duration_since(std::time::Instant::now()),
                _ => MAX_TIMEOUT,
            };
            if left.is_zero() {
                return Err(Error::Timeout(self.reason));
            }
            match step(left) {
                Ok(result) => return Ok(result),
                Err(error) => match error.kind() {
                    // `WouldBlock` is the timeout of a socket on Unix.
                    ErrorKind::Interrupted | ErrorKind::WouldBlock => {}
                    ErrorKind::TimedOut => return Err(Error::Timeout(self.reason)),
                    _ => return Err(error.into()),
                },
            }
        }
    }
}

#[derive(Debug)]
pub(super) struct Tcp {
    stream: TcpStream,
    buffers: LazyBuffers,
    connect_deadline: Deadline,
    /// Sending failed, but a response arrived.
    has_early_response: bool,
}

impl Tcp {
    fn deadline(&self, timeout: NextTimeout) -> Deadline {
        let is_connecting = timeout.reason == Timeout::Connect;
        if is_connecting { self.connect_deadline } else { Deadline::after(timeout) }
    }

    fn send(&mut self, amount: usize, deadline: Deadline) -> Result<(), Error> {
        let mut stream = &self.stream;
        let mut rest = &self.buffers.output()[..amount];
        while !rest.is_empty() {
            let sent = deadline.run(|left| {
                // Fails only on macOS, once the other side has closed the connection. Then writing
                // returns the reason; so does reading.
                let _ = stream.set_write_timeout(Some(left));
                stream.write(rest)
            })?;
            rest = &rest[sent..];
        }
        Ok(())
    }

    /// Returns whether anything arrived before the end.
    fn receive(&mut self, deadline: Deadline) -> Result<bool, Error> {
        let mut stream = &self.stream;
        let room = self.buffers.input_append_buf();
        let amount = deadline.run(|left| {
            let _ = stream.set_read_timeout(Some(left));
            stream.read(room)
        })?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
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
        let deadline = self.deadline(timeout);
        let result = self.send(amount, deadline);
        if matches!(result, Err(Error::Io(_))) {
            self.has_early_response = matches!(self.receive(deadline), Ok(true));
        }
        if self.has_early_response { Ok(()) } else { result }
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.receive(self.deadline(timeout))
    }

    fn is_open(&mut self) -> bool {
        // Nothing arrived, not even the end. Otherwise it is dropped, so it need not block again.
        !self.has_early_response
            && self.stream.set_nonblocking(true).is_ok()
            && self.stream.peek(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
            && self.stream.set_nonblocking(false).is_ok()
    }
}

#[cfg(test)]
mod tests;
