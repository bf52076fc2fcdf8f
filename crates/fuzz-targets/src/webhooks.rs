//! Requests that somebody makes to a webhook.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use usedesk_core::webhooks::{Event, Receiver, WebhookError};

use crate::input::{secret_outside, text_line};

/// No request makes a receiver panic, none is believed without the secret, and what was read can be
/// written as JSON and read again.
///
/// The first line is the content type, the rest the body.
pub fn webhooks(input: &[u8]) {
    let (content_type, body) = text_line(input);
    let secret = secret_outside(input);

    let open = Receiver::without_secret();
    if let Some(event) = seen(open.event(&content_type, body), &secret) {
        match event {
            Event::WhatsAppDelivery(delivery) => reads_again(&delivery),
            Event::Chat(chat) => reads_again(&chat),
            Event::TicketChanged(ticket) => reads_again(&ticket),
            Event::CommentCreated(comment) => reads_again(&comment),
            Event::Rating(rating) => reads_again(&rating),
            Event::TicketCreated(ticket) => reads_again(&ticket),
            _ => {}
        }
    }
    if let Some(block) = seen(open.block(&content_type, body), &secret) {
        reads_again(&block);
    }

    let strict = Receiver::with_secret(secret.as_str());
    assert_eq!(seen(strict.event(&content_type, body), &secret), None, "a stranger is believed");
    assert_eq!(seen(strict.block(&content_type, body), &secret), None, "a stranger is believed");
    let delivery = seen(strict.deliveries_without_secret().event(&content_type, body), &secret);
    assert!(
        matches!(delivery, None | Some(Event::WhatsAppDelivery(_))),
        "a stranger is believed: {delivery:?}"
    );
}

/// What was read, printed in every way.
fn seen<T: Debug>(result: Result<T, WebhookError>, secret: &str) -> Option<T> {
    let printed = match &result {
        Ok(read) => format!("{read:?}"),
        Err(error) => {
            let line = error.to_string();
            assert!(!line.contains(['\n', '\r']), "not one line: {line:?}");
            assert!(!error.status().is_success(), "an error with {}", error.status());
            format!("{line} {error:?}")
        }
    };
    assert!(!printed.contains(secret), "the secret is printed: {printed}");
    result.ok()
}

fn reads_again<T: Serialize + DeserializeOwned + PartialEq + Debug>(read: &T) {
    let again = serde_json::to_value(read).and_then(serde_json::from_value::<T>);
    assert_eq!(again.ok().as_ref(), Some(read), "it does not read again");
}
