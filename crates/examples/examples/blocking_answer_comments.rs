//! Replies to the comments of clients:
//! `cargo run --example blocking_answer_comments`.
//!
//! Without a token in the environment it starts a sandbox, lets it send events to the receiver,
//! prints the result and exits. With `USEDESK_API_TOKEN`, and `USEDESK_BASE_URL` if the desk is not
//! in the international cloud, it listens on this port of this machine and replies on the real
//! service, with an internal comment or, with the argument `public`, with a reply to the client:
//!
//! ```text
//! … --example blocking_answer_comments -- 3000
//! … --example blocking_answer_comments -- 3000 public
//! ```
//!
//! `USEDESK_WEBHOOK_SECRET` is then required, so that only Usedesk can trigger a reply. Usedesk
//! needs a public address with TLS, so put a proxy in front of this one.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

use std::collections::HashSet;
use std::env;
use std::error::Error;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use usedesk_blocking::comments::{CreateComment, CreatedComment};
use usedesk_blocking::tickets::GetTicket;
use usedesk_blocking::webhooks::{Event, MAX_WEBHOOK_BODY, Receiver};
use usedesk_blocking::{AuthorSide, StatusCode, TicketId, Usedesk};
use usedesk_sandbox::{DEFAULT_SECRET, Event as SandboxEvent, Sandbox};

const USAGE: &str = "\
Without USEDESK_API_TOKEN in the environment: no arguments, and a sandbox is used.
With it, and with USEDESK_WEBHOOK_SECRET: PORT [public]";

/// How many connections are served concurrently, each by its own thread; others are closed.
const MAX_CONNECTIONS: usize = 100;

/// Timeout for a whole request. Without it, a few connections that send nothing would block all
/// others.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);

/// The largest head of a request, in bytes, and the most headers in it.
const MAX_HEAD: usize = 16 * 1024;
const MAX_HEADERS: usize = 64;

/// How many events may wait to be handled.
const MAX_WAITING: usize = 1_000;

/// How long the demo in the sandbox waits for a reply.
const REPLY_TIMEOUT: Duration = Duration::from_secs(10);

const REPLY: &str = "<p>Thank you, we have your message and look into it.</p>";

/// A ticket of the sandbox, and a comment of its client.
const DEMO_TICKET: u64 = 4501;
const DEMO_COMMENT: u64 = 8001;

/// How many connections stall during the demo.
const STALLED: usize = 8;

type Answer = Result<CreatedComment, usedesk_blocking::Error>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let secret = env::var("USEDESK_WEBHOOK_SECRET");
    let (usedesk, sandbox) = examples::connect_blocking()?;
    let (port, is_public, secret) = match (&*arguments, &sandbox, secret) {
        ([], Some(_), _) => (0, false, DEFAULT_SECRET.to_owned()),
        ([port], None, Ok(secret)) => (port.parse()?, false, secret),
        ([port, "public"], None, Ok(secret)) => (port.parse()?, true, secret),
        _ => return Err(USAGE.into()),
    };
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    let address = listener.local_addr()?;
    println!("Listening at http://{address}/");

    let (events, waiting) = sync_channel(MAX_WAITING);
    let (answers, answered) = channel();
    let worker = Worker { usedesk: usedesk.clone(), is_public, seen: HashSet::new(), answers };
    // Usedesk gets its response immediately; events are handled here.
    thread::spawn(move || worker.work(waiting));
    let receiver = Receiver::with_secret(secret)?;
    let desk = Arc::new(Desk { receiver, events, is_stopping: AtomicBool::new(false) });
    let serving = thread::spawn({
        let desk = Arc::clone(&desk);
        move || serve(&listener, &desk)
    });
    if let Some(sandbox) = &sandbox {
        try_out(sandbox, address, &answered)?;
    } else {
        answered.iter().for_each(report);
    }
    // Ends the server, and with its last connection the worker.
    desk.is_stopping.store(true, Ordering::Relaxed);
    drop(desk);
    TcpStream::connect(address)?;
    serving.join().map_err(|_| "the server panicked")?;
    if answered.iter().next().is_some() {
        return Err("an event got a reply that should not".into());
    }
    println!("No other event got a reply. Ticket {DEMO_TICKET} now:");
    for comment in usedesk.send(GetTicket::new(DEMO_TICKET))?.comments {
        println!("  {}, {:?}, {:?}", comment.id, comment.from, comment.comment_type);
        println!("    {}", comment.message);
    }
    Ok(())
}

/// Lets the sandbox send events to the receiver.
fn try_out(
    sandbox: &Sandbox,
    address: SocketAddr,
    answered: &mpsc::Receiver<Answer>,
) -> Result<(), Box<dyn Error>> {
    let url = &format!("http://{address}/");
    let stalled: Vec<_> = (0..STALLED).map(|_| stall(address)).collect::<Result<_, _>>()?;
    println!("Meanwhile {} connections stall in the middle of a body.", stalled.len());
    let written = SandboxEvent::comment_created(DEMO_COMMENT);
    fire(sandbox, url, "A client's comment", &written)?;
    let answer = answered.recv_timeout(REPLY_TIMEOUT)??;
    println!("  reply: comment {}", answer.comment_id);
    let echo = SandboxEvent::comment_created(answer.comment_id.0);
    fire(sandbox, url, "The event of the reply", &echo)?;
    fire(sandbox, url, "The client's comment again", &written)?;
    fire(sandbox, url, "The same with another secret", &written.secret("guessed"))
}

/// Opens a connection whose request never ends.
fn stall(address: SocketAddr) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000\r\n\r\n{")?;
    Ok(stream)
}

