//! A server that handles each connection as a test needs it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

pub(crate) const BODY: &str = r#"{"status":"success"}"#;

/// How long [`Act::Drip`] waits before each byte: 20 bytes take longer than any timeout of these
/// tests.
const DRIP: Duration = Duration::from_millis(700);

/// What is done to a connection. After the last the server closes it.
#[derive(Clone)]
pub(crate) enum Act {
    /// Reads the request.
    Read,
    /// Waits for the whole request and leaves it unread, so that closing resets the connection.
    Peek,
    Write(Vec<u8>),
    /// Writes the bytes one by one.
    Drip(Vec<u8>),
    /// Writes the same byte without end.
    Flood,
    /// Writes nothing until the other side closes.
    Stall,
    /// Serves all further requests as a server should.
    Serve,
}

/// Handles its first connection as the test needs it, and all others as a server should.
pub(crate) struct Server {
    address: String,
    seen: Arc<Seen>,
}

/// What arrived, on all connections.
#[derive(Default)]
pub(crate) struct Seen {
    requests: AtomicUsize,
    /// Connections that ended within a request.
    fragments: AtomicUsize,
}

impl Server {
    pub(crate) fn start(acts: Vec<Act>) -> Self {
        let first = Mutex::new(Some(acts));
        Self::serving(move |stream, seen| {
            let acts = first.lock().unwrap_or_else(PoisonError::into_inner).take();
            for act in acts.unwrap_or_else(|| vec![Act::Serve]) {
                if act.play(stream, seen).is_none() {
                    break;
                }
            }
        })
    }

    /// A server that handles all connections alike.
    pub(crate) fn serving(treat: impl Fn(&mut TcpStream, &Seen) + Send + Sync + 'static) -> Self {
        Self::listening(TcpListener::bind("127.0.0.1:0").expect("a free port"), treat)
    }

    /// A server on a port that was reserved before.
    pub(crate) fn listening(
        listener: TcpListener,
        treat: impl Fn(&mut TcpStream, &Seen) + Send + Sync + 'static,
    ) -> Self {
        let address = listener.local_addr().expect("bound").to_string();
        let (seen, treat) = (Arc::<Seen>::default(), Arc::new(treat));
        let ours = Arc::clone(&seen);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (seen, treat) = (Arc::clone(&ours), Arc::clone(&treat));
                thread::spawn(move || treat(&mut stream, &seen));
            }
        });
        Self { address, seen }
    }

    pub(crate) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.address)
    }

    /// How many whole requests arrived, and how many connections ended within one.
    pub(crate) fn seen(&self) -> (usize, usize) {
        let of = |count: &AtomicUsize| count.load(Ordering::SeqCst);
        (of(&self.seen.requests), of(&self.seen.fragments))
    }
}

impl Act {
    /// None when the connection has ended.
    pub(crate) fn play(self, stream: &mut TcpStream, seen: &Seen) -> Option<()> {
        match self {
            Self::Read => read(stream, seen),
            Self::Peek => peek(stream, seen),
            Self::Write(bytes) => stream.write_all(&bytes).ok(),
            Self::Drip(bytes) => bytes.into_iter().try_for_each(|byte| {
                thread::sleep(DRIP);
                stream.write_all(&[byte]).ok()
            }),
            Self::Flood => {
                while stream.write_all(&[b'x'; 4096]).is_ok() {}
                None
            }
            Self::Stall => {
                while matches!(stream.read(&mut [0; 4096]), Ok(1..)) {}
                None
            }
            Self::Serve => {
                serve(stream, seen);
                None
            }
        }
    }
}

/// Responds to each request with a success.
pub(crate) fn serve(stream: &mut (impl Read + Write), seen: &Seen) {
    while read(stream, seen).is_some() && stream.write_all(&response(20, BODY)).is_ok() {}
}

/// A success whose head has this body length.
pub(crate) fn response(length: usize, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
}

/// Reads one request; none when the connection ends first.
pub(crate) fn read(stream: &mut impl Read, seen: &Seen) -> Option<()> {
    let (mut request, mut buffer) = (Vec::new(), [0; 16 * 1024]);
    while !is_whole(&request) {
        match stream.read(&mut buffer) {
            Ok(length @ 1..) => request.extend_from_slice(&buffer[..length]),
            _ if request.is_empty() => return None,
            _ => {
                seen.fragments.fetch_add(1, Ordering::SeqCst);
                return None;
            }
        }
    }
    seen.requests.fetch_add(1, Ordering::SeqCst);
    Some(())
}

fn peek(stream: &TcpStream, seen: &Seen) -> Option<()> {
    let mut buffer = [0; 4096];
    loop {
        let length = stream.peek(&mut buffer).ok()?;
        if is_whole(&buffer[..length]) {
            break;
        }
        thread::sleep(Duration::from_millis(1));
    }
    seen.requests.fetch_add(1, Ordering::SeqCst);
    Some(())
}

/// Whether the head and as much of the body as it declares are there.
fn is_whole(request: &[u8]) -> bool {
    const END: &[u8] = b"\r\n\r\n";
    let Some(end) = request.windows(END.len()).position(|bytes| bytes == END) else { return false };
    let head = String::from_utf8_lossy(&request[..end]).to_ascii_lowercase();
    let length = head.split("\r\n").find_map(|line| line.strip_prefix("content-length: "));
    length.is_none_or(|length| length.parse() == Ok(request.len() - end - END.len()))
}
