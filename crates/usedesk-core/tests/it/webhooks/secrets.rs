//! Which requests are accepted, and that secrets do not leak.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use usedesk_core::Rule;
use usedesk_core::webhooks::{Event, Receiver, WebhookError};

use super::samples::{JSON, SECRET, encodings};
use super::{created, read, receiver_with};

/// Usedesk sends a ping without a secret when the URL is saved.
#[test]
fn a_ping_needs_no_secret_and_has_no_data() {
    let pings = [
        json!({"ping": true}),
        json!({"ping": "1"}),
        json!({"ping": ""}),
        json!({"ping": {"a": ["b"]}}),
        json!({"ping": 1, "secret": "wrong"}),
        json!({"ping": 1, "secret": SECRET, "comment": {"id": 11, "message": "Hi"}}),
        json!({"ping": 1, "chat_id": 77, "message_status": {"comment_id": 1}, "ticket": {"id": 1}}),
    ];
    let receivers = [
        receiver_with(SECRET),
        receiver_with(SECRET).deliveries_without_secret(),
        Receiver::without_secret(),
    ];
    for receiver in receivers {
        for (content_type, body) in pings.iter().flat_map(encodings) {
            let event = receiver.event(content_type, &body).expect("a ping");
            assert_eq!(event, Event::Ping);
            assert_eq!(event.key(), None);
        }
    }
    let null = receiver_with(SECRET).event(JSON, br#"{"ping": null}"#);
    assert_eq!(null.expect("a ping"), Event::Ping);
}

#[test]
fn nothing_else_is_a_ping_without_the_secret() {
    let receiver = receiver_with(SECRET);
    for body in ["{}", r#"{"a": {"ping": 1}}"#, r#"{"Ping": 1}"#, r#"{"pings": 1}"#] {
        let error = receiver.event(JSON, body.as_bytes()).expect_err("no ping");
        assert!(matches!(error, WebhookError::MissingSecret), "{body}");
    }
    let bare = json!({"secret": SECRET}).to_string();
    assert_eq!(receiver.event(JSON, bare.as_bytes()).expect("right"), Event::Ping);
    // A block may have a parameter with this name.
    let block = receiver.block(JSON, br#"{"ping": 1}"#);
    assert!(matches!(block, Err(WebhookError::MissingSecret)));
}

#[test]
fn a_secret_that_no_request_can_have_is_an_error() {
    for secret in ["", " ", "\n", "5f2c\n", " 5f2c", "5f 2c", "5f2c\u{feff}", "5f2c\0"] {
        for receiver in
            [Receiver::with_secret(secret), Receiver::with_secrets(["fine", secret, "fine"])]
        {
            let error = receiver.expect_err("an impossible secret");
            let violation = error.violations().iter().next().expect("one");
            assert_eq!(violation.parameter(), "secret");
            assert!(matches!(violation.rule(), Rule::NotEmpty | Rule::NoControlOrSpace));
            assert!(!format!("{error} {error:?}").contains("5f"), "{error:?}");
        }
    }
    let error = Receiver::with_secret("5f2c\n").expect_err("an impossible secret");
    insta::assert_snapshot!(error);
    let none = Receiver::with_secrets::<&str>([]).expect_err("no secret");
    insta::assert_snapshot!(none);
}

#[test]
fn any_of_several_secrets_is_accepted() {
    let secrets = ["old-5f2c", "new-77aa", "1207"];
    for count in 1..=secrets.len() {
        let receiver =
            Receiver::with_secrets(secrets.into_iter().take(count)).expect("possible secrets");
        for (at, secret) in secrets.iter().enumerate() {
            let body = json!({"secret": secret, "secret_key": secret, "a": 1}).to_string();
            let event = receiver.event(JSON, body.as_bytes());
            assert_eq!(event.is_ok(), at < count, "{secret} of {count}");
            assert_eq!(receiver.block(JSON, body.as_bytes()).is_ok(), at < count);
        }
        let joined = json!({"secret": secrets.concat()}).to_string();
        let error = receiver.event(JSON, joined.as_bytes()).expect_err("wrong");
        assert!(matches!(error, WebhookError::WrongSecret));
    }
    // No error or debug output contains any of them, whichever was sent.
    let receiver = Receiver::with_secrets(secrets).expect("possible secrets");
    for echoed in secrets.iter().take(2) {
        let body = json!({"secret": secrets[0], "ticket": {"id": echoed}}).to_string();
        let error = receiver.event(JSON, body.as_bytes()).expect_err("no id");
        assert!(!format!("{error} {error:?} {receiver:?}").contains(echoed), "{error}");
    }
}

/// The check of the secret and the decoding agree on the kind.
#[test]
fn a_delivery_without_a_secret_is_read_as_a_delivery_only() {
    let mild = receiver_with(SECRET).deliveries_without_secret();
    for other in [
        json!({"message_status": "DELIVERED", "chat_id": 77, "text": "Hi"}),
        json!({"message_status": ["DELIVERED"], "comment": {"id": 11}}),
        json!({"message_status": 1, "ticket": {"id": 4501}}),
    ] {
        let error = mild.event(JSON, other.to_string().as_bytes()).expect_err("no delivery");
        assert!(matches!(error, WebhookError::MissingSecret), "{other}");
    }
    let both = json!({"message_status": {"comment_id": 11}, "chat_id": 77, "text": "Hi"});
    let event = mild.event(JSON, both.to_string().as_bytes()).expect("a delivery");
    assert!(matches!(event, Event::WhatsAppDelivery(_)));
}

#[test]
fn the_chat_token_of_a_client_is_not_printed() {
    let ticket = json!({"id": 1, "status_id": 1, "additional_id": "hush"});
    let created = created(&json!({ "ticket": ticket }));
    assert_eq!(created.ticket.additional_id.as_deref(), Some("hush"));
    let chat = super::chat(&json!({"chat_id": 77, "ticket": ticket}));
    let chat_ticket = chat.ticket.clone().expect("a ticket");
    assert_eq!(chat_ticket.additional_id.as_deref(), Some("hush"));
    let unknown = read(&json!({"else": ticket})).expect("readable");
    let broken = read(&json!({"ticket": {"additional_id": "hush"}})).expect_err("no id");
    let printed = format!("{created:?} {chat:#?} {unknown:?} {broken} {broken:?}");
    assert!(!printed.contains("hush"), "{printed}");
}

/// Generates trees that contain secrets under both names.
fn with_secrets_inside() -> impl Strategy<Value = Value> {
    const NAMES: &[&str] = &[
        "secret",
        "secret_key",
        "custom_blocks",
        "channel_data",
        "client_data",
        "ticket",
        "comment",
        "client",
        "trigger",
        "data",
        "value",
        "id",
        "0",
        "1",
        "a",
    ];
    let leaf = prop_oneof![Just(json!("HUSH-5f2c")), Just(json!("plain")), Just(json!(11))];
    let inner = leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(Value::from),
            vec((prop::sample::select(NAMES), inner), 1..5).prop_map(hidden),
        ]
    });
    vec((prop::sample::select(NAMES), inner), 1..6).prop_map(hidden)
}

