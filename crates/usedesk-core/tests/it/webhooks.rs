//! Requests from Usedesk: as documented, in every representation, and from others.

mod forms;
mod kept;
mod lenience;
mod samples;
mod secrets;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use usedesk_core::clients::{AddressType, MessengerType, SocialNetwork};
use usedesk_core::tickets::ChangeTarget;
use usedesk_core::tickets::CommentFile;
use usedesk_core::webhooks::{
    BlockRequest, BlockResponse, ChatEvent, ChatState, Event, Receiver, TicketCreated, WebhookError,
};
use usedesk_core::{FieldId, PhoneType, StatusCode, TicketId, TicketStatus};

use self::samples::{JSON, SECRET, encodings};

fn receiver_with(secret: &str) -> Receiver {
    Receiver::with_secret(secret).expect("a possible secret")
}

fn read(payload: &Value) -> Result<Event, WebhookError> {
    Receiver::without_secret().event(JSON, payload.to_string().as_bytes())
}

fn created(payload: &Value) -> TicketCreated {
    match read(payload) {
        Ok(Event::TicketCreated(created)) => created,
        other => panic!("{other:?}"),
    }
}

fn chat(payload: &Value) -> ChatEvent {
    match read(payload) {
        Ok(Event::Chat(chat)) => chat,
        other => panic!("{other:?}"),
    }
}

fn read_block(payload: &Value) -> Result<BlockRequest, WebhookError> {
    Receiver::without_secret().block(JSON, payload.to_string().as_bytes())
}

fn with(mut payload: Value, path: &str, value: Value) -> Value {
    *payload.pointer_mut(path).expect("the sample has it") = value;
    payload
}

#[test]
fn events_as_documented_in_every_encoding() {
    let receiver = receiver_with(SECRET).deliveries_without_secret();
    for (name, payload) in samples::events() {
        let [json, form, multipart] = encodings(&payload)
            .map(|(content_type, body)| receiver.event(content_type, &body).expect("readable"));
        assert_eq!(form, json);
        assert_eq!(multipart, json);
        insta::assert_snapshot!(name, format!("{json:#?}"));
    }
}

#[test]
fn a_block_as_documented_in_every_encoding() {
    let receiver = receiver_with(SECRET);
    let mut payload = samples::block();
    payload.sort_all_objects();
    let [json, form, multipart] = encodings(&payload)
        .map(|(content_type, body)| receiver.block(content_type, &body).expect("readable"));
    assert_eq!(form, json);
    assert_eq!(multipart, json);
    insta::assert_snapshot!(format!("{json:#?}"));
}

/// Removes the identifying members one by one: the kind is always that of the first one left.
#[test]
fn kinds_are_identified_in_order() {
    let ticket = json!({"id": 1, "status_id": 1});
    let mut payload = json!({
        "message_status": {"comment_id": 1}, "chat_id": 1, "trigger": {"id": 1},
        "comment": {"id": 1}, "csi": {"rating": 1}, "ticket": ticket, "else": 1,
    });
    let empty_values =
        [json!(null), json!(0), json!("0"), json!(""), json!(false), json!([]), json!({})];
    let kinds = ["message_status", "chat_id", "trigger", "comment", "csi", "ticket"];
    for kind in kinds {
        let found = match read(&payload).expect("readable") {
            Event::WhatsAppDelivery(_) => "message_status",
            Event::Chat(_) => "chat_id",
            Event::TicketChanged(_) => "trigger",
            Event::CommentCreated(_) => "comment",
            Event::TicketRated(_) => "csi",
            Event::TicketCreated(_) => "ticket",
            _ => "none",
        };
        assert_eq!(found, kind);
        for empty in &empty_values {
            let payload = with(payload.clone(), &format!("/{kind}"), empty.clone());
            let found = format!("{:?}", read(&payload).expect("readable"));
            assert_same_kind_without(&payload, kind, &found);
        }
        payload.as_object_mut().expect("an object").remove(kind);
    }
    let Ok(Event::Unknown(unknown)) = read(&payload) else { panic!("a known kind") };
    assert_eq!(unknown["else"], 1);
    assert_eq!(read(&json!({})).expect("readable"), Event::Ping);
}

