//! Receives webhooks: `cargo run -p usedesk-async --features webhooks --example webhook_receiver`.
//!
//! It listens on this machine, on a free port or the one given as an argument, and prints what it
//! reads. Usedesk itself needs a public address with TLS in front of it.
//!
//! With `USEDESK_WEBHOOK_SECRET` in the environment only requests with that secret are believed.
//! Try it with:
//!
//! ```text
//! curl -H 'Content-Type: application/json' -d '{"ticket": {"id": 4501, "status_id": 8}}' URL
//! ```

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program that reports to people")]

use std::env;
use std::error::Error;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{Sender, channel};
use usedesk_async::webhooks::{Event, MAX_WEBHOOK_BODY, Receiver};

/// How many events may wait to be handled.
const MAX_WAITING: usize = 1_000;

struct Desk {
    receiver: Receiver,
    events: Sender<Event>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let receiver = match env::var("USEDESK_WEBHOOK_SECRET") {
        Ok(secret) => Receiver::with_secret(secret),
        Err(_) => Receiver::without_secret(),
    };
    let (events, mut waiting) = channel(MAX_WAITING);
    // Usedesk gets its answer at once; what an event leads to happens here.
    tokio::spawn(async move {
        while let Some(event) = waiting.recv().await {
            println!("{event:#?}");
        }
    });
    let app = Router::new()
        .route("/", post(receive))
        .layer(DefaultBodyLimit::max(MAX_WEBHOOK_BODY))
        .with_state(Arc::new(Desk { receiver, events }));
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}

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
