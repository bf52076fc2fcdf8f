//! Classifies new tickets: `cargo run --example async_classify_tickets`.
//!
//! An axum server receives webhooks. A new ticket gets a tag by the words in it, and an internal
//! comment with a file that says why.
//!
//! Without a token in the environment it starts a sandbox, which posts what changes to the server,
//! creates tickets there, prints the result and exits. With `USEDESK_API_TOKEN`, and
//! `USEDESK_BASE_URL` if the desk is not in the international cloud, it listens on this port of this
//! machine, classifies the tickets of the real service and does not exit:
//!
//! ```text
//! … --example async_classify_tickets -- 3000
//! ```
//!
//! `USEDESK_WEBHOOK_SECRET` is then required. Usedesk needs a public address with TLS, so put a
//! proxy with timeouts in front of this server.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line program")]

use std::collections::HashSet;
use std::env;
use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, header};
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use usedesk_async::comments::CreateComment;
use usedesk_async::tickets::{CreateTicket, GetTicket, UpdateTicket};
use usedesk_async::webhooks::{Event, MAX_WEBHOOK_BODY, Receiver, TicketCreated};
use usedesk_async::{Attachment, StatusCode, Usedesk, json};
use usedesk_sandbox::{DEFAULT_SECRET, Webhook};

const USAGE: &str = "\
Without USEDESK_API_TOKEN in the environment: no arguments, and a sandbox is used.
With it, and with USEDESK_WEBHOOK_SECRET: PORT";

/// Tags, and the words that they stand for.
const CLASSES: [(&str, &[&str]); 3] = [
    ("refund", &["refund", "money back"]),
    ("delivery", &["parcel", "courier", "delivery"]),
    ("access", &["password", "log in"]),
];

const DEMO: [&str; 2] = ["The courier did not come, I want my money back", "A question"];

/// How many events may wait to be handled.
const MAX_WAITING: usize = 1_000;

struct Desk {
    receiver: Receiver,
    events: mpsc::Sender<Event>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (usedesk, sandbox) = examples::connect_async()?;
    let (port, secret) = match (env::args().nth(1), &sandbox) {
        (None, Some(_)) => (0, DEFAULT_SECRET.to_owned()),
        (Some(port), None) => (port.parse()?, env::var("USEDESK_WEBHOOK_SECRET")?),
        _ => return Err(USAGE.into()),
    };
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("Listening at {url}");
    let (events, mut waiting) = mpsc::channel(MAX_WAITING);
    let app = Router::new()
        .route("/", post(receive))
        .layer(DefaultBodyLimit::max(MAX_WEBHOOK_BODY))
        .with_state(Arc::new(Desk { receiver: Receiver::with_secret(secret)?, events }));
    tokio::spawn(axum::serve(listener, app).into_future());
    if let Some(sandbox) = &sandbox {
        sandbox.set_webhooks([Webhook::new(url)?])?;
        for text in DEMO {
            let ticket = CreateTicket::new(text, "<p>Hi!</p>").client_email("maria@example.com");
            usedesk.send(ticket).await?;
        }
    }
    // A program that may be restarted stores the keys on disk.
    let (mut seen, mut created) = (HashSet::new(), 0);
    while let Some(event) = waiting.recv().await {
        let is_new = event.key().is_some_and(|key| seen.insert(key));
        let Event::TicketCreated(ticket) = event else { continue };
        if is_new && let Err(error) = classify(&usedesk, &ticket).await {
            if sandbox.is_some() {
                return Err(error.into());
            }
            eprintln!("ticket {}: {error}", ticket.ticket.id);
        }
        created += 1;
        if sandbox.is_some() && created == DEMO.len() {
            break;
        }
    }
    Ok(())
}

async fn classify(usedesk: &Usedesk, created: &TicketCreated) -> Result<(), usedesk_async::Error> {
    let (id, subject) = (created.ticket.id, &created.ticket.subject);
    let text = format!("{subject} {}", created.message).to_lowercase();
    let found = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let tags: Vec<_> = CLASSES.iter().filter(|(_, words)| found(words)).map(|it| it.0).collect();
    if tags.is_empty() {
        println!("ticket {id}, {subject:?}: left to a person");
        return Ok(());
    }
    let reasons = json!({"tags": tags, "classes": CLASSES}).to_string();
    let note = CreateComment::private(id, format!("<p>Classified as {}.</p>", tags.join(", ")))
        .attach(Attachment::from_bytes("reasons.json", reasons));
    // The note is not idempotent, so it is sent last: the tags can be set again.
    usedesk.send(UpdateTicket::new(id).tags(tags)).await?;
    usedesk.send(note).await?;
    let ticket = usedesk.send(GetTicket::new(id)).await?;
    let files: Vec<_> = ticket.comments.iter().flat_map(|comment| &comment.files).collect();
    println!("ticket {id}, {subject:?}: tags {:?}, {} file", ticket.tags, files.len());
    Ok(())
}

/// Responds immediately: events are handled in `main`.
async fn receive(State(desk): State<Arc<Desk>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match desk.receiver.event(content_type.unwrap_or_default(), &body) {
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