/// An empty member is ignored like an absent one.
fn assert_same_kind_without(payload: &Value, kind: &str, found: &str) {
    let mut without = payload.clone();
    without.as_object_mut().expect("an object").remove(kind);
    let variant = |debug: &str| debug.split('(').next().unwrap_or_default().to_owned();
    let expected = format!("{:?}", read(&without).expect("readable"));
    assert_eq!(variant(found), variant(&expected));
}

#[test]
fn custom_fields_are_read_from_both_places() {
    let fields = json!([
        {"id": 31, "name": "City", "value": "Riga"},
        {"ticket_field_id": "32", "id": 9, "value": 1},
    ]);
    let inside = json!({"ticket": {"id": 1, "status_id": 8, "custom_fields": fields}});
    let beside = json!({"ticket": {"id": 1, "status_id": 8}, "custom_fields": fields});
    let both = json!({
        "ticket": {"id": 1, "status_id": 8, "custom_fields": fields}, "custom_fields": [],
    });
    let keyed = json!({
        "ticket": {"id": 1, "status_id": 8}, "custom_fields": {"4": fields[0], "7": fields[1]},
    });
    for payload in [&inside, &beside, &both, &keyed] {
        let fields = created(payload).custom_fields;
        let read: Vec<_> = fields.iter().map(|field| (field.id, field.value.as_deref())).collect();
        assert_eq!(read, [(FieldId(31), Some("Riga")), (FieldId(32), Some("1"))], "{payload}");
    }
}

/// No source has both places, so neither is dropped.
#[test]
fn members_inside_and_beside_the_ticket_are_merged() {
    let field = |id: u64| json!({"id": id, "value": "x"});
    let ticket = json!({
        "id": 1, "status_id": 8, "message": "inside", "custom_fields": [field(1)],
        "custom_blocks": [{"name": "a"}], "files": ["u"],
    });
    let mut payload = json!({
        "chat_id": 77, "ticket": ticket, "message": "beside", "custom_fields": {"5": field(2)},
        "custom_blocks": [{"name": "b"}], "files": "v",
    });
    let chat = chat(&payload);
    payload.as_object_mut().expect("an object").remove("chat_id");
    let created = created(&payload);
    assert_eq!((&*chat.first_message, &*created.message), ("inside", "inside"));
    let files: Vec<_> = chat.files.iter().map(|file| &*file.url).collect();
    assert_eq!((files, &chat.files), (vec!["u", "v"], &created.files));
    let ids: Vec<_> = chat.custom_fields.iter().map(|field| field.id.0).collect();
    assert_eq!((ids, &chat.custom_fields), (vec![1, 2], &created.custom_fields));
    let names: Vec<_> = chat.custom_blocks.iter().map(|block| &*block.name).collect();
    assert_eq!((names, &chat.custom_blocks), (vec!["a", "b"], &created.custom_blocks));

    payload["ticket"]["message"] = json!("");
    payload["custom_fields"] = payload["ticket"]["custom_fields"].clone();
    let created = self::created(&payload);
    assert_eq!((&*created.message, created.custom_fields.len()), ("beside", 1));
}

/// Serde would read the items of a list as the members of an object, in their order.
#[test]
fn a_list_is_not_an_object() {
    let payloads = [
        ("message_status", json!({"message_status": ["DELIVERED", 11]})),
        ("trigger", json!({"trigger": [5, 6, 17]})),
        ("comment", json!({"comment": [11, "Hi"]})),
        ("csi", json!({"csi": [6, 17, 901, 4501, 5]})),
        ("ticket", json!({"ticket": [4501, 8]})),
    ];
    for (member, payload) in payloads {
        let error = read(&payload).expect_err("a list");
        let text = error.to_string();
        assert!(text.starts_with(&format!("cannot decode the payload at {member}: ")), "{text}");
        assert_eq!(error.payload(), Some(&payload));
    }
}

