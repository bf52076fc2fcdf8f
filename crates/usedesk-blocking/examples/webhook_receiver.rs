//! Receives webhooks: `cargo run -p usedesk-blocking --features webhooks --example webhook_receiver`.
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
use std::io::Read;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use tiny_http::{Method, Request, Response, Server};
use usedesk_blocking::StatusCode;
use usedesk_blocking::webhooks::{Event, MAX_WEBHOOK_BODY, Receiver};

/// How many requests are read at a time, so that a slow one does not hold up the others.
const THREADS: usize = 4;

/// How many events may wait to be handled.
const MAX_WAITING: usize = 1_000;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let port: u16 = env::args().nth(1).map_or(Ok(0), |port| port.parse())?;
    let receiver = match env::var("USEDESK_WEBHOOK_SECRET") {
        Ok(secret) => Receiver::with_secret(secret),
        Err(_) => Receiver::without_secret(),
    };
    let (events, waiting) = sync_channel(MAX_WAITING);
    // Usedesk gets its answer at once; what an event leads to happens here.
    thread::spawn(move || {
        for event in waiting {
            println!("{event:#?}");
        }
    });
    let server = Server::http(("127.0.0.1", port))?;
    println!("http://{}/", server.server_addr());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| serve(&server, &receiver, &events));
        }
    });
    Ok(())
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
