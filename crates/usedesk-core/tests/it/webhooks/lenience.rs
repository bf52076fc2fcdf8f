//! A member in another shape than documented affects no other member.

use serde_json::{Value, json};
use usedesk_core::ClientId;
use usedesk_core::webhooks::{BlockRequest, Event, EventClient};

use super::{chat, created, read, read_block};

/// Decodes the client of a change.
fn client(client: &Value) -> Option<EventClient> {
    let payload = json!({"trigger": {"id": 5}, "client": client});
    match read(&payload) {
        Ok(Event::TicketChanged(changed)) => {
            assert_eq!((changed.change.id, &changed.payload["client"]), (Some(5), client));
            changed.client
        }
        other => panic!("{payload}: {other:?}"),
    }
}

#[test]
fn a_client_without_an_id() {
    let client = client(&json!({"name": "Ann"})).expect("a client");
    assert_eq!((client.id, client.name.as_deref()), (None, Some("Ann")));
    assert_eq!(self::client(&json!({"id": "x", "name": "Ann"})).expect("a client").id, None);
    let client = self::client(&json!({"id": "901"})).expect("a client");
    assert_eq!(client.id, Some(ClientId(901)));
    for other in [json!("Ann"), json!(5), json!([901]), json!(null), json!({})] {
        assert_eq!(self::client(&other), None);
    }
}

#[test]
fn contacts_that_are_texts() {
    let phones = |phones: Value| -> Vec<String> {
        let client = client(&json!({"id": 1, "phones": phones})).expect("a client");
        client.phones.into_iter().map(|phone| phone.phone).collect()
    };
    assert_eq!(phones(json!(["79990000000"])), ["79990000000"]);
    assert_eq!(phones(json!([79_990_000_000_u64, {"phone": "7"}, null])), ["79990000000", "7"]);
    assert_eq!(phones(json!("79990000000")), ["79990000000"]);
    assert_eq!(phones(json!({"phone": "79990000000"})), ["79990000000"]);
    let ids = client(&json!({"id": 1, "additional_ids": ["A-7"]})).expect("a client");
    assert_eq!(ids.additional_ids[0].value, "A-7");
    let block = read_block(&json!({"client_data": {"phones": ["7999"]}})).expect("readable");
    assert_eq!(block.client.phones[0].phone, "7999");
}

#[test]
fn a_rating_that_is_not_an_integer() {
    let rating = |rating: Value| match read(&json!({"csi": {"id": 6, "rating": rating}})) {
        Ok(Event::TicketRated(rated)) => {
            assert_eq!((rated.id, &rated.payload["csi"]["rating"]), (Some(6), &rating));
            rated.rating
        }
        other => panic!("{other:?}"),
    };
    for (sent, expected) in [
        (json!(4.5), Some(4.5)),
        (json!("4.5"), Some(4.5)),
        (json!(5), Some(5.0)),
        (json!(0), Some(0.0)),
        (json!("good"), None),
        (json!("NaN"), None),
        (json!([5]), None),
        (json!(null), None),
    ] {
        assert_eq!(rating(sent), expected);
    }
}

#[test]
fn a_chat_whose_ticket_has_no_id() {
    let chat = chat(&json!({
        "secret": "5f2c9a", "chat_id": 77, "from": "client", "text": "Hi", "state": null,
        "platform": "usedesk_tg", "client": {"name": "Ann"},
        "ticket": {
            "subject": "Chat", "message": "Hello", "assignee_id": "17",
            "files": {"name": "n", "file": "u"}, "custom_fields": [{"name": "x"}, {"id": 31}],
        },
    }));
    let ticket = chat.ticket.expect("a ticket");
    assert_eq!((ticket.id, ticket.status, &*ticket.subject), (None, None, "Chat"));
    assert_eq!(ticket.assignee_id.map(|id| id.0), Some(17));
    assert_eq!((&*chat.text, &*chat.first_message, &*chat.files[0].url), ("Hi", "Hello", "u"));
    assert_eq!(chat.custom_fields.len(), 1);
    assert_eq!((chat.state, chat.platform.as_deref()), (None, Some("usedesk_tg")));
    let chat = self::chat(&json!({"chat_id": 77, "ticket": [4501], "client": "Ann", "text": "Hi"}));
    assert_eq!((chat.ticket, chat.client, &*chat.text), (None, None, "Hi"));
}

