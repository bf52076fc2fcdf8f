//! A connection's bytes, as they are or inside TLS.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[cfg(feature = "program")]
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A socket whose reads end in time.
pub(super) struct Socket {
    pub(super) stream: Arc<TcpStream>,
    /// How long a read waits for bytes.
    pub(super) idle_timeout: Duration,
    /// When no more is read.
    pub(super) deadline: Option<Instant>,
}

pub(super) enum Stream {
    Plain(Socket),
    #[cfg(feature = "program")]
    Tls(Box<StreamOwned<ServerConnection, Socket>>),
}

impl Stream {
    pub(super) fn socket(&mut self) -> &mut Socket {
        match self {
            Self::Plain(socket) => socket,
            #[cfg(feature = "program")]
            Self::Tls(stream) => &mut stream.sock,
        }
    }

    pub(super) fn is_secure(&self) -> bool {
        !matches!(self, Self::Plain(_))
    }

    /// Accepts TLS if the client starts it. The handshake must end by the deadline of the socket.
    #[cfg(feature = "program")]
    pub(super) fn accept(mut socket: Socket, config: Arc<ServerConfig>) -> io::Result<Self> {
        /// The first byte of TLS, which no HTTP method has.
        const HANDSHAKE: u8 = 0x16;
        let mut first = [0];
        socket.limit_read()?;
        socket.stream.peek(&mut first)?;
        if first != [HANDSHAKE] {
            return Ok(Self::Plain(socket));
        }
        let mut connection = ServerConnection::new(config).map_err(io::Error::other)?;
        let done = connection.complete_io(&mut socket);
        // Tells the client why.
        let _ = connection.write_tls(&mut socket);
        done?;
        Ok(Self::Tls(Box::new(StreamOwned::new(connection, socket))))
    }
}

impl Socket {
    /// Limits the next read.
    fn limit_read(&self) -> io::Result<()> {
        let left = self.deadline.map(|end| end.saturating_duration_since(Instant::now()));
        let timeout = left.map_or(self.idle_timeout, |left| left.min(self.idle_timeout));
        if timeout.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(timeout))
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.limit_read()?;
        (&*self.stream).read(buffer)
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&*self.stream).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&*self.stream).flush()
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(buffer),
            #[cfg(feature = "program")]
            Self::Tls(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            #[cfg(feature = "program")]
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(socket) => socket.flush(),
            #[cfg(feature = "program")]
            Self::Tls(stream) => stream.flush(),
        }
    }
}
