//! `/chat/changeAssignee`: assigns a chat to an agent (EN 51396).

use serde_json::{Value, json};

use super::parameters::Parameters;
use crate::api_error::ApiError;
use crate::desk::Desk;

/// Assigns the ticket of the chat to the agent and their group, as `/update/ticket` does. The ids
/// in the response are strings, as in the documented sample.
pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let chat = desk.known_chat(parameters.required_number("chat_id")?)?;
    let agent = desk.known_agent(parameters.required_number("user_id")?)?;
    let response = json!({
        "chat_id": chat.id.to_string(),
        "user_id": agent.id.to_string(),
        "url": format!("{}/chats/{}", desk.base_url, chat.id),
    });

    let mut ticket = desk.known_ticket(chat.ticket_id)?.clone();
    ticket.assignee = Some(agent.id);
    ticket.group = Some(agent.default_group);
    ticket.open_if_new();
    desk.replace_ticket(ticket, None);
    Ok(response)
}
