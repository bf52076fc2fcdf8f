//! The desk as a document.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use usedesk_sandbox::Sandbox;

use super::{control, get, rejected};
use crate::client::{Client, call, call_json, call_multipart, numbers};

fn put(sandbox: &Sandbox, document: &Value) {
    assert_eq!(control(sandbox, "PUT", "/sandbox/state", document), Value::Null);
}

/// Generates calls of all methods that change something, some of which are rejected.
fn change() -> impl Strategy<Value = (&'static str, Value)> {
    let id = prop::sample::select(&[901, 902, 903, 904][..]);
    let ticket = prop::sample::select(&[4501, 4502, 4503, 4504][..]);
    let text = "[a-z;\\\\/\"\u{0}-\u{1f}é😀]{1,6}";
    prop_oneof![
        (ticket.clone(), text, 1..11_u64).prop_map(|(id, text, status)| {
            let tags = text.replace(',', "");
            let body = json!({
                "ticket_id": id, "subject": text, "status": status, "tag": tags, "priority": "low",
                "field_id": "31;32", "field_value": "Riga;true", "group_id": "null",
                "lists": [{ "id": 71, "value": 9 }],
            });
            ("/update/ticket", body)
        }),
        (id.clone(), text).prop_map(|(id, text)| {
            ("/create/ticket", json!({ "client_id": id, "subject": text, "message": text }))
        }),
        (ticket, text, any::<bool>()).prop_map(|(id, text, agent)| {
            let from = if agent { "user" } else { "client" };
            let body = json!({ "ticket_id": id, "message": text, "from": from, "cc": [text] });
            ("/create/comment", body)
        }),
        (id, text, any::<bool>()).prop_map(|(id, text, vip)| {
            let body = json!({
                "client_id": id, "name": text, "emails": [text], "phone": "12345678901", "note": text,
                "messengers": [{ "identity": text, "type": "viber" }], "sites": [{ "url": text }],
                "client_city": text, "position": text, "status_vip": vip,
            });
            ("/update/client", body)
        }),
        text.prop_map(|text| ("/create/client", json!({ "name": text, "merge_id": 902 }))),
        text.prop_map(|text| {
            let message = json!({ "text": text, "from": { "name": text, "email": text } });
            ("/chat/addMessage", json!({ "company_id": 1, "channel_id": 4, "message": message }))
        }),
        text.prop_map(|text| ("/chat/sendMessage", json!({ "chat_id": 7001, "user_id": 17, "text": text }))),
        text.prop_map(|text| {
            ("/create/user", json!({ "name": text, "email": text, "password": "p", "group": 6 }))
        }),
        Just(("/delete/user", json!({ "user_id": 18 }))),
        Just(("/support/12/articles/302/add-views", json!({}))),
    ]
}

