//! Reads requests from a socket and writes responses.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

#[cfg(feature = "program")]
use rustls::ServerConfig;

use super::request::Framing;
use super::stream::{Socket, Stream};
use super::{ReadError, Request};

/// Limit on the head of a request, in bytes.
const HEAD_LIMIT: usize = 64 * 1024;
/// Limit on the body of a request, in bytes.
const BODY_LIMIT: usize = 32 * 1024 * 1024;
/// Limit on a line between the chunks of a body, in bytes.
const LINE_LIMIT: usize = 8 * 1024;
/// How many idle timeouts a whole request may take to arrive.
const REQUEST_TIMEOUTS: u32 = 6;
/// How long to keep reading from a rejected sender, so that it gets to read the response.
const LINGER: Duration = Duration::from_secs(2);

/// A connection, which carries requests one after the other.
pub(crate) struct Connection {
    stream: Stream,
    idle_timeout: Duration,
    /// Read but not yet used.
    buffer: Vec<u8>,
    /// When the request that is being read must be complete; `None` between requests.
    deadline: Option<Instant>,
}

impl Connection {
    pub(crate) fn new(stream: Arc<TcpStream>, idle_timeout: Duration) -> io::Result<Self> {
        let socket = Self::socket(stream, idle_timeout)?;
        Ok(Self::over(Stream::Plain(socket), idle_timeout))
    }

    /// Creates a connection whose client may use TLS.
    #[cfg(feature = "program")]
    pub(crate) fn accept(
        stream: Arc<TcpStream>,
        idle_timeout: Duration,
        tls: Arc<ServerConfig>,
    ) -> io::Result<Self> {
        let mut socket = Self::socket(stream, idle_timeout)?;
        socket.deadline = deadline(idle_timeout);
        Ok(Self::over(Stream::accept(socket, tls)?, idle_timeout))
    }

