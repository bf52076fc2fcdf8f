//! Fires every event once.

use std::io::{self, ErrorKind, Write};

use serde_json::{Value, json};
use usedesk_sandbox::{Event, Sandbox};

use crate::failure::{FAILED, Failure, SEED};
use crate::options::{Format, Options};
use crate::store;

/// Fires every event once and prints the response statuses; fails if not all of them were 2xx.
pub(crate) fn fire_all(
    url: &str,
    secret: &str,
    format: Format,
    options: &Options,
) -> Result<(), Failure> {
    let sandbox = start(options)?;
    let events = events(&sandbox)
        .map_err(|error| Failure { code: FAILED, text: format!("cannot fire: {error}") })?;
    let mut all_succeeded = true;
    for (name, event) in events {
        let fire = |event: Event| sandbox.fire(url, &encoded(event.secret(secret), format));
        let text = match event.and_then(fire) {
            Ok(response) => {
                all_succeeded &= (200..300).contains(&response.status);
                response.status.to_string()
            }
            Err(error) => {
                all_succeeded = false;
                error.to_string()
            }
        };
        let _ = writeln!(io::stdout(), "{name:<18} {text}");
    }
    // What failed is printed already.
    let failure = || Failure { code: FAILED, text: String::new() };
    all_succeeded.then_some(()).ok_or_else(failure)
}

/// Starts a sandbox with a copy of the desk.
fn start(options: &Options) -> Result<Sandbox, Failure> {
    let mut builder = Sandbox::builder().journal_limit(0).quirks(options.quirks);
    let source = store::document(options)?;
    if let Some((_, document)) = &source {
        builder = builder.seed(document.clone());
    }
    builder.start().map_err(|error| match &source {
        Some((path, _)) if error.kind() == ErrorKind::InvalidInput => {
            Failure { code: SEED, text: format!("cannot read {}: {error}", path.display()) }
        }
        _ => Failure { code: FAILED, text: format!("cannot fire: {error}") },
    })
}

/// Returns all events, each of the first item in the desk that has it.
fn events(sandbox: &Sandbox) -> io::Result<[(&'static str, io::Result<Event>); 8]> {
    let desk = sandbox.state();
    let ticket = desk["tickets"][0]["id"].as_u64();
    let mut tickets = desk["tickets"].as_array().into_iter().flatten();
    let comment = tickets.find_map(|ticket| ticket["comments"][0]["id"].as_u64());
    if let Some(ticket) = ticket {
        // The status is another one, so that there is a change.
        let status = if desk["tickets"][0]["status"] == 2 { 1 } else { 2 };
        call(sandbox, "/update/ticket", json!({ "ticket_id": ticket, "status": status }))?;
    }
    let chat = open_chat(sandbox, &desk)?;
    let of = |id: Option<u64>, what: &str, event: &dyn Fn(u64) -> Event| {
        let missing = || io::Error::new(ErrorKind::NotFound, format!("the desk has no {what}"));
        id.map(event).ok_or_else(missing)
    };
    Ok([
        ("ping", Ok(Event::ping())),
        ("ticket created", of(ticket, "ticket", &Event::ticket_created)),
        ("ticket changed", of(ticket, "ticket", &Event::ticket_changed)),
        ("comment created", of(comment, "comment", &Event::comment_created)),
        ("rating", of(ticket, "ticket", &|id| Event::rating(id, 5))),
        ("chat message", of(chat, "channel of the type chat", &Event::chat_message)),
        ("WhatsApp delivery", of(comment, "comment", &Event::whatsapp_delivery)),
        ("dynamic block", of(ticket, "ticket", &Event::dynamic_block)),
    ])
}

/// Opens a chat in the first channel for chats; `None` if there is none.
fn open_chat(sandbox: &Sandbox, desk: &Value) -> io::Result<Option<u64>> {
    let channels = desk["channels"].as_array().into_iter().flatten();
    let Some(channel) = channels.into_iter().find(|channel| channel["type"] == "chat") else {
        return Ok(None);
    };
    let message = json!({
        "text": "Is anybody there?", "from": { "client_id": desk["clients"][0]["id"] },
    });
    let chat = json!({
        "company_id": desk["company_id"], "channel_id": channel["id"], "message": message,
    });
    call(sandbox, "/chat/addMessage", chat)?;
    // The response may have quirks.
    let chats = &sandbox.state()["chats"];
    Ok(chats.as_array().and_then(|chats| chats.last()?["id"].as_u64()))
}

fn encoded(event: Event, format: Format) -> Event {
    match format {
        Format::Json => event.as_json(),
        Format::Form => event.as_form(),
        Format::Multipart => event.as_multipart(),
    }
}

/// Calls a method of the sandbox.
fn call(sandbox: &Sandbox, path: &str, mut parameters: Value) -> io::Result<Value> {
    parameters["api_token"] = sandbox.token().into();
    let response = sandbox.fire(&format!("{}{path}", sandbox.url()), &Event::custom(parameters))?;
    Ok(serde_json::from_slice(&response.body)?)
}