#[test]
fn what_is_saved_and_loaded_is_equal() {
    let config = Config { cases: 32, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&prop::collection::vec(change(), 0..20), |changes| {
            let one = Sandbox::start().unwrap();
            let other = Sandbox::start().unwrap();
            for (path, body) in changes {
                call_json(&one, path, body);
            }
            let saved = get(&one, "/sandbox/state");
            put(&other, &saved);
            prop_assert_eq!(&get(&other, "/sandbox/state"), &saved);
            // Both continue with the same ids and show the same.
            for (path, body) in [
                (
                    "/create/ticket",
                    json!({ "subject": "S", "message": "M", "client_email": "new@e" }),
                ),
                (
                    "/chat/addMessage",
                    json!({ "company_id": 1, "channel_id": 4, "message": { "text": "T" } }),
                ),
                ("/tags", json!({})),
                ("/users", json!({})),
                ("/ticket/fields", json!({})),
                ("/client", json!({ "client_id": 901 })),
            ] {
                prop_assert_eq!(call_json(&one, path, body.clone()), call_json(&other, path, body));
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn files_are_served_by_the_next_sandbox() {
    let one = Sandbox::start().unwrap();
    let bytes = [0, 159, 146, 150, b'\n'];
    let parts: &[(&str, Option<&str>, &[u8])] = &[
        ("ticket_id", None, b"4501"),
        ("message", None, b"M"),
        ("files[]", Some("a b.png"), &bytes),
    ];
    call_multipart(&one, "/create/comment", parts);
    let saved = get(&one, "/sandbox/state");
    assert_eq!(saved["tickets"][0]["comments"][1]["files"][0]["file"], "/files/1/a%20b.png");
    let other = Sandbox::start().unwrap();
    put(&other, &saved);
    let url = other.ticket(4501).unwrap().comments[1].files[0].file.clone();
    let path = url.strip_prefix(other.url()).unwrap();
    assert_eq!(Client::connect(&other).get(path).body, bytes);
    // Ids of files are not taken again.
    call_multipart(&other, "/create/comment", parts);
    assert!(other.ticket(4501).unwrap().comments[2].files[0].file.contains("/files/2/"));
    // A reset returns to the desk at the start.
    other.reset();
    assert_eq!(other.ticket(4501).unwrap().comments.len(), 1);
    assert_eq!(Client::connect(&other).get(path).status, 404);
}

#[test]
fn a_document_written_by_hand_has_defaults() {
    let sandbox = Sandbox::start().unwrap();
    put(
        &sandbox,
        &json!({
            "groups": [{ "id": 1, "name": "All" }],
            "agents": [{ "id": 1, "name": "A", "email": "a@e", "groups": [1], "default_group": 1 }],
            "clients": [{ "id": 10, "name": "C", "emails": [{ "email": "c@e" }] }],
            "tickets": [{
                "id": 100, "subject": "S", "client_id": 10, "tags": ["vip"],
                "comments": [{ "message": "M", "from": "client", "client_id": 10 }, { "message": "N", "from": "user" }],
            }],
        }),
    );
    let ticket = sandbox.ticket(100).unwrap();
    assert_eq!((ticket.status, ticket.priority.as_str()), (8, "medium"));
    let ids: Vec<_> =
        ticket.comments.iter().map(|comment| (comment.id, comment.is_first)).collect();
    assert_eq!(ids, [(1, 1), (2, 0)]);
    assert_eq!(numbers(&call(&sandbox, "/tickets", "tag=vip"), "id"), [100]);
    assert_eq!(call(&sandbox, "/tags", "")[0]["name"], "vip");
    let created = call(&sandbox, "/create/ticket", "subject=S&message=M&client_email=c@e");
    assert_eq!(created["ticket_id"], 101);
    assert_eq!(sandbox.ticket(101).unwrap().client_id, 10);
    assert!(call(&sandbox, "/ticket", "ticket_id=4501")["error"].is_string());
    // An empty desk is a desk.
    put(&sandbox, &json!({}));
    assert_eq!(call(&sandbox, "/tickets", ""), json!([]));
}

#[test]
fn invalid_documents() {
    let sandbox = Sandbox::start().unwrap();
    let before = get(&sandbox, "/sandbox/state");
    let change = |pointer: &str, value: Value| {
        let mut document = before.clone();
        *document.pointer_mut(pointer).unwrap() = value;
        rejected(&sandbox, 400, "PUT", "/sandbox/state", &document)
    };
    for (pointer, value, expected) in [
        ("/format", json!(2), "format must be 1, the format of this version"),
        ("/tickets/0/status", json!(11), "tickets[0].status must be from 1 to 10"),
        (
            "/tickets/0/client_id",
            json!(1),
            "tickets[0].client_id must be the id of a client in the document",
        ),
        (
            "/tickets/1/group",
            json!(9),
            "tickets[1].group must be the id of a group in the document",
        ),
        ("/tickets/1/id", json!(4501), "tickets must have different ids"),
        (
            "/tickets/0/fields",
            json!({ "99": "x" }),
            "tickets[0].fields must be the id of a field in the document",
        ),
        (
            "/agents/0/default_group",
            json!(9),
            "agents[0].default_group must be the id of a group in the document",
        ),
        (
            "/fields/4/parent",
            json!(31),
            "fields[4].parent must be the id of a field of type nested in the document",
        ),
        (
            "/fields/4/options/0/parent",
            json!(1),
            "fields[4].options must be the id of an option of the parent field in the document",
        ),
        (
            "/knowledge_base/articles/0/category",
            json!(1),
            "knowledge_base.articles[0].category must be the id of a category in the document",
        ),
    ] {
        assert_eq!(change(pointer, value), expected);
    }
    let error = change("/tickets/0/subject", json!(5));
    assert!(error.starts_with("tickets[0].subject invalid type: integer `5`"), "{error}");
    let error = change("/agents/1", json!({ "id": 1, "nmae": "x" }));
    assert!(error.starts_with("agents[1].nmae unknown field `nmae`"), "{error}");
    assert_eq!(
        rejected(&sandbox, 400, "PUT", "/sandbox/state", &json!([])),
        "body must be an object"
    );
    assert_eq!(get(&sandbox, "/sandbox/state"), before);
}

/// Ids that follow from those of a document do not overflow.
#[test]
fn ids_that_are_too_large_are_rejected() {
    const LARGEST: u64 = 1_000_000_000_000_000;
    let sandbox = Sandbox::start().unwrap();
    let before = get(&sandbox, "/sandbox/state");
    let with = |pointer: &str, value: u64| {
        let mut changed = before.clone();
        *changed.pointer_mut(pointer).unwrap() = value.into();
        changed
    };
    let counters = before.as_object().unwrap().keys().filter(|name| name.starts_with("last_"));
    let counters: Vec<_> = counters.map(|name| (format!("/{name}"), name.clone())).collect();
    assert_eq!(counters.len(), 8);
    let ids = [
        ("/files/last_id", "files.last_id"),
        ("/tickets/1/id", "tickets[1].id"),
        ("/tickets/0/comments/0/id", "tickets[0].comments[0].id"),
        ("/clients/0/emails/0/id", "clients[0].emails[0].id"),
        ("/agents/0/id", "agents[0].id"),
    ];
    let ids = ids.map(|(pointer, name)| (pointer.to_owned(), name.to_owned()));
    for (pointer, name) in counters.into_iter().chain(ids) {
        for value in [LARGEST + 1, u64::MAX] {
            let error = rejected(&sandbox, 400, "PUT", "/sandbox/state", &with(&pointer, value));
            assert_eq!(error, format!("{name} must be at most {LARGEST}"));
        }
    }
    assert_eq!(get(&sandbox, "/sandbox/state"), before);

    // The largest ids work.
    let mut largest = with("/tickets/1/id", LARGEST);
    let field = json!({ "id": LARGEST, "name": "F", "type": "text" });
    largest["fields"].as_array_mut().unwrap().push(field);
    largest["tickets"][1]["fields"] = json!({ LARGEST.to_string(): "x" });
    let path = format!("/files/{}/a", u64::MAX);
    largest["files"]["kept"] = json!([{ "path": path, "base64": "" }]);
    put(&sandbox, &largest);
    let shown = call(&sandbox, "/ticket", &format!("ticket_id={LARGEST}"));
    assert_eq!(shown["custom_fields"][0]["id"], LARGEST * 1_000 + LARGEST);
    let created = call(&sandbox, "/create/ticket", "subject=S&message=M&client_email=new@e");
    assert_eq!(created["ticket_id"], LARGEST + 1);
    let parts: &[_] =
        &[("ticket_id", None, &b"4501"[..]), ("message", None, b"M"), ("files[]", Some("a"), b"1")];
    assert_eq!(call_multipart(&sandbox, "/create/comment", parts)["status"], "success");
}

#[test]
fn members_of_the_desk() {
    let sandbox = Sandbox::start().unwrap();
    let all = get(&sandbox, "/sandbox/state");
    let some = get(&sandbox, "/sandbox/state?members=agents,company_id,files");
    let names: Vec<_> = some.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["agents", "company_id", "files"]);
    assert!(names.iter().all(|name| some[name] == all[name]));
    assert_eq!(
        rejected(&sandbox, 400, "GET", "/sandbox/state?members=agents,people", &Value::Null),
        "members must be names of members of the desk, separated by commas"
    );
}
