//! Responses in the alternative spellings.

use serde_json::{Value, json};
use usedesk_sandbox::Sandbox;

use crate::client::{Client, FORM, call, call_multipart, update};

fn quirky() -> Sandbox {
    Sandbox::builder().quirks(true).start().unwrap()
}

/// Returns the text of a response.
fn text(sandbox: &Sandbox, path: &str, parameters: &str) -> String {
    let body = format!("api_token=sandbox-token&{parameters}");
    let response = Client::connect(sandbox).post(path, FORM, body);
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), Some("application/json"));
    String::from_utf8(response.body).unwrap()
}

#[test]
fn numbers_are_strings_and_absent_ids_zero() {
    let shown = call(&quirky(), "/ticket", "ticket_id=4502");
    let ticket = &shown["ticket"];
    assert_eq!((&ticket["id"], &ticket["status_id"]), (&json!("4502"), &json!("1")));
    assert_eq!((&ticket["group"], &ticket["assignee_id"]), (&json!("0"), &json!("0")));
    assert_eq!(ticket["published_at"], "2026-11-03 16:40:00");
    assert_eq!((&shown["tags"], &shown["changes"]), (&json!({}), &json!({})));
    let comment = &shown["comments"][0];
    assert_eq!((&comment["is_first"], &comment["readed"]), (&json!("1"), &json!("1")));
    // Present, or absent in another way.
    assert_eq!((&comment["user_id"], &comment["file"]), (&Value::Null, &Value::Null));
    assert_eq!(comment["files"], json!({}));
}

/// Some live responses have the first file as an object in `file`.
#[test]
fn the_first_file_is_also_in_file() {
    let sandbox = quirky();
    let parts: &[_] = &[
        ("ticket_id", None, &b"4501"[..]),
        ("message", None, b"M"),
        ("files[]", Some("a.png"), b"A"),
        ("files[]", Some("b.png"), b"B"),
    ];
    call_multipart(&sandbox, "/create/comment", parts);
    let comment = &call(&sandbox, "/ticket", "ticket_id=4501")["comments"][1];
    assert_eq!(comment["files"][1]["name"], "b.png");
    assert_eq!(comment["file"], comment["files"][0]);
}

#[test]
fn a_row_of_a_list_without_group_has_zero() {
    let rows = call(&quirky(), "/tickets", "");
    assert_eq!((&rows[0]["group"], &rows[1]["group"]), (&json!("5"), &json!("0")));
    assert_eq!(rows[1]["assignee_id"], "0");
}

#[test]
fn a_ticket_of_a_client_without_email_has_zero() {
    let sandbox = quirky();
    let id = call(&sandbox, "/create/ticket", "subject=S&message=M")["ticket_id"].take();
    let shown = call(&sandbox, "/ticket", &format!("ticket_id={}", id.as_str().unwrap()));
    assert_eq!(shown["ticket"]["email"], "0");
}

#[test]
fn text_is_escaped_as_php_does() {
    let sandbox = quirky();
    call(&sandbox, "/update/client", "client_id=901&name=%D0%B0%2F%22%F0%9F%98%80%0A");
    let shown = text(&sandbox, "/clients", "query=maria");
    assert_eq!(
        shown,
        r#"[{"emails":"maria@example.com","id":"901","name":"\u0430\/\"\ud83d\ude00\n","phone":null,"tickets":["4501"]}]"#
    );
}

#[test]
fn empty_lists_are_empty_maps() {
    let sandbox = quirky();
    assert_eq!(text(&sandbox, "/tags", ""), "{}");
    assert_eq!(text(&sandbox, "/client", "client_id=1"), "{}");
}

#[test]
fn flags_and_errors() {
    let sandbox = quirky();
    assert_eq!(
        text(&sandbox, "/update/client", "client_id=901"),
        r#"{"client_id":"901","status":true}"#
    );
    assert_eq!(
        text(&sandbox, "/ticket", "ticket_id=1"),
        r#"{"code":"113","error":"there is no ticket 1"}"#
    );
}

/// With the quirks undone, every response is the plain one.
#[test]
fn quirks_change_only_the_spelling() {
    let (plain, quirky) = (Sandbox::start().unwrap(), quirky());
    for (path, parameters) in [
        ("/create/client", "name=%C3%84+%2F&emails[]=a%40b.c&status_vip=1"),
        ("/create/ticket", "subject=S&message=%3Cb%3EM%3C/b%3E&client_id=903&tag=a"),
        ("/tickets", ""),
        ("/tickets", "fgroup=7"),
        ("/ticket", "ticket_id=4501"),
        ("/ticket/fields", ""),
        ("/tags", ""),
        ("/clients", ""),
        ("/client", "client_id=901"),
    ] {
        let expected = call(&plain, path, parameters);
        let found = call(&quirky, path, parameters);
        assert_ne!(found, expected, "{path}");
        assert_eq!(undo_quirks(&found), undo_quirks(&expected), "{path}");
    }
    assert_eq!(update(&quirky, 4501, "status=2"), update(&plain, 4501, "status=2"));
}

#[test]
fn errors_before_the_api_have_one_spelling() {
    let (plain, quirky) = (Sandbox::start().unwrap(), quirky());
    for target in ["/nowhere/at/all", "/update/ticket"] {
        let (plain, quirky) =
            (Client::connect(&plain).get(target), Client::connect(&quirky).get(target));
        assert_eq!((plain.status, plain.body), (quirky.status, quirky.body));
    }
}

/// Undoes the quirks and truncates times, whose seconds may differ.
fn undo_quirks(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.to_string().into(),
        Value::Null => "0".into(),
        Value::Array(items) if items.is_empty() => json!({}),
        Value::Array(items) => items.iter().map(undo_quirks).collect(),
        Value::Object(members) => {
            let dates = ["created_at", "updated_at", "last_updated_at", "published_at"];
            let kept = members.iter().filter(|(name, _)| !dates.contains(&name.as_str()));
            kept.map(|(name, value)| (name.clone(), undo_quirks(value))).collect()
        }
        value => value.clone(),
    }
}