#[test]
fn files_are_urls_or_objects_or_absent() {
    let files = |files: Value| -> Vec<(String, String)> {
        let payload = with(samples::ticket_created(), "/ticket/files", files);
        let split = |file: CommentFile| (file.name, file.url);
        created(&payload).files.into_iter().map(split).collect()
    };
    let url = |name: &str, url: &str| (name.to_owned(), url.to_owned());
    assert_eq!(files(json!(["u"])), [url("", "u")]);
    assert_eq!(files(json!("u")), [url("", "u")]);
    assert_eq!(
        files(json!({"3": "u", "5": {"name": "n", "file": "v"}})),
        [url("", "u"), url("n", "v")]
    );
    for empty in [json!(null), json!([]), json!({}), json!("")] {
        assert!(files(empty).is_empty());
    }
}

#[test]
fn a_chat_event_is_about_its_state_or_a_message() {
    let state = |state: Value| chat(&with(samples::chat(), "/state", state)).state;
    assert_eq!(state(json!("new")), Some(ChatState::New));
    assert_eq!(state(json!("reopened")), Some(ChatState::Reopened));
    assert_eq!(state(json!("closed")), Some(ChatState::Closed));
    assert_eq!(state(json!("paused")), Some(ChatState::from("paused")));
    assert_eq!(state(json!(null)), None);
    for empty in [json!(null), json!([]), json!({}), json!("")] {
        let payload = with(samples::chat(), "/ticket", empty.clone());
        let chat = chat(&with(payload, "/client", empty));
        assert!(chat.ticket.is_none() && chat.client.is_none());
    }
}

#[test]
fn a_changed_value_is_found_by_its_target() {
    let samples = samples::events();
    let (_, payload) = samples.iter().find(|(name, _)| *name == "ticket_changed").expect("there");
    let Ok(Event::TicketChanged(changed)) = read(payload) else { panic!("not a change") };
    let status = changed.value_of(&ChangeTarget::Status).expect("changed").value.clone();
    let status: TicketStatus = serde_json::from_value(status.expect("given")).expect("a status");
    assert_eq!(status, TicketStatus::Solved);
    assert!(changed.value_of(&ChangeTarget::Subject).is_none());
    assert!(changed.value_of(&ChangeTarget::from("mood")).is_some());
}

#[test]
fn a_decode_error_has_the_path_and_the_payload() {
    let payload = with(samples::ticket_created(), "/ticket/id", json!("abc"));
    let error = read(&payload).expect_err("no id");
    insta::assert_snapshot!(error, @"cannot decode the payload at ticket.id: expected an id, from 1");
    let kept = error.payload().expect("kept");
    assert_eq!(kept["ticket"]["id"], "abc");
    assert_eq!(kept["ticket"]["custom_fields"], payload["ticket"]["custom_fields"]);
    assert_eq!(kept.get("secret"), None);
    assert_eq!(kept["ticket"]["custom_blocks"][0].get("secret_key"), None);
    let debug = format!("{error:?}");
    assert!(debug.contains("ticket.id") && !debug.contains("Riga"), "{debug}");

    let error = read(&json!({"comment": {"message": "Hi"}})).expect_err("no id");
    insta::assert_snapshot!(error, @"cannot decode the payload at comment: missing field `id`");
    let error = read(&json!({"csi": "good"})).expect_err("no object");
    insta::assert_snapshot!(error, @"cannot decode the payload at csi: expected an object");
}

