//! `/chat/sendMessage`: adds an agent's message to a chat (EN 51395).

use serde_json::{Value, json};

use super::parameters::Parameters;
use crate::api_error::ApiError;
use crate::desk::{Author, Desk};

pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let chat = desk.known_chat(parameters.required_number("chat_id")?)?;
    let agent = desk.known_agent(parameters.required_number("user_id")?)?.id;
    let text = parameters.message("text")?;
    desk.add_message(chat, Author::Agent(agent), &text);
    Ok(json!({ "status": "success" }))
}
