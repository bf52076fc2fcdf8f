//! Replies to the comments of clients:
//! `cargo run --example async_answer_comments`.
//!
//! Without a token in the environment it starts a sandbox, lets it send events to the receiver,
//! prints the result and exits. With `USEDESK_API_TOKEN`, and `USEDESK_BASE_URL` if the desk is not
//! in the international cloud, it listens on this port of this machine and replies on the real
//! service, with an internal comment or, with the argument `public`, with a reply to the client:
//!
//! ```text
//! … --example async_answer_comments -- 3000
//! … --example async_answer_comments -- 3000 public
//! ```
//!
//! `USEDESK_WEBHOOK_SECRET` is then required, so that only Usedesk can trigger a reply. Usedesk
//! needs a public address with TLS, so put a proxy in front of this one.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

use std::collections::HashSet;
use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::header;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::{task, time};
use usedesk_async::comments::{CreateComment, CreatedComment};
use usedesk_async::tickets::GetTicket;
use usedesk_async::webhooks::{Event, MAX_WEBHOOK_BODY, Receiver};
use usedesk_async::{AuthorSide, StatusCode, TicketId, Usedesk};
use usedesk_sandbox::{DEFAULT_SECRET, Event as SandboxEvent, Sandbox};

const USAGE: &str = "\
Without USEDESK_API_TOKEN in the environment: no arguments, and a sandbox is used.
With it, and with USEDESK_WEBHOOK_SECRET: PORT [public]";

/// How many events may wait to be handled.
const MAX_WAITING: usize = 1_000;

/// Timeout for the body of a request. Without it, a stalled connection would stay open forever. The
/// timeout for the head and the number of connections are up to the proxy with TLS that Usedesk
/// needs in front of this server.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);

/// How long the demo in the sandbox waits for a reply.
const REPLY_TIMEOUT: Duration = Duration::from_secs(10);

const REPLY: &str = "<p>Thank you, we have your message and look into it.</p>";

/// A ticket of the sandbox, and a comment of its client.
const DEMO_TICKET: u64 = 4501;
const DEMO_COMMENT: u64 = 8001;

/// How many connections stall during the demo.
const STALLED: usize = 8;

type Answer = Result<CreatedComment, usedesk_async::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let secret = env::var("USEDESK_WEBHOOK_SECRET");
    let (usedesk, sandbox) = examples::connect_async()?;
    let sandbox = sandbox.map(Arc::new);
    let (port, is_public, secret) = match (&*arguments, &sandbox, secret) {
        ([], Some(_), _) => (0, false, DEFAULT_SECRET.to_owned()),
        ([port], None, Ok(secret)) => (port.parse()?, false, secret),
        ([port, "public"], None, Ok(secret)) => (port.parse()?, true, secret),
        _ => return Err(USAGE.into()),
    };
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let address = listener.local_addr()?;
    println!("Listening at http://{address}/");

    let (events, waiting) = mpsc::channel(MAX_WAITING);
    let (answers, mut answered) = mpsc::unbounded_channel();
    let worker = Worker { usedesk: usedesk.clone(), is_public, seen: HashSet::new(), answers };
    // Usedesk gets its response immediately; events are handled here.
    let working = tokio::spawn(worker.work(waiting));
    let app = Router::new()
        .route("/", post(receive))
        .layer(DefaultBodyLimit::max(MAX_WEBHOOK_BODY))
        .with_state(Arc::new(Desk { receiver: Receiver::with_secret(secret)?, events }));
    let (stop, stopped) = oneshot::channel::<()>();
    let server = axum::serve(listener, app).with_graceful_shutdown(async {
        let _ = stopped.await;
    });
    let serving = tokio::spawn(server.into_future());
    let result = if let Some(sandbox) = &sandbox {
        try_out(sandbox, address, &mut answered).await
    } else {
        while let Some(answer) = answered.recv().await {
            report(answer);
        }
        Ok(())
    };
    // Ends the server, and with it the worker.
    drop(stop);
    serving.await??;
    working.await?;
    result?;
    if answered.recv().await.is_some() {
        return Err("an event got a reply that should not".into());
    }
    println!("No other event got a reply. Ticket {DEMO_TICKET} now:");
    for comment in usedesk.send(GetTicket::new(DEMO_TICKET)).await?.comments {
        println!("  {}, {:?}, {:?}", comment.id, comment.from, comment.comment_type);
        println!("    {}", comment.message);
    }
    Ok(())
}

/// Lets the sandbox send events to the receiver.
async fn try_out(
    sandbox: &Arc<Sandbox>,
    address: SocketAddr,
    answered: &mut mpsc::UnboundedReceiver<Answer>,
) -> Result<(), Box<dyn Error>> {
    let url = &format!("http://{address}/");
    let stalled: Vec<_> = (0..STALLED).map(|_| stall(address)).collect::<Result<_, _>>()?;
    println!("Meanwhile {} connections stall in the middle of a body.", stalled.len());
    let written = SandboxEvent::comment_created(DEMO_COMMENT);
    fire(sandbox, url, "A client's comment", &written).await?;
    let answer =
        time::timeout(REPLY_TIMEOUT, answered.recv()).await?.ok_or("the worker is gone")??;
    println!("  reply: comment {}", answer.comment_id);
    let echo = SandboxEvent::comment_created(answer.comment_id.0);
    fire(sandbox, url, "The event of the reply", &echo).await?;
    fire(sandbox, url, "The client's comment again", &written).await?;
    fire(sandbox, url, "The same with another secret", &written.secret("guessed")).await
}

/// Opens a connection whose request never ends.
fn stall(address: SocketAddr) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000\r\n\r\n{")?;
    Ok(stream)
}

/// Sends an event on another thread, since `fire` blocks until the receiver, on this one, responds.
async fn fire(
    sandbox: &Arc<Sandbox>,
    url: &str,
    what: &str,
    event: &SandboxEvent,
) -> Result<(), Box<dyn Error>> {
    let (sandbox, url, event) = (Arc::clone(sandbox), url.to_owned(), event.clone());
    let reply = task::spawn_blocking(move || sandbox.fire(&url, &event)).await??;
    println!("{what}: HTTP {}", reply.status);
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
    answers: mpsc::UnboundedSender<Answer>,
}

impl Worker {
    async fn work(mut self, mut waiting: mpsc::Receiver<Event>) {
        while let Some(event) = waiting.recv().await {
            if let Some(ticket) = self.question(event) {
                let answer = self.usedesk.send(self.answer(ticket)).await;
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

/// The state that all requests share.
struct Desk {
    receiver: Receiver,
    events: mpsc::Sender<Event>,
}

async fn receive(State(desk): State<Arc<Desk>>, request: Request) -> StatusCode {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let content_type = content_type.to_owned();
    let body = match time::timeout(REQUEST_LIMIT, Bytes::from_request(request, &())).await {
        Ok(Ok(body)) => body,
        Ok(Err(rejection)) => return rejection.status(),
        Err(_) => return StatusCode::REQUEST_TIMEOUT,
    };
    match desk.receiver.event(&content_type, &body) {
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
