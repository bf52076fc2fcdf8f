//! Storing events, and the keys that identify them.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use usedesk_core::webhooks::{Event, Receiver};

use super::samples::{self, encodings};
use super::{any_payload, read, with};

fn key(payload: &Value) -> Option<String> {
    read(payload).expect("readable").key()
}

/// Events of earlier versions are in databases, so the format must not change.
#[test]
fn every_kind_is_written_and_read_again() {
    let mut kinds = Vec::new();
    for (_, payload) in samples::events() {
        let event = read(&payload).expect("readable");
        let written = serde_json::to_value(&event).expect("writable");
        assert_eq!(serde_json::from_value::<Event>(written.clone()).expect("readable"), event);
        let text = written.to_string();
        let read_again: Event = serde_json::from_str(&text).expect("readable");
        assert_eq!(read_again.key(), event.key());
        assert_eq!(read_again, event);
        assert!(!text.contains(samples::SECRET) && !text.contains("b10ck5"), "{text}");
        kinds.push(written["kind"].as_str().expect("a name").to_owned());
    }
    let expected = [
        "ticket_created",
        "ticket_changed",
        "comment_created",
        "ticket_rated",
        "chat",
        "whatsapp_delivery",
        "ping",
        "ping",
        "agent_reply",
        "unknown",
    ];
    assert_eq!(kinds, expected);
    let rating = json!({"csi": {"id": 6, "rating": 4.5}});
    let written = serde_json::to_value(read(&rating).expect("readable")).expect("writable");
    assert_eq!(written["value"]["rating"], 4.5);
    assert_eq!(written["value"]["payload"], rating);
}

/// A secret that someone added to a stored event is dropped.
#[test]
fn no_secret_is_read_back() {
    let kept = json!({"kind": "unknown", "value": {"a": [{"secret": "hush"}]}});
    let event: Event = serde_json::from_value(kept).expect("readable");
    assert!(!serde_json::to_string(&event).expect("writable").contains("hush"));
}

/// Keys are stored, so they must not change with the version or the platform.
#[test]
fn keys_of_all_kinds() {
    let keys: Vec<_> = samples::events()
        .into_iter()
        .map(|(name, payload)| format!("{name} {}", key(&payload).unwrap_or_default()))
        .collect();
    insta::assert_snapshot!(keys.join("\n"));
}

#[test]
fn a_key_is_the_same_in_every_encoding() {
    for (_, payload) in samples::events() {
        let keys = encodings(&payload).map(|(content_type, body)| {
            Receiver::without_secret().event(content_type, &body).expect("readable").key()
        });
        assert_eq!(keys, [keys[0].clone(), keys[0].clone(), keys[0].clone()]);
    }
}

#[test]
fn different_events_have_different_keys() {
    let chat = samples::chat();
    let changed = |path: &str, value: Value| with(chat.clone(), path, value);
    let file = |file: Value| changed("/ticket/files", json!([file]));
    let payloads = [
        chat.clone(),
        changed("/chat_id", json!(78)),
        changed("/text", json!("1")),
        changed("/from", json!("user")),
        changed("/state", json!("new")),
        file(json!("u")),
        file(json!({"name": "n", "file": "u"})),
        file(json!({"name": "u", "file": "n"})),
        changed("/ticket", json!({"last_updated_at": "2024-05-01 12:34:56"})),
        changed("/ticket", json!({"last_updated_at": "2024-05-01 12:34:57"})),
        json!({"comment": {"id": 11}}),
        json!({"comment": {"id": 12}}),
        json!({"ticket": {"id": 11, "status_id": 8}}),
        json!({"trigger": {"id": 11}}),
        json!({"trigger": {"ticket_id": 11}}),
        json!({"trigger": {"ticket_id": 12}}),
        json!({"csi": {"id": 11}}),
        json!({"csi": {"ticket_id": 11}}),
        json!({"message_status": {"comment_id": 11, "delivery_status": "DELIVERED"}}),
        json!({"message_status": {"comment_id": 11, "delivery_status": "READ"}}),
        json!({"message_status": {"comment_id": 12, "delivery_status": "READ"}}),
        json!({"message_status": {"delivery_status": "READ"}}),
        json!({"message": "Hi", "user_id": 17}),
        json!({"message": "Hi", "user_id": 18}),
        json!({"message": "Hi", "user_id": 17, "ticket_id": 4501}),
        json!({"a": {"b": "c"}}),
        json!({"a": "b", "c": {"d": "e"}}),
        json!({"a": {"b": "0", "c": "0"}}),
        json!({"a": {"b": "0"}, "c": "0"}),
        json!({"ab": "c"}),
        json!({"a": "bc"}),
        json!({"a": {"b": {"c": "d"}}}),
        json!({"a": "{", "b": "{", "c": "d", "}": "}"}),
    ];
    let mut seen = HashMap::new();
    for payload in &payloads {
        let key = key(payload).expect("one that says something");
        assert!(key.len() < 100 && key.bytes().all(|byte| byte.is_ascii_graphic()), "{key}");
        if let Some(other) = seen.insert(key, payload) {
            panic!("{payload} and {other}");
        }
    }
}