/// Replaces every member of the documented events in turn: the kind stays the same as long as its
/// identifying member is present.
#[test]
fn optional_members_may_have_any_shape() {
    const REQUIRED: [&str; 8] = [
        "/message_status",
        "/chat_id",
        "/trigger",
        "/comment",
        "/comment/id",
        "/csi",
        "/ticket",
        "/ticket/id",
    ];
    let odd =
        [json!("odd"), json!(-1), json!(4.5), json!(true), json!([{"a": 1}]), json!({"a": 1})];
    for (name, payload) in super::samples::events() {
        let kind = |event: &Event| serde_json::to_value(event).expect("writable")["kind"].clone();
        let expected = kind(&read(&payload).expect("readable"));
        let mut paths = Vec::new();
        collect(&payload, "", &mut paths);
        for path in paths {
            let is_required = REQUIRED.contains(&&*path);
            let is_required = is_required && !(name == "chat" && path.starts_with("/ticket"));
            if is_required || matches!(name, "unknown" | "ping" | "agent_reply") {
                continue;
            }
            for odd in &odd {
                let payload = super::with(payload.clone(), &path, odd.clone());
                let event = read(&payload).unwrap_or_else(|e| panic!("{path} {odd}: {e}"));
                assert_eq!(kind(&event), expected, "{path} {odd}");
            }
        }
    }
}

/// Collects the paths to all members.
fn collect(value: &Value, path: &str, paths: &mut Vec<String>) {
    let mut add = |name: &str, value: &Value| {
        let path = format!("{path}/{name}");
        collect(value, &path, paths);
        paths.push(path);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| add(name, value)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| add(&at.to_string(), item));
        }
        _ => {}
    }
}

/// Events have a field `payload`, which is not read from a member of that name.
#[test]
fn a_member_called_payload_is_not_special() {
    for (name, payload) in super::samples::events() {
        let kind = |event: &Event| serde_json::to_value(event).expect("writable")["kind"].clone();
        let expected = if name == "empty" {
            json!("unknown")
        } else {
            kind(&read(&payload).expect("readable"))
        };
        for odd in [json!("x"), json!(5), json!(["x"]), json!({"a": 1}), json!([[{"a": [1]}]])] {
            let mut payload = payload.clone();
            payload["payload"] = odd.clone();
            for inside in ["message_status", "csi", "ticket", "comment", "trigger"] {
                if let Some(inside) = payload.get_mut(inside) {
                    inside["payload"] = odd.clone();
                }
            }
            let event = read(&payload).unwrap_or_else(|e| panic!("{name} {odd}: {e}"));
            assert_eq!(kind(&event), expected, "{name} {odd}");
            if let Event::Ping = event {
                continue;
            }
            let written = serde_json::to_value(&event).expect("writable");
            let kept = &written["value"];
            let kept = if expected == "unknown" { kept } else { &kept["payload"] };
            assert_eq!(kept["payload"], odd, "{name}");
            let again: Event = serde_json::from_value(written.clone()).expect("readable");
            assert_eq!(again, event);
        }
    }
}

#[test]
fn a_kind_is_identified_by_a_member_of_the_right_shape() {
    let comment = json!({"comment": {"id": 11}, "message_status": "delivered", "chat_id": "none"});
    assert!(matches!(read(&comment), Ok(Event::CommentCreated(_))));
    let error = read(&json!({"message_status": "delivered"})).expect_err("no delivery");
    assert!(error.to_string().contains("message_status"), "{error}");
    assert!(created(&json!({"ticket": {"id": "4501"}})).payload["ticket"]["id"] == "4501");
}