#[test]
fn every_error_has_a_response_status() {
    let receiver = receiver_with(SECRET);
    let read = |content_type: &str, body: &str| {
        let error = receiver.event(content_type, body.as_bytes()).expect_err("not an event");
        format!("{} {error}", error.status().as_u16())
    };
    let errors = [
        read(JSON, "{}"),
        read(JSON, r#"{"secret": "other"}"#),
        read(JSON, r#"{"secret": "5f2c9a", "ticket": {"subject": "Hi"}}"#),
        read(JSON, ""),
        read(JSON, "[1]"),
        read(JSON, r#"{"secret": "#),
        read("text/html\u{2028}", "<p>"),
        read("multipart/form-data", ""),
        read(JSON, &" ".repeat(1024 * 1024 + 1)),
    ];
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn deeply_nested_json_is_rejected() {
    let deep = format!(r#"{{"ticket": {}"#, "[".repeat(100_000));
    let error = Receiver::without_secret().event(JSON, deep.as_bytes()).expect_err("too deep");
    assert!(matches!(error, WebhookError::NotJson { .. }), "{error}");
}

#[test]
fn only_the_right_secret_is_accepted() {
    let receiver = receiver_with(SECRET);
    let judge = |secret: Value| {
        let body = json!({"secret": secret, "secret_key": secret, "a": 1}).to_string();
        let event = receiver.event(JSON, body.as_bytes()).map(drop);
        let block = receiver.block(JSON, body.as_bytes()).map(drop);
        assert_eq!(event.is_ok(), block.is_ok());
        event
    };
    judge(json!(SECRET)).expect("right");
    for length in 1..=300 {
        let wrong = "5".repeat(length);
        let error = judge(json!(wrong)).expect_err("wrong");
        assert!(matches!(error, WebhookError::WrongSecret), "{length}");
        assert_eq!(error.status(), StatusCode::UNAUTHORIZED);
    }
    for near in ["5f2c9", "5f2c9aa", "5f2c9b", "5F2C9A", " 5f2c9a", "5f2c9a\0"] {
        assert!(matches!(judge(json!(near)), Err(WebhookError::WrongSecret)), "{near}");
    }
    for other in [json!([SECRET]), json!({"0": SECRET}), json!(true), json!(5)] {
        assert!(matches!(judge(other), Err(WebhookError::WrongSecret)));
    }
    for missing in [json!(null), json!("")] {
        assert!(matches!(judge(missing), Err(WebhookError::MissingSecret)));
    }
    let bare = receiver.event(JSON, br#"{"a": 1}"#);
    assert!(matches!(bare, Err(WebhookError::MissingSecret)));

    // An application's id may be a number.
    let receiver = receiver_with("1207");
    receiver.event(JSON, br#"{"secret": 1207}"#).expect("right");
}

#[test]
fn a_delivery_without_a_secret_is_accepted_if_configured() {
    let strict = receiver_with(SECRET);
    let mild = strict.clone().deliveries_without_secret();
    let mut delivery = samples::whatsapp_delivery();
    let judge = |receiver: &Receiver, payload: &Value| {
        receiver.event(JSON, payload.to_string().as_bytes()).map(drop)
    };
    assert!(matches!(judge(&strict, &delivery), Err(WebhookError::MissingSecret)));
    judge(&mild, &delivery).expect("a delivery");
    delivery["secret"] = json!("other");
    assert!(matches!(judge(&mild, &delivery), Err(WebhookError::WrongSecret)));
    delivery["secret"] = json!(SECRET);
    judge(&strict, &delivery).expect("right");

    let mut chat = samples::chat();
    chat.as_object_mut().expect("an object").remove("secret");
    assert!(matches!(judge(&mild, &chat), Err(WebhookError::MissingSecret)));
    chat["message_status"] = json!([]);
    assert!(matches!(judge(&mild, &chat), Err(WebhookError::MissingSecret)));
    judge(&Receiver::without_secret(), &chat).expect("all are accepted");
}

#[test]
fn parameters_of_a_block_are_kept() {
    let block = read_block(&samples::block()).expect("readable");
    let names: Vec<_> = block.parameters.keys().collect();
    assert_eq!(names, ["filter", "shop"]);
    assert_eq!(block.parameters["filter"]["years"], json!(["2023", "2024"]));
    assert_eq!(block.ticket_id, Some(TicketId(4501)));
    for empty in [json!(null), json!([]), json!("")] {
        let block = read_block(&json!({"ticket_id": "1", "client_data": empty}));
        assert_eq!(block.expect("readable").client.name, None);
    }
}

#[test]
fn contacts_of_a_block_have_known_types() {
    let client = read_block(&samples::block()).expect("readable").client;
    assert_eq!(client.phones[0].phone_type, Some(PhoneType::Mobile));
    assert_eq!(client.social_networks[0].network, Some(SocialNetwork::Vk));
    assert_eq!(client.addresses[0].address_type, Some(AddressType::Home));
    assert_eq!(client.messengers[0].messenger_type, Some(MessengerType::Telegram));
    assert_eq!(client.messengers[0].id.as_deref(), Some("@ann"));
}

#[test]
fn the_response_to_a_block_is_json() {
    let html = "<a href=\"/x\">a\\b</a>\n\u{2028}ж";
    let body = BlockResponse::new(html).into_body();
    assert_eq!(serde_json::from_slice::<Value>(&body).expect("JSON"), json!({ "html": html }));
}

/// Texts that some member reads as another type.
const TEXTS: &[&str] = &["", "0", "4501", "null", "2024-05-01 12:34:56", "new", "https://x"];

/// Names of the members of payloads.
const NAMES: &[&str] = &[
    "ticket",
    "comment",
    "trigger",
    "csi",
    "chat_id",
    "message_status",
    "extras",
    "client",
    "custom_fields",
    "ticket_field_id",
    "id",
    "status_id",
    "files",
    "data",
    "rating",
    "state",
    "secret_key",
    "client_data",
    "phones",
    "emails",
    "0",
];

fn any_payload() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(TEXTS).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((prop::sample::select(NAMES), inner), 0..6).prop_map(object),
        ]
    });
    vec((prop::sample::select(NAMES), value), 0..6).prop_map(object)
}

fn object(members: Vec<(&'static str, Value)>) -> Value {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
}

proptest! {
    #[test]
    fn every_object_is_an_event_or_an_error_that_keeps_it(payload in any_payload()) {
        match read(&payload) {
            Ok(_) => {}
            Err(error) => prop_assert!(error.payload().is_some(), "{}", error),
        }
        if let Err(error) = read_block(&payload) {
            prop_assert!(error.payload().is_some(), "{}", error);
        }
    }

    #[test]
    fn the_secret_is_nowhere(
        secret in r#"[A-Za-z0-9"\\&%/+ж]{16,40}"#,
        kept in any::<bool>(),
        echo in any::<bool>(),
    ) {
        let receiver = if kept { receiver_with(&secret) } else { Receiver::without_secret() };
        let mut printed = vec![format!("{receiver:?} {receiver:#?}")];
        // As a value that is repeated when it cannot be read.
        let id = if echo { &*secret } else { "x" };
        let block = json!({"secret_key": secret});
        let events = [
            json!({"secret": secret, "ticket": {"id": id}}),
            json!({"secret": secret, "trigger": {"data": id}}),
            json!({"secret": secret, "else": 1, "custom_blocks": [block]}),
            json!({"secret": secret, "ticket": {"id": 1, "status_id": 1, "custom_blocks": [block]}}),
            json!({"secret": secret}),
        ];
        for (content_type, body) in events.iter().flat_map(encodings) {
            printed.push(match receiver.event(content_type, &body) {
                Ok(event) => format!("{event:?}"),
                Err(error) => format!("{error} {error:?} {error:#?}"),
            });
        }
        let blocks = [block, json!({"secret_key": secret, "ticket_id": id})];
        for (content_type, body) in blocks.iter().flat_map(encodings) {
            printed.push(match receiver.block(content_type, &body) {
                Ok(block) => format!("{block:?}"),
                Err(error) => format!("{error} {error:?} {error:#?}"),
            });
        }
        let wrong = receiver_with("another-secret");
        for body in [json!({"secret": secret}).to_string(), format!(r#"{{"secret": "{secret}"#)] {
            printed.extend(wrong.event(JSON, body.as_bytes()).err().map(|e| format!("{e} {e:?}")));
        }
        let quoted = format!("{secret:?}");
        for text in &printed {
            prop_assert!(!text.contains(&secret), "{}", text);
            prop_assert!(!text.contains(&quoted[1..quoted.len() - 1]), "{}", text);
        }
    }
}