/// Tries all small payloads whose names and texts look like braces.
#[test]
fn different_payloads_have_different_keys() {
    const NAMES: [&str; 4] = ["a", "b", "c", "}"];
    const TEXTS: [&str; 3] = ["{", "}", "d"];
    let mut flat = vec![json!({})];
    for name in NAMES {
        for members in flat.clone() {
            flat.extend(TEXTS.map(|text| {
                let mut members = members.clone();
                members[name] = json!(text);
                members
            }));
        }
    }
    flat.remove(0);
    let inside = |values: &[Value]| -> Vec<Value> {
        let named = |value: &Value| NAMES.map(|name| json!({name: value}));
        values.iter().flat_map(named).collect()
    };
    let nested = inside(&flat);
    let deep = inside(&nested);
    let mut beside = Vec::new();
    for value in &nested {
        for (name, text) in NAMES.iter().flat_map(|name| TEXTS.map(|text| (name, text))) {
            let mut value = value.clone();
            if value.get(name).is_none() {
                value[name] = json!(text);
                beside.push(value);
            }
        }
    }
    let payloads: Vec<_> = [flat, nested, deep, beside].concat();
    let keys: HashSet<_> = payloads.iter().map(|payload| key(payload).expect("a key")).collect();
    assert_eq!(keys.len(), payloads.len());
}

#[test]
fn payloads_are_equal_if_they_are_the_same_as_a_form() {
    let unknown = |payload: Value| match read(&payload) {
        Ok(Event::Unknown(payload)) => payload,
        other => panic!("{other:?}"),
    };
    let equal = [
        (json!({"a": 17, "b": 4.5}), json!({"a": "17", "b": "4.5"})),
        (json!({"a": true, "b": false}), json!({"a": "1", "b": 0})),
        (json!({"a": 1, "b": null, "c": [], "d": {"e": [null]}}), json!({"a": 1})),
        // A form may express null so.
        (json!({"a": 1, "b": "", "c": {"d": ""}}), json!({"a": 1, "b": null})),
        (json!({"a": ["x", null, "y"]}), json!({"a": {"0": "x", "2": "y"}})),
    ];
    for (one, other) in equal {
        assert_eq!(unknown(one), unknown(other));
    }
    let different = [
        (json!({"a": 17}), json!({"a": 18})),
        (json!({"a": 1, "b": "0"}), json!({"a": 1})),
        (json!({"a": ["x", "y"]}), json!({"a": ["y", "x"]})),
        (json!({"a": {"b": "c"}}), json!({"a": "b", "c": {}})),
    ];
    for (one, other) in different {
        assert_ne!(unknown(one), unknown(other));
    }
}

/// Changes before an event is delivered again do not change its key.
#[test]
fn a_key_does_not_depend_on_the_rest() {
    let chat = samples::chat();
    let other = with(chat.clone(), "/client", json!({"id": 901, "note": "paid"}));
    assert_eq!(key(&other), key(&with(chat, "/platform", json!("vk"))));
    let comment = |message: &str| json!({"comment": {"id": "11", "message": message}});
    assert_eq!(key(&comment("a")), key(&comment("b")));
}

/// Removes what a form cannot express. No JSON parser rounds these fractions.
fn normalized(value: Value) -> Option<Value> {
    let said: Value = match value {
        Value::Null | Value::Bool(_) => return None,
        Value::Number(number) if number.is_f64() => json!(0.25),
        Value::Array(items) => items.into_iter().filter_map(normalized).collect(),
        Value::Object(members) => {
            let said = |(name, value)| Some((name, normalized(value)?));
            members.into_iter().filter_map(said).collect::<Map<_, _>>().into()
        }
        scalar => scalar,
    };
    let is_empty = said == json!([]) || said == json!({});
    (!is_empty).then_some(said)
}

proptest! {
    #[test]
    fn any_event_can_be_stored(payload in any_payload()) {
        if let Ok(event) = read(&payload) {
            let written = serde_json::to_value(&event).expect("writable");
            let again: Event = serde_json::from_value(written).expect("readable");
            prop_assert_eq!(again.key(), event.key());
            prop_assert_eq!(again, event);
        }
    }

    #[test]
    fn any_key_is_the_same_in_every_encoding(payload in any_payload()) {
        let payload = normalized(payload).unwrap_or_else(|| json!({}));
        let [json, form, multipart] = encodings(&payload).map(|(content_type, body)| {
            Receiver::without_secret().event(content_type, &body).ok().map(|event| event.key())
        });
        prop_assert_eq!(&form, &multipart);
        if let (Some(json), Some(form)) = (json, form) {
            prop_assert_eq!(json, form);
        }
    }
}
