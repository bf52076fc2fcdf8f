//! Computes the history of a ticket.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Alteration, Comment, Ticket};

/// Returns the differences between two states of a ticket.
pub(super) fn compare(before: &Ticket, after: &Ticket) -> Vec<Alteration> {
    let mut data = Vec::new();
    let mut note = |target: &str, old_value: Value, value: Value| {
        if old_value != value {
            data.push(Alteration { target: target.to_owned(), value, old_value });
        }
    };
    note("subject", json!(before.subject), json!(after.subject));
    note("client_id", json!(before.client_id), json!(after.client_id));
    note("group", json!(before.group), json!(after.group));
    note("assignee_id", json!(before.assignee), json!(after.assignee));
    note("status_id", json!(before.status), json!(after.status));
    note("priority", json!(before.priority), json!(after.priority));
    note("type", json!(before.kind), json!(after.kind));
    let added: Vec<_> =
        after.tags.iter().filter(|tag| !before.tags.contains(tag)).map(String::as_str).collect();
    if !added.is_empty() {
        note("new_tags", Value::Null, added.join(", ").into());
    }
    let fields: BTreeSet<_> = before.fields.keys().chain(after.fields.keys()).collect();
    for field in fields {
        note("ticket_field", json!(before.fields.get(field)), json!(after.fields.get(field)));
    }
    for comment in after.comments.iter().skip(before.comments.len()) {
        note(comment_target(comment), Value::Null, json!(comment.id));
    }
    data
}

fn comment_target(comment: &Comment) -> &'static str {
    match comment.from.as_str() {
        "client" => "message_from_client",
        "user" => "comment_from_agent",
        _ => "message_from_bot",
    }
}
