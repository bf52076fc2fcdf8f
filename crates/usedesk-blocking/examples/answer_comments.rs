//! Answers what clients write:
//! `cargo run -p usedesk-blocking --features webhooks --example answer_comments`.
//!
//! Without a token in the environment it starts a sandbox, has it call the receiver, shows what
//! came of it and ends. With `USEDESK_API_TOKEN`, and `USEDESK_BASE_URL` if the desk is not in the
//! international cloud, it listens at this port of this machine and answers on the real service, by
//! an internal comment or, with the word `public`, by a reply to the client:
//!
//! ```text
//! … --example answer_comments -- 3000
//! … --example answer_comments -- 3000 public
//! ```
//!
//! `USEDESK_WEBHOOK_SECRET` is then needed, so that nobody but Usedesk makes it write. Usedesk
//! itself needs a public address with TLS in front of this one.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports to people")]

mod support;

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

/// How many connections are served at a time, each by a thread of its own; others are closed.
const MAX_CONNECTIONS: usize = 100;

/// How long a whole request may take to arrive. Without it a few connections that send nothing
/// would be all that is served.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);

/// The largest head of a request, in bytes, and the most headers in it.
const MAX_HEAD: usize = 16 * 1024;
const MAX_HEADERS: usize = 64;

/// How many events may wait to be handled.
const MAX_WAITING: usize = 1_000;

/// How long the trial in the sandbox waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

const ANSWER: &str = "<p>Thank you, we have your message and look into it.</p>";

/// A ticket of the sandbox, and what its client wrote.
const DEMO_TICKET: u64 = 4501;
const DEMO_COMMENT: u64 = 8001;

/// How many connections stall while the receiver is tried.
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
    let (usedesk, sandbox) = support::connect()?;
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
    // Usedesk gets its answer immediately; what an event leads to happens here.
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
        return Err("something was answered that should not be".into());
    }
    println!("Nothing else was answered. Ticket {DEMO_TICKET} now:");
    for comment in usedesk.send(GetTicket::new(DEMO_TICKET))?.comments {
        println!("  {}, {:?}, {:?}", comment.id, comment.from, comment.comment_type);
        println!("    {}", comment.message);
    }
    Ok(())
}

/// Lets the sandbox call the receiver.
fn try_out(
    sandbox: &Sandbox,
    address: SocketAddr,
    answered: &mpsc::Receiver<Answer>,
) -> Result<(), Box<dyn Error>> {
    let url = &format!("http://{address}/");
    let stalled: Vec<_> = (0..STALLED).map(|_| stall(address)).collect::<Result<_, _>>()?;
    println!("{} connections stall in the middle of a body all the while.", stalled.len());
    let written = SandboxEvent::comment_created(DEMO_COMMENT);
    fire(sandbox, url, "A client's comment", &written)?;
    let answer = answered.recv_timeout(PATIENCE)??;
    println!("  answered by comment {}", answer.comment_id);
    let echo = SandboxEvent::comment_created(answer.comment_id.0);
    fire(sandbox, url, "The answer comes back", &echo)?;
    fire(sandbox, url, "The client's comment once more", &written)?;
    fire(sandbox, url, "The same with another secret", &written.secret("guessed"))
}

/// A connection whose request does not go on.
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
        Ok(answer) => println!("answered by comment {}", answer.comment_id),
        Err(error) => eprintln!("{error}"),
    }
}

/// What answers, one comment after the other.
struct Worker {
    usedesk: Usedesk,
    is_public: bool,
    /// The keys of the events that were taken up. A program that may be restarted keeps them on the
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

    /// The ticket in which to answer. Not when this program wrote the comment itself: it may come
    /// back as an event. Not when the event comes a second time either.
    fn question(&mut self, event: Event) -> Option<TicketId> {
        let key = event.key()?;
        let Event::CommentCreated(created) = event else { return None };
        let comment = created.comment;
        let is_new = comment.from == Some(AuthorSide::Client) && self.seen.insert(key);
        comment.ticket_id.filter(|_| is_new)
    }

    fn answer(&self, ticket: TicketId) -> CreateComment {
        if self.is_public {
            CreateComment::public(ticket, ANSWER)
        } else {
            CreateComment::private(ticket, ANSWER)
        }
    }
}

/// What every connection needs.
struct Desk {
    receiver: Receiver,
    events: SyncSender<Event>,
    is_stopping: AtomicBool,
}

/// A server for one short request on each connection. It is no more than this program needs: behind
/// a proxy that speaks TLS, which Usedesk needs anyway, any other does as well, if it limits how
/// long a request may take.
fn serve(listener: &TcpListener, desk: &Arc<Desk>) {
    let connections = Arc::new(());
    for stream in listener.incoming() {
        if desk.is_stopping.load(Ordering::Relaxed) {
            return;
        }
        let Ok(stream) = stream else {
            // Too many files are open, for example.
            thread::sleep(Duration::from_millis(100));
            continue;
        };
        let (desk, connection) = (Arc::clone(desk), Arc::clone(&connections));
        if Arc::strong_count(&connections) <= MAX_CONNECTIONS {
            thread::spawn(move || {
                if let Err(error) = answer(&desk, stream) {
                    eprintln!("a request broke off: {error}");
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

/// The content type and the body of a request, or the status to answer with.
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
                // A body in chunks has no length.
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

/// A connection of which all must be read in time, however small the pieces are.
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
