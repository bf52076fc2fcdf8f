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
use std::io::Read;
use std::process::ExitCode;
use std::sync::mpsc::{self, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use tiny_http::{Method, Request, Response, Server};
use usedesk_blocking::comments::{CreateComment, CreatedComment};
use usedesk_blocking::tickets::GetTicket;
use usedesk_blocking::webhooks::{Event, MAX_WEBHOOK_BODY, Receiver};
use usedesk_blocking::{AuthorSide, CommentId, StatusCode, TicketId, Usedesk};
use usedesk_sandbox::{DEFAULT_SECRET, Event as SandboxEvent, Sandbox};

const USAGE: &str = "\
Without USEDESK_API_TOKEN in the environment: no arguments, and a sandbox is used.
With it, and with USEDESK_WEBHOOK_SECRET: PORT [public]";

/// How many requests are read at a time, so that a slow one does not hold up the others.
const THREADS: usize = 4;

/// How many events may wait to be handled.
const MAX_WAITING: usize = 1_000;

/// How long the trial in the sandbox waits for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

const ANSWER: &str = "<p>Thank you, we have your message and look into it.</p>";

/// A ticket of the sandbox, and what its client wrote.
const DEMO_TICKET: u64 = 4501;
const DEMO_COMMENT: u64 = 8001;

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
    let server = Server::http(("127.0.0.1", port)).map_err(|error| error.to_string())?;
    let url = format!("http://{}/", server.server_addr());
    println!("Listening at {url}");

    let receiver = Receiver::with_secret(secret);
    let (events, waiting) = sync_channel(MAX_WAITING);
    let (answers, answered) = channel();
    let worker = Worker { usedesk: usedesk.clone(), is_public, seen: HashSet::new(), answers };
    thread::scope(|scope| {
        let (server, receiver) = (&server, &receiver);
        for _ in 0..THREADS {
            let events = events.clone();
            scope.spawn(move || serve(server, receiver, &events));
        }
        drop(events);
        // Usedesk gets its answer at once; what an event leads to happens here.
        scope.spawn(|| worker.work(waiting));
        let result = if let Some(sandbox) = &sandbox {
            try_out(sandbox, &url, &answered)
        } else {
            answered.iter().for_each(report);
            Ok(())
        };
        // Ends the threads, and with the last of them the worker.
        (0..THREADS).for_each(|_| server.unblock());
        result
    })?;
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
    url: &str,
    answered: &mpsc::Receiver<Answer>,
) -> Result<(), Box<dyn Error>> {
    let written = SandboxEvent::comment_created(DEMO_COMMENT);
    fire(sandbox, url, "A client's comment", &written)?;
    let answer = answered.recv_timeout(PATIENCE)??;
    println!("  answered by comment {}", answer.comment_id);
    let echo = SandboxEvent::comment_created(answer.comment_id.0);
    fire(sandbox, url, "The answer comes back", &echo)?;
    fire(sandbox, url, "The client's comment once more", &written)?;
    fire(sandbox, url, "The same with another secret", &written.secret("guessed"))
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
    /// The comments that were taken up. A program that may be restarted keeps them on the disk.
    seen: HashSet<CommentId>,
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
        let Event::CommentCreated(created) = event else { return None };
        let comment = created.comment;
        let is_new = comment.from == Some(AuthorSide::Client) && self.seen.insert(comment.id);
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

fn serve(server: &Server, receiver: &Receiver, events: &SyncSender<Event>) {
    for mut request in server.incoming_requests() {
        let status = receive(receiver, events, &mut request);
        if let Err(error) = request.respond(Response::empty(status.as_u16())) {
            eprintln!("the answer did not arrive: {error}");
        }
    }
}

fn receive(receiver: &Receiver, events: &SyncSender<Event>, request: &mut Request) -> StatusCode {
    if *request.method() != Method::Post {
        return StatusCode::METHOD_NOT_ALLOWED;
    }
    let named = request.headers().iter().find(|header| header.field.equiv("Content-Type"));
    let content_type = named.map(|header| header.value.to_string()).unwrap_or_default();
    // One byte more than a webhook may have, so that a larger one is seen to be too large.
    let mut body = Vec::new();
    let mut reader = request.as_reader().take(MAX_WEBHOOK_BODY as u64 + 1);
    if let Err(error) = reader.read_to_end(&mut body) {
        eprintln!("the request broke off: {error}");
        return StatusCode::BAD_REQUEST;
    }
    match receiver.event(&content_type, &body) {
        Ok(event) => match events.try_send(event) {
            Ok(()) => StatusCode::OK,
            Err(_) => StatusCode::SERVICE_UNAVAILABLE,
        },
        Err(error) => {
            eprintln!("{error}");
            error.status()
        }
    }
}
