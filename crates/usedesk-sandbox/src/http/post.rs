//! An HTTP client for one request.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Limit on the response, head and body, in bytes.
const RESPONSE_LIMIT: usize = 32 * 1024 * 1024;
/// How many idle timeouts a whole exchange may take.
const EXCHANGE_TIMEOUTS: u32 = 6;

/// The response of your server to [`Sandbox::fire`](crate::Sandbox::fire).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventResponse {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Posts to a server on this machine.
///
/// Uses HTTP/1.0, which has no chunked responses. `connected` gets the connection before anything is
/// sent.
pub(crate) fn post(
    url: &str,
    content_type: &str,
    body: &[u8],
    idle_timeout: Duration,
    connected: impl FnOnce(&Arc<TcpStream>) -> io::Result<()>,
) -> io::Result<EventResponse> {
    let Target { authority, path } = Target::parse(url)?;
    // No end if it would overflow the clock.
    let end = idle_timeout
        .checked_mul(EXCHANGE_TIMEOUTS)
        .and_then(|timeout| Instant::now().checked_add(timeout));
    let stream = Arc::new(connect(&loopback(authority)?, idle_timeout)?);
    connected(&stream)?;
    let mut stream = &*stream;
    stream.set_nodelay(true)?;
    stream.set_write_timeout(Some(idle_timeout))?;
    let head = format!(
        "POST {path} HTTP/1.0\r\nHost: {authority}\r\nUser-Agent: usedesk-sandbox\r\n\
         Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat())?;

    let mut bytes = Vec::new();
    let mut chunk = [0; 16 * 1024];
    loop {
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        let left = left.map_or(idle_timeout, |left| left.min(idle_timeout));
        if left.is_zero() {
            return Err(too_slow());
        }
        stream.set_read_timeout(Some(left))?;
        let ended = match stream.read(&mut chunk) {
            Ok(count) => {
                bytes.extend_from_slice(&chunk[..count]);
                count == 0
            }
            Err(error) => match error.kind() {
                ErrorKind::Interrupted => false,
                ErrorKind::WouldBlock | ErrorKind::TimedOut => return Err(too_slow()),
                _ => return Err(error),
            },
        };
        if bytes.len() > RESPONSE_LIMIT {
            return Err(io::Error::new(
                ErrorKind::InvalidData,
                "the response is larger than 32 MB",
            ));
        }
        if let Some(response) = EventResponse::parse(&bytes, ended)? {
            return Ok(response);
        }
    }
}

/// Checks that a URL can be posted to.
pub(crate) fn check(url: &str) -> io::Result<()> {
    loopback(Target::parse(url)?.authority).map(drop)
}

/// `http://authority/path`.
struct Target<'a> {
    authority: &'a str,
    path: String,
}

impl<'a> Target<'a> {
    fn parse(url: &'a str) -> io::Result<Self> {
        let rest = url
            .strip_prefix("http://")
            .ok_or_else(|| invalid("the URL does not start with http://"))?;
        if rest.bytes().any(|byte| byte <= b' ' || byte == 0x7f) {
            return Err(invalid("the URL has a space or a control character"));
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let slash = if path.starts_with('/') { "" } else { "/" };
        Ok(Self { authority, path: format!("{slash}{path}") })
    }
}

impl EventResponse {
    /// Parses a response; `None` if it is incomplete.
    fn parse(bytes: &[u8], ended: bool) -> io::Result<Option<Self>> {
        let mut headers = [httparse::EMPTY_HEADER; 128];
        let mut head = httparse::Response::new(&mut headers);
        let body = match head.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => &bytes[length..],
            Ok(httparse::Status::Partial) if ended => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(error) => return Err(io::Error::new(ErrorKind::InvalidData, error)),
        };
        let header =
            |name: &str| head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        if header("transfer-encoding").is_some() {
            let text = "the response has a Transfer-Encoding, which HTTP/1.0 does not have";
            return Err(io::Error::new(ErrorKind::InvalidData, text));
        }
        let length = match header("content-length") {
            None => None,
            Some(header) => {
                let length =
                    std::str::from_utf8(header.value).ok().and_then(|text| text.parse().ok());
                let text = "the Content-Length of the response is not a number";
                Some(length.ok_or_else(|| io::Error::new(ErrorKind::InvalidData, text))?)
            }
        };
        let body = match length {
            Some(length) if body.len() >= length => &body[..length],
            Some(_) if ended => return Err(ErrorKind::UnexpectedEof.into()),
            None if ended => body,
            _ => return Ok(None),
        };
        Ok(Some(Self { status: head.code.unwrap_or_default(), body: body.to_vec() }))
    }
}

/// Resolves an authority to loopback addresses only, since the payload is not meant for a live
/// server.
fn loopback(authority: &str) -> io::Result<Vec<SocketAddr>> {
    let port = authority.rsplit_once(':').map(|(_, port)| port);
    let has_port = port.is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    let addresses = if has_port {
        authority.to_socket_addrs()?
    } else {
        format!("{authority}:80").to_socket_addrs()?
    };
    let here: Vec<_> = addresses.filter(|address| address.ip().is_loopback()).collect();
    if here.is_empty() { Err(invalid("the URL is not one of this machine")) } else { Ok(here) }
}

fn connect(addresses: &[SocketAddr], timeout: Duration) -> io::Result<TcpStream> {
    let mut result = Err(ErrorKind::AddrNotAvailable.into());
    for address in addresses {
        result = TcpStream::connect_timeout(address, timeout);
        if result.is_ok() {
            break;
        }
    }
    result
}

fn invalid(text: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, text)
}

fn too_slow() -> io::Error {
    io::Error::new(ErrorKind::TimedOut, "the response did not arrive in time")
}
