//! `/chat/addMessage`: adds a client's message to a chat (EN 51394).

use serde_json::{Value, json};

use super::parameters::{Parameters, missing};
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::{Author, Desk};

/// Default name of a client.
const NAMELESS: &str = "Guest";

/// Without `chat_id` it opens a chat, and without a client in `message` it creates one.
pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let company_id = parameters.required_number("company_id")?;
    if company_id != desk.company_id {
        let text = format!("there is no company {company_id}");
        return Err(ErrorCode::UnknownCompany.error(text));
    }
    let channel_id = parameters.required_number("channel_id")?;
    let message = parameters.inside("message")?.ok_or_else(|| missing("message"))?;
    let text = message.message("text")?;
    let writer = Writer::read(desk, message)?;
    if !desk.channels.iter().any(|channel| channel.id == channel_id && channel.kind == "chat") {
        return Ok(json!({ "status": false }));
    }

    let (chat_id, client_id, ticket_id) = if let Some(chat_id) = parameters.number("chat_id")? {
        let chat = desk.known_chat(chat_id)?;
        let client_id = writer.id.unwrap_or(chat.client_id);
        desk.add_message(chat, Author::Client(client_id), &text);
        (chat.id, client_id, Some(chat.ticket_id))
    } else {
        let client_id = writer.id.unwrap_or_else(|| desk.add_guest(writer.name, writer.email));
        let chat = desk.open_chat(channel_id, client_id, &text);
        // The response to a new chat does not have the ticket yet.
        (chat.id, client_id, None)
    };
    Ok(json!({
        "chat_id": chat_id,
        "company_id": company_id,
        "ticket_id": ticket_id,
        "channel_id": channel_id,
        "client_id": client_id,
    }))
}

/// The author of the message: a known client, or the name and email of a new one.
struct Writer {
    id: Option<u64>,
    name: String,
    email: Option<String>,
}

impl Writer {
    fn read(desk: &Desk, message: Parameters<'_>) -> Result<Self, ApiError> {
        let mut writer = Self { id: None, name: NAMELESS.to_owned(), email: None };
        let Some(from) = message.inside("from")? else { return Ok(writer) };
        if let Some(id) = from.number("client_id")? {
            writer.id = Some(desk.known_client(id)?.id);
        }
        if let Some(name) = from.text("name")?.filter(|name| !name.is_empty()) {
            writer.name = name.into_owned();
        }
        writer.email = from.owned_text("email")?.filter(|email| !email.is_empty());
        Ok(writer)
    }
}
