//! Fires every event once.

use std::io::{self, Write};

use serde_json::{Value, json};
use usedesk_sandbox::{Event, Sandbox};

use crate::failure::{FAILED, Failure};
use crate::options::Format;

/// Fires every event once and prints the response statuses; fails if not all of them were 2xx.
pub(crate) fn fire_all(url: &str, secret: &str, format: Format) -> Result<(), Failure> {
    match all_succeed(url, secret, format) {
        Ok(true) => Ok(()),
        // What failed is printed already.
        Ok(false) => Err(Failure { code: FAILED, text: String::new() }),
        Err(error) => Err(Failure { code: FAILED, text: format!("cannot fire: {error}") }),
    }
}

fn all_succeed(url: &str, secret: &str, format: Format) -> io::Result<bool> {
    let sandbox = Sandbox::builder().journal_limit(0).start()?;
    // Events about changes and chats need a change and a chat.
    call(&sandbox, "/update/ticket", json!({ "ticket_id": 4501, "status": 2 }))?;
    let message = json!({ "text": "Is anybody there?", "from": { "client_id": 901 } });
    let chat = json!({ "company_id": 1, "channel_id": 4, "message": message });
    let chat = call(&sandbox, "/chat/addMessage", chat)?["chat_id"].as_u64().unwrap_or_default();

    let mut all_succeeded = true;
    for (name, event) in [
        ("ping", Event::ping()),
        ("ticket created", Event::ticket_created(4501)),
        ("ticket changed", Event::ticket_changed(4501)),
        ("comment created", Event::comment_created(8001)),
        ("rating", Event::rating(4501, 5)),
        ("chat message", Event::chat_message(chat)),
        ("WhatsApp delivery", Event::whatsapp_delivery(8001)),
        ("dynamic block", Event::dynamic_block(4501)),
    ] {
        let result = match sandbox.fire(url, &encoded(event.secret(secret), format)) {
            Ok(response) => {
                all_succeeded &= (200..300).contains(&response.status);
                response.status.to_string()
            }
            Err(error) => {
                all_succeeded = false;
                error.to_string()
            }
        };
        let _ = writeln!(io::stdout(), "{name:<18} {result}");
    }
    Ok(all_succeeded)
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