#[test]
fn an_agent_may_reply_without_a_ticket() {
    let reply = |payload: Value| match read(&payload) {
        Ok(Event::AgentReply(reply)) => reply,
        other => panic!("{other:?}"),
    };
    let read_reply = reply(json!({"message": "Hi", "user_id": "17", "user_name": "Ann"}));
    assert_eq!((&*read_reply.message, read_reply.ticket_id), ("Hi", None));
    assert_eq!(read_reply.user_id.map(|id| id.0), Some(17));
    assert_eq!(read_reply.user_name.as_deref(), Some("Ann"));
    let other = json!({"message": "Hi", "user_id": 17, "ticket": "4501", "chat_id": "none"});
    assert_eq!(reply(other).payload["ticket"], "4501");
    let with_ticket = reply(json!({"message": "0", "user_name": "Ann", "ticket_id": "4501"}));
    assert_eq!(with_ticket.ticket_id.map(|id| id.0), Some(4501));
    for other in
        [json!({"message": "Hi"}), json!({"user_id": 17}), json!({"message": "Hi", "user_id": 0})]
    {
        assert!(matches!(read(&other), Ok(Event::Unknown(_))), "{other}");
    }
    let comment = json!({"message": "Hi", "user_id": 17, "comment": {"id": 11}});
    assert!(matches!(read(&comment), Ok(Event::CommentCreated(_))));
}

#[test]
fn a_comment_has_blocks() {
    let payload = json!({
        "comment": {"id": 11},
        "custom_blocks": [{"name": "Orders", "url": "https://blocks.example", "secret_key": "k"}],
    });
    let Ok(Event::CommentCreated(created)) = read(&payload) else { panic!("no comment") };
    let block = &created.custom_blocks[0];
    assert_eq!((&*block.name, &*block.url), ("Orders", "https://blocks.example"));
}

#[test]
fn a_placeholder_that_was_not_filled_is_absent() {
    let block: BlockRequest = read_block(&json!({
        "ticket_id": "{{ticket_id}}", "client_id": "{{ client_id }}", "contact": "{{contact}}",
        "subject": "{{subject}} and more", "is_auto_load": "{{x}}", "shop": "{{shop}}",
        "client_data": {"name": "{{name}}", "emails": ["{{email}}", "ann@example.com"]},
        "filter": {"state": "{{state}}", "year": "2024", "brace": "{{}}", "math": "{{a b}}"},
    }))
    .expect("readable");
    assert_eq!((block.ticket_id, block.client_id, block.contact), (None, None, None));
    assert_eq!(block.subject, "{{subject}} and more");
    assert_eq!(
        (block.client.name, &*block.client.emails),
        (None, &["ann@example.com".to_owned()][..])
    );
    assert_eq!(
        Value::Object(block.parameters),
        json!({"filter": {"year": "2024", "brace": "{{}}", "math": "{{a b}}"}})
    );
}

/// With the id 0 two events would have the same key.
#[test]
fn the_id_0_identifies_no_event() {
    for id in [json!(0), json!("0"), json!(null)] {
        read(&json!({"comment": {"id": id, "message": "Hi"}})).expect_err("no comment");
        read(&json!({"ticket": {"id": id}})).expect_err("no ticket");
    }
}

/// Such a name is special to `serde_json` if its feature `raw_value` is enabled.
#[test]
fn a_text_in_a_block_stays_a_text() {
    for text in [r#"{"secret":"hush"}"#, "[1,"] {
        let parameter = json!({"$serde_json::private::RawValue": text});
        let block =
            read_block(&json!({"p": parameter, "q": {"r": [parameter]}})).expect("readable");
        assert_eq!(block.parameters["p"], parameter);
        assert_eq!(block.parameters["q"]["r"][0], parameter);
    }
}

#[test]
fn members_of_a_block_may_have_any_shape() {
    let other = json!({"client_data": ["Ann"], "ticket_id": "x", "is_auto_load": {"a": 1}});
    let block = read_block(&other).expect("readable");
    assert_eq!((block.ticket_id, block.client.name), (None, None));
}
