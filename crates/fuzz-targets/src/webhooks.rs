//! Requests to a webhook receiver, from anyone.

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use usedesk_core::webhooks::{Event, Receiver, WebhookError};

use crate::input::{secret_outside, text_line};

/// No request makes a receiver panic, and none but a ping, which carries no data, is accepted
/// without the secret. What was read can be written as JSON and read again, with the same key, and
/// no secret is in anything that is printed or written.
///
/// The first line is the content type, the rest the body.
pub fn webhooks(input: &[u8]) {
    let (content_type, body) = text_line(input);
    let secret = secret_outside(input);

    let open = Receiver::without_secret();
    if let Some(event) = seen(open.event(&content_type, body), &secret) {
        let again = reads_again(&event);
        assert_eq!(again.map(|event| event.key()), Some(event.key()), "another key");
        assert_eq!(event.key().is_none(), event == Event::Ping, "no key: {event:?}");
    }
    if let Some(block) = seen(open.block(&content_type, body), &secret) {
        reads_again(&block);
    }

    let Ok(strict) = Receiver::with_secrets([secret.as_str(), "another-secret"]) else {
        unreachable!("a possible secret is an error");
    };
    let event = seen(strict.event(&content_type, body), &secret);
    assert!(matches!(event, None | Some(Event::Ping)), "it is not authentic: {event:?}");
    assert_eq!(seen(strict.block(&content_type, body), &secret), None, "it is not authentic");
    let delivery = seen(strict.deliveries_without_secret().event(&content_type, body), &secret);
    assert!(
        matches!(delivery, None | Some(Event::WhatsAppDelivery(_) | Event::Ping)),
        "it is not authentic: {delivery:?}"
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

fn reads_again<T: Serialize + DeserializeOwned + PartialEq + Debug>(read: &T) -> Option<T> {
    let written = serde_json::to_value(read).unwrap_or_default();
    assert!(!has_secret(&written), "a secret is written: {written}");
    let again = serde_json::from_value(written).ok();
    assert_eq!(again.as_ref(), Some(read), "it does not read again");
    again
}

/// Whether there is a member that may hold a secret, at any depth.
fn has_secret(value: &Value) -> bool {
    match value {
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| matches!(&**name, "secret" | "secret_key") || has_secret(value)),
        Value::Array(items) => items.iter().any(has_secret),
        _ => false,
    }
}