fn fire(
    sandbox: &Sandbox,
    url: &str,
    what: &str,
    event: &SandboxEvent,
) -> Result<(), Box<dyn Error>> {
    println!("{what}: HTTP {}", sandbox.fire(url, event)?.status);
    Ok(())
}

fn report(answer: Answer) {
    match answer {
        Ok(answer) => println!("reply: comment {}", answer.comment_id),
        Err(error) => eprintln!("{error}"),
    }
}

/// Replies to one comment after the other.
struct Worker {
    usedesk: Usedesk,
    is_public: bool,
    /// The keys of the events that were handled. A program that may be restarted stores them on
    /// disk.
    seen: HashSet<String>,
    answers: Sender<Answer>,
}

impl Worker {
    fn work(mut self, waiting: mpsc::Receiver<Event>) {
        for event in waiting {
            if let Some(ticket) = self.question(event) {
                let answer = self.usedesk.send(self.answer(ticket));
                if self.answers.send(answer).is_err() {
                    return;
                }
            }
        }
    }

    /// Returns the ticket to reply in; none for a comment of an agent, which may be this program's
    /// own reply, and for an event that was sent again.
    fn question(&mut self, event: Event) -> Option<TicketId> {
        let key = event.key()?;
        let Event::CommentCreated(created) = event else { return None };
        let comment = created.comment;
        let is_new = comment.from == Some(AuthorSide::Client) && self.seen.insert(key);
        comment.ticket_id.filter(|_| is_new)
    }

    fn answer(&self, ticket: TicketId) -> CreateComment {
        if self.is_public {
            CreateComment::public(ticket, REPLY)
        } else {
            CreateComment::private(ticket, REPLY)
        }
    }
}

/// The state that all connections share.
struct Desk {
    receiver: Receiver,
    events: SyncSender<Event>,
    is_stopping: AtomicBool,
}

/// A minimal server for one short request per connection. Any other that has a timeout for requests
/// does as well, behind the proxy with TLS that Usedesk needs anyway.
fn serve(listener: &TcpListener, desk: &Arc<Desk>) {
    let connections = Arc::new(());
    for stream in listener.incoming() {
        if desk.is_stopping.load(Ordering::Relaxed) {
            return;
        }
        let Ok(stream) = stream else {
            // For example, too many open files.
            thread::sleep(Duration::from_millis(100));
            continue;
        };
        let (desk, connection) = (Arc::clone(desk), Arc::clone(&connections));
        if Arc::strong_count(&connections) <= MAX_CONNECTIONS {
            thread::spawn(move || {
                if let Err(error) = answer(&desk, stream) {
                    eprintln!("a request failed: {error}");
                }
                drop(connection);
            });
        }
    }
}

fn answer(desk: &Desk, stream: TcpStream) -> io::Result<()> {
    let mut stream = Timed { stream, end: Instant::now() + REQUEST_LIMIT };
    let status = match read_request(&mut stream)? {
        Ok((content_type, body)) => receive(desk, &content_type, &body),
        Err(status) => status,
    };
    stream.stream.set_write_timeout(Some(REQUEST_LIMIT))?;
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.stream.write_all(head.as_bytes())
}

fn receive(desk: &Desk, content_type: &str, body: &[u8]) -> StatusCode {
    match desk.receiver.event(content_type, body) {
        Ok(event) => match desk.events.try_send(event) {
            Ok(()) => StatusCode::OK,
            Err(_) => StatusCode::SERVICE_UNAVAILABLE,
        },
        Err(error) => {
            eprintln!("{error}");
            error.status()
        }
    }
}

/// Reads the content type and the body of a request, or returns the status of the response.
fn read_request(stream: &mut Timed) -> io::Result<Result<(String, Vec<u8>), StatusCode>> {
    let mut bytes = Vec::new();
    let (content_type, head, length) = loop {
        if bytes.len() > MAX_HEAD {
            return Ok(Err(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE));
        }
        stream.read_more(&mut bytes)?;
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        match request.parse(&bytes) {
            Ok(httparse::Status::Partial) => {}
            Ok(httparse::Status::Complete(_)) if request.method != Some("POST") => {
                return Ok(Err(StatusCode::METHOD_NOT_ALLOWED));
            }
            Ok(httparse::Status::Complete(head)) => {
                let header = |name: &str| {
                    let mut named = request.headers.iter();
                    let header = named.find(|header| header.name.eq_ignore_ascii_case(name))?;
                    str::from_utf8(header.value).ok()
                };
                // A chunked body has no length.
                let length = header("content-length").and_then(|text| text.parse::<usize>().ok());
                let Some(length) = length else {
                    return Ok(Err(StatusCode::LENGTH_REQUIRED));
                };
                break (header("content-type").unwrap_or_default().to_owned(), head, length);
            }
            Err(_) => return Ok(Err(StatusCode::BAD_REQUEST)),
        }
    };
    if length > MAX_WEBHOOK_BODY {
        return Ok(Err(StatusCode::PAYLOAD_TOO_LARGE));
    }
    while bytes.len() < head + length {
        stream.read_more(&mut bytes)?;
    }
    Ok(Ok((content_type, bytes[head..head + length].to_vec())))
}

/// A connection with one deadline for all reads.
struct Timed {
    stream: TcpStream,
    end: Instant,
}

impl Timed {
    fn read_more(&mut self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        let mut piece = [0; 8 * 1024];
        match self.stream.read(&mut piece)? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            count => {
                bytes.extend_from_slice(&piece[..count]);
                Ok(())
            }
        }
    }
}