/// Replaces all texts that are not under the name of a secret.
fn hidden(members: Vec<(&'static str, Value)>) -> Value {
    fn plain(value: Value) -> Value {
        match value {
            Value::String(_) => json!("plain"),
            Value::Array(items) => items.into_iter().map(plain).collect(),
            other => other,
        }
    }
    let is_secret = |name: &str| name.starts_with("secret");
    let member = |(name, value): (&str, Value)| {
        (name.to_owned(), if is_secret(name) { value } else { plain(value) })
    };
    members.into_iter().map(member).collect::<Map<_, _>>().into()
}

proptest! {
    #[test]
    fn secrets_are_removed_at_any_depth(payload in with_secrets_inside()) {
        for (content_type, body) in encodings(&payload) {
            let receiver = Receiver::without_secret();
            let event = match receiver.event(content_type, &body) {
                Ok(event) => format!("{event:?} {}", serde_json::to_string(&event).expect("writable")),
                Err(error) => format!("{error} {error:?} {:?}", error.payload()),
            };
            prop_assert!(!event.contains("HUSH"), "{}", event);
            let block = match receiver.block(content_type, &body) {
                Ok(block) => format!("{block:?} {}", serde_json::to_string(&block).expect("writable")),
                Err(error) => format!("{error} {error:?} {:?}", error.payload()),
            };
            prop_assert!(!block.contains("HUSH"), "{}", block);
        }
    }
}