    fn socket(stream: Arc<TcpStream>, idle_timeout: Duration) -> io::Result<Socket> {
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(idle_timeout))?;
        Ok(Socket { stream, idle_timeout, deadline: None })
    }

    fn over(stream: Stream, idle_timeout: Duration) -> Self {
        Self { stream, idle_timeout, buffer: Vec::new(), deadline: None }
    }

    pub(crate) fn read_request(&mut self) -> Result<Request, ReadError> {
        self.deadline = None;
        if !self.buffer.is_empty() {
            self.deadline = deadline(self.idle_timeout);
        }
        let mut request = self.read_head()?;
        request.is_secure = self.stream.is_secure();
        request.peer = self.stream.socket().stream.peer_addr().ok().map(|address| address.ip());
        let framing = request.framing()?;
        if let Framing::Length(length) = framing
            && length > BODY_LIMIT as u64
        {
            return Err(TOO_LARGE);
        }
        if request.lists("expect", "100-continue") {
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n").map_err(|_| ReadError::Closed)?;
        }
        match framing {
            Framing::Length(length) => {
                let length = usize::try_from(length).map_err(|_| TOO_LARGE)?;
                self.read_exactly(length, &mut request.body)?;
            }
            Framing::Chunked => self.read_chunks(&mut request.body)?,
        }
        Ok(request)
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }

    /// Writes, then reads and discards for a moment: closing a socket with unread bytes resets the
    /// connection, and the peer would lose the response.
    pub(crate) fn write_last(&mut self, bytes: &[u8]) {
        let is_written = self.write(bytes).is_ok();
        if !is_written || self.stream.socket().stream.shutdown(Shutdown::Write).is_err() {
            return;
        }
        let end = Instant::now() + LINGER.min(self.idle_timeout);
        self.deadline = Some(end);
        while self.fill().is_ok() && Instant::now() < end {
            self.buffer.clear();
        }
    }

    /// Waits until the peer closes the connection or the time is over. Discards what arrives.
    pub(crate) fn wait_until_closed(&mut self, limit: Duration) {
        let socket = self.stream.socket();
        (socket.idle_timeout, socket.deadline) = (limit, Instant::now().checked_add(limit));
        let mut chunk = [0; 16 * 1024];
        loop {
            match self.stream.read(&mut chunk) {
                Ok(count) if count > 0 => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                _ => return,
            }
        }
    }

    fn read_head(&mut self) -> Result<Request, ReadError> {
        loop {
            let head = Request::parse_head(&self.buffer)?;
            let length = head.as_ref().map_or(self.buffer.len(), |(_, length)| *length);
            if length > HEAD_LIMIT {
                return Err(ReadError::Rejected(
                    431,
                    "the head of the request is larger than 64 KB",
                ));
            }
            if let Some((request, length)) = head {
                self.buffer.drain(..length);
                return Ok(request);
            }
            self.fill()?;
        }
    }

    fn read_chunks(&mut self, body: &mut Vec<u8>) -> Result<(), ReadError> {
        loop {
            let line = self.read_line()?;
            // httparse reads a line without a digit as the last chunk.
            if !line.first().is_some_and(u8::is_ascii_hexdigit) {
                return Err(MALFORMED);
            }
            let Ok(httparse::Status::Complete((_, size))) = httparse::parse_chunk_size(&line)
            else {
                return Err(MALFORMED);
            };
            if size == 0 {
                break;
            }
            let size = usize::try_from(size).map_err(|_| TOO_LARGE)?;
            if size > BODY_LIMIT - body.len() {
                return Err(TOO_LARGE);
            }
            self.read_exactly(size, body)?;
            if self.read_line()? != b"\r\n" {
                return Err(MALFORMED);
            }
        }
        // Trailers up to an empty line are discarded.
        let mut trailers = 0;
        loop {
            let line = self.read_line()?;
            trailers += line.len();
            if line == b"\r\n" {
                return Ok(());
            }
            if trailers > HEAD_LIMIT {
                return Err(ReadError::Rejected(431, "the trailers are larger than 64 KB"));
            }
        }
    }

    /// Reads a line, including its CR LF. A bare LF is rejected, since parsers disagree on it.
    fn read_line(&mut self) -> Result<Vec<u8>, ReadError> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                return if line.ends_with(b"\r\n") { Ok(line) } else { Err(MALFORMED) };
            }
            if self.buffer.len() > LINE_LIMIT {
                return Err(ReadError::Rejected(400, "a line between chunks is longer than 8 KB"));
            }
            self.fill()?;
        }
    }

    fn read_exactly(&mut self, length: usize, into: &mut Vec<u8>) -> Result<(), ReadError> {
        let mut missing = length;
        loop {
            let here = missing.min(self.buffer.len());
            into.extend_from_slice(&self.buffer[..here]);
            self.buffer.drain(..here);
            missing -= here;
            if missing == 0 {
                return Ok(());
            }
            self.fill()?;
        }
    }

    /// Reads at least one byte into the buffer, waiting if there is none.
    fn fill(&mut self) -> Result<(), ReadError> {
        let mut chunk = [0; 16 * 1024];
        self.stream.socket().deadline = self.deadline;
        loop {
            match self.stream.read(&mut chunk) {
                Ok(0) if self.deadline.is_some() => {
                    return Err(ReadError::Rejected(400, "the request is incomplete"));
                }
                Ok(0) => return Err(ReadError::Closed),
                Ok(count) => {
                    self.buffer.extend_from_slice(&chunk[..count]);
                    if self.deadline.is_none() {
                        self.deadline = deadline(self.idle_timeout);
                    }
                    return Ok(());
                }
                Err(error) => match error.kind() {
                    ErrorKind::Interrupted => {}
                    ErrorKind::WouldBlock | ErrorKind::TimedOut if self.deadline.is_some() => {
                        return Err(TOO_SLOW);
                    }
                    _ => return Err(ReadError::Closed),
                },
            }
        }
    }
}

/// Returns when a request that starts now must be complete; no deadline if it would overflow the
/// clock.
fn deadline(idle_timeout: Duration) -> Option<Instant> {
    let timeout = idle_timeout.checked_mul(REQUEST_TIMEOUTS)?;
    Instant::now().checked_add(timeout)
}

const MALFORMED: ReadError = ReadError::Rejected(400, "the chunks of the body are malformed");
const TOO_LARGE: ReadError = ReadError::Rejected(413, "the body is larger than 32 MB");
const TOO_SLOW: ReadError = ReadError::Rejected(408, "the request did not arrive in time");
