//! `/create/comment`: adds a comment to a ticket (EN 51381, RU 33740).

use serde_json::{Value, json};

use super::message::{self, Message};
use super::parameters::{self, Parameters};
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::Desk;

const TYPES: &[&str] = &["public", "private"];

/// A comment is an action, so it opens a new ticket.
pub(super) fn act(desk: &mut Desk, parameters: Parameters<'_>) -> Result<Value, ApiError> {
    let mut ticket = desk.known_ticket(parameters.required_number("ticket_id")?)?.clone();
    let message = Message::read(desk, parameters, message::USER)?;
    let author = message.user_id;
    let kind = parameters.word("type", TYPES, ErrorCode::UnknownWord)?.unwrap_or("private");
    let (cc, bcc) = (parameters.texts("cc")?, parameters.texts("bcc")?);
    check_template(parameters)?;

    let mut comment = message.into_comment(desk, ticket.id, ticket.client_id);
    let id = comment.id;
    (comment.kind, comment.cc, comment.bcc) = (kind.to_owned(), cc, bcc);
    ticket.comments.push(comment);
    ticket.open_if_new();
    desk.replace_ticket(ticket, author);
    Ok(json!({ "status": "success", "comment_id": id }))
}

/// Templates are checked and have no effect: no channel of this desk uses them.
fn check_template(parameters: Parameters<'_>) -> Result<(), ApiError> {
    for name in ["template_id", "template_name", "template_lang"] {
        parameters.text(name)?;
    }
    for (name, variable) in parameters.list("template_variables")? {
        parameters::text(&name, variable)?;
    }
    Ok(())
}
