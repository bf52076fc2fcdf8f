//! Responses in the alternative spellings.

use serde_json::{Value, json};
use usedesk_sandbox::{Event, Quirk, Quirks, Sandbox, ScriptedResponse};

use crate::client::{Client, FORM, call, call_multipart, update};

fn quirky() -> Sandbox {
    with([
        Quirk::Numbers,
        Quirk::CreatedIds,
        Quirk::Zeros,
        Quirk::EmptyObjects,
        Quirk::FirstFile,
        Quirk::Escapes,
    ])
}

fn with(quirks: impl Into<Quirks>) -> Sandbox {
    Sandbox::builder().quirks(quirks).start().unwrap()
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

#[test]
fn each_quirk_can_be_alone() {
    let plain = Sandbox::start().unwrap();
    let read = |sandbox: &Sandbox, path: &str| text(sandbox, path, "ticket_id=4502");
    for (quirk, path, expected) in [
        (Quirk::Zeros, "/ticket", r#""group":"0""#),
        (Quirk::EmptyObjects, "/ticket", r#""tags":{}"#),
        (Quirk::Escapes, "/ticket", r"<p>It should have come on Monday.<\/p>"),
        (Quirk::Numbers, "/ticket", r#""status_id":"1""#),
    ] {
        let sandbox = with([quirk]);
        let response = read(&sandbox, path);
        assert!(response.contains(expected), "{quirk:?}: {response}");
        assert!(!read(&plain, path).contains(expected), "{quirk:?}");
        let others = Quirk::ALL.into_iter().filter(|other| *other != quirk);
        assert!(!read(&with(others.collect::<Quirks>()), path).contains(expected), "{quirk:?}");
    }
    for quirk in Quirk::ALL {
        assert_eq!(Quirk::from_word(quirk.word()), Some(quirk));
        assert!(Quirks::from([quirk]).iter().eq([quirk]));
    }
    assert_eq!(Quirks::none().iter().count(), 0);
}

/// Typed clients compare them with the ids of later requests.
#[test]
fn ids_of_created_things_stay_numbers() {
    let sandbox = with(true);
    let created = call(&sandbox, "/create/ticket", "subject=S&message=M&client_id=901");
    assert_eq!(created["ticket_id"], 4503);
    let comment = call(&sandbox, "/create/comment", "ticket_id=4503&message=M");
    assert_eq!(comment["comment_id"], 8004);
    assert_eq!(call(&sandbox, "/create/client", "name=N")["client_id"], 903);
    let chat = "company_id=1&channel_id=4&message[text]=T&message[from][client_id]=901";
    let chat = call(&sandbox, "/chat/addMessage", chat);
    assert_eq!((&chat["chat_id"], &chat["client_id"]), (&json!(7001), &json!(901)));
    assert_eq!(call(&sandbox, "/ticket", "ticket_id=4503")["ticket"]["id"], "4503");
    let all = with(Quirks::all());
    assert_eq!(call(&all, "/create/client", "name=N")["client_id"], "903");
}

#[test]
fn events_have_quirks() {
    let server = Sandbox::start().unwrap();
    server.script(ScriptedResponse::status(200).always());
    with(true).fire(server.url(), &Event::ticket_created(4502)).unwrap();
    let body = String::from_utf8(server.requests()[0].body.clone()).unwrap();
    for part in [r#""id":"4502""#, r#""assignee_id":"0""#, r#""files":{}"#, r"Monday.<\/p>"] {
        assert!(body.contains(part), "{part}: {body}");
    }
    // What a test wrote itself stays.
    with(true).fire(server.url(), &Event::custom(json!({ "id": 1 }))).unwrap();
    assert_eq!(server.requests()[1].parameters["id"], 1);
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
fn errors_before_the_api_may_be_pages_and_have_status_200() {
    let (plain, quirky) = (Sandbox::start().unwrap(), quirky());
    for (target, status) in [("/nowhere/at/all", 404), ("/update/ticket", 405)] {
        let get = |sandbox: &Sandbox| Client::connect(sandbox).get(target);
        let expected = get(&plain);
        assert_eq!((expected.status, &expected.body), (status, &get(&quirky).body));
        let hidden = get(&with([Quirk::ErrorsIn200]));
        assert_eq!((hidden.status, &hidden.body), (200, &expected.body));
        let page = get(&with([Quirk::HtmlErrors]));
        assert_eq!(page.status, status);
        assert_eq!(page.header("content-type"), Some("text/html; charset=UTF-8"));
        assert!(page.body.starts_with(b"<!DOCTYPE html>"));
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
