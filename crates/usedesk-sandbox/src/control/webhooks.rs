//! `/sandbox/webhooks`: fires events, and lists and repeats deliveries.

use std::sync::Arc;

use serde_json::{Value, json};

use super::call::{self, Call};
use super::error::ControlError;
use super::input::Members;
use crate::delivery::{Delivery, Post};
use crate::event::{DEFAULT_SECRET, Encoding, Event};
use crate::reply::Reply;
use crate::shared::Shared;

const EVENTS: &[&str] = &[
    "ping",
    "ticket_created",
    "ticket_changed",
    "comment_created",
    "rating",
    "chat_message",
    "whatsapp_delivery",
    "dynamic_block",
    "custom",
];

/// Fires an event from the current state of the desk and waits for the response.
pub(super) fn fire(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    let mut members = call.members()?;
    let url = members.text("url")?.ok_or_else(|| members.error("url", "is required", ()))?;
    let event = read_event(&mut members)?;
    members.finish()?;
    let post = shared.state().post(&event, &url);
    let post = post.map_err(|error| ControlError::invalid("id", error.to_string(), Value::Null))?;
    let (_, delivery) = shared.deliver(post);
    Ok(call::json(&delivery.to_json()))
}

/// Sends the same bytes again.
pub(super) fn resend(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    let id = call.id;
    call.nothing()?;
    let delivery = find(shared, id)?;
    let post = Post {
        url: delivery.url.clone(),
        event: delivery.event,
        content_type: delivery.content_type.clone(),
        body: delivery.body.clone(),
    };
    let (_, delivery) = shared.deliver(post);
    Ok(call::json(&delivery.to_json()))
}

pub(super) fn list(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    call.nothing()?;
    let all: Vec<_> = shared.state().deliveries.after(0).cloned().collect();
    let rows: Value = all.iter().map(|delivery| delivery.to_json()).collect();
    Ok(call::json(&json!({ "deliveries": rows })))
}

pub(super) fn show(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    let id = call.id;
    call.nothing()?;
    Ok(call::json(&find(shared, id)?.to_json()))
}

pub(super) fn clear(shared: &Shared, call: Call<'_>) -> Result<Reply, ControlError> {
    call.nothing()?;
    shared.update(|state| {
        state.deliveries.clear();
        state.changed("webhooks");
    });
    Ok(call::no_content())
}

fn find(shared: &Shared, id: u64) -> Result<Arc<Delivery>, ControlError> {
    let state = shared.state();
    let found = state.deliveries.after(id.saturating_sub(1)).next().filter(|one| one.id == id);
    found.cloned().ok_or_else(|| {
        ControlError::with_status(404, "id", "must be the id of a delivery that is kept", id)
    })
}

fn read_event(members: &mut Members) -> Result<Event, ControlError> {
    let name = members.word("event", EVENTS)?;
    let name = name.ok_or_else(|| members.error("event", "is required", ()))?;
    let id = members.number("id", 0..=u64::MAX)?;
    let rating = members.number("rating", 0..=u64::MAX)?;
    let payload = members.value("payload");
    for (member, is_present, is_used) in [
        ("id", id.is_some(), name != "ping" && name != "custom"),
        ("rating", rating.is_some(), name == "rating"),
        ("payload", payload.is_some(), name == "custom"),
    ] {
        if is_present != is_used {
            let rule = if is_used { "is required for" } else { "is not for" };
            return Err(members.error(member, format!("{rule} {name}"), ()));
        }
    }
    let (id, rating) = (id.unwrap_or_default(), rating.unwrap_or_default());
    let event = match name {
        "ping" => Event::ping(),
        "ticket_created" => Event::ticket_created(id),
        "ticket_changed" => Event::ticket_changed(id),
        "comment_created" => Event::comment_created(id),
        "rating" => Event::rating(id, rating),
        "chat_message" => Event::chat_message(id),
        "whatsapp_delivery" => Event::whatsapp_delivery(id),
        "dynamic_block" => Event::dynamic_block(id),
        _ => Event::custom(payload.unwrap_or_default()),
    };
    let secret = members.text("secret")?.unwrap_or_else(|| DEFAULT_SECRET.to_owned());
    let event = event.secret(secret);
    let format = members.word("format", &Encoding::WORDS)?;
    Ok(match format.and_then(Encoding::from_word) {
        Some(encoding) => event.encoding(encoding),
        None => event,
    })
}
