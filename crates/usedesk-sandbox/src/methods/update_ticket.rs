//! `/update/ticket`: updates a ticket (EN 51379, RU 33737).

use serde_json::{Value, json};

use super::create_ticket::NEW_CLIENT;
use super::parameters::Parameters;
use super::ticket_parameters;
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::Desk;

/// Works on a copy of the ticket, so that a rejected request changes nothing.
pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let mut ticket = desk.known_ticket(parameters.required_number("ticket_id")?)?.clone();
    if parameters.value("client_id").is_some_and(|word| word == NEW_CLIENT) {
        let text = "client_id is not a number: new_client is documented for /create/ticket only";
        return Err(ErrorCode::WrongKind.error(text));
    }
    if let Some(client) = parameters.number("client_id")? {
        ticket.client_id = desk.known_client(client)?.id;
    }
    ticket_parameters::apply(desk, parameters, &mut ticket)?;
    let author = ticket_parameters::acting_agent(desk, parameters)?;
    let silent = parameters.flag("silent")?;
    match ticket_parameters::status(parameters)? {
        Some(status) => ticket.status = status,
        None if !silent => ticket.open_if_new(),
        None => {}
    }
    desk.replace_ticket(ticket, author);
    Ok(json!({ "status": "success" }))
}
