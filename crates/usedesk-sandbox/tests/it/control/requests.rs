//! The journal.

use serde_json::{Value, json};
use usedesk_sandbox::Sandbox;

use super::{control, get, rejected};
use crate::client::{Client, FORM, call, call_multipart, each, numbers, update};

#[test]
fn an_entry_tells_everything() {
    let sandbox = Sandbox::start().unwrap();
    let body = "api_token=sandbox-token&ticket_id=4501&status=2&lists[0][id]=71&lists[0][value]=9&\
                statsu=3&tag=a";
    let response = Client::connect(&sandbox).post("/uapi/update/ticket?x=1", FORM, body);
    assert_eq!(response.header("sandbox-ignored-parameters"), Some("statsu, x"));
    let mut entry = get(&sandbox, "/sandbox/requests")["requests"][0].take();
    assert!(entry["duration_ms"].as_f64().is_some_and(|duration| duration > 0.0));
    let time = entry["time"].as_str().unwrap();
    assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
    for volatile in ["duration_ms", "time", "headers"] {
        entry.as_object_mut().unwrap().remove(volatile);
    }
    assert_eq!(
        entry,
        json!({
            "id": 1, "method": "POST", "path": "/uapi/update/ticket", "operation": "update_ticket",
            "parameters": {
                "api_token": "(redacted)", "ticket_id": "4501", "status": "2", "statsu": "3",
                "tag": "a", "x": "1", "lists": [{ "id": "71", "value": "9" }],
            },
            "files": [], "ignored": ["statsu", "x"], "outcome": "ok", "error": null, "script": null,
            "effects": [{
                "item": "ticket", "id": 4501, "action": "changed",
                "data": [
                    { "target": "status_id", "value": 2, "old_value": 8 },
                    { "target": "new_tags", "value": "a", "old_value": null },
                    { "target": "ticket_field", "value": "9", "old_value": null },
                ],
            }],
            "response": { "status": 200, "body": r#"{"status":"success"}"#, "length": 20 },
        })
    );
    assert_eq!(get(&sandbox, "/sandbox/requests/1")["ignored"], json!(["statsu", "x"]));
}

#[test]
fn rejections_files_and_unknown_paths() {
    let sandbox = Sandbox::start().unwrap();
    update(&sandbox, 1, "status=2&priorty=low");
    call_multipart(
        &sandbox,
        "/create/comment",
        &[
            ("ticket_id", None, b"4501"),
            ("message", None, b"M"),
            ("files[]", Some("a.png"), b"png"),
            ("attachment", Some("b.png"), b"p"),
        ],
    );
    Client::connect(&sandbox).get("/nowhere?api_token=live");
    let rows = &get(&sandbox, "/sandbox/requests")["requests"];
    assert_eq!(rows[0]["error"], json!({ "code": 113, "message": "there is no ticket 1" }));
    // Ignored parameters are told for a rejected request, too.
    assert_eq!(rows[0]["ignored"], json!(["priorty"]));
    assert_eq!(rows[1]["files"][0]["size"], 3);
    assert_eq!(rows[1]["ignored"], json!(["attachment"]));
    assert_eq!(each(&rows[1]["effects"], "item"), ["ticket", "comment"]);
    assert_eq!(rows[1]["effects"][1]["id"], 8003);
    assert_eq!(rows[2]["operation"], Value::Null);
    assert_eq!(rows[2]["error"], json!({ "code": null, "message": "unknown method" }));
    assert!(!rows.to_string().contains("live"));
}

#[test]
fn every_kind_of_change_is_told() {
    let sandbox = Sandbox::start().unwrap();
    let chat = "company_id=1&channel_id=4&message[text]=Hi&message[from][name]=Zoe";
    for (path, parameters, expected) in [
        ("/create/client", "name=N", "client 903 created, client 903 changed"),
        ("/update/client", "client_id=901&name=M", "client 901 changed"),
        ("/update/client", "client_id=901&name=M", ""),
        (
            "/update/client",
            "client_id=901&merge_id=902",
            "client 902 deleted, client 901 changed, ticket 4502 changed",
        ),
        (
            "/create/ticket",
            "subject=S&message=M&client_id=901",
            "ticket 4503 created, comment 8003 created",
        ),
        (
            "/chat/addMessage",
            chat,
            "client 904 created, chat 7001 created, ticket 4504 created, comment 8004 created",
        ),
        (
            "/chat/sendMessage",
            "chat_id=7001&user_id=17&text=T",
            "chat 7001 changed, ticket 4504 changed, comment 8005 created",
        ),
        ("/create/user", "name=N&email=e&password=p&group=5", "agent 19 created"),
        ("/update/user", "user_id=19&name=M", "agent 19 changed"),
        ("/update/user", "user_id=19&name=M", ""),
        ("/delete/user", "user_id=19", "agent 19 deleted"),
        ("/support/12/articles/301/add-views", "", "article 301 changed"),
        ("/support/12/articles/301/change-rating", "count_positive=1", "article 301 changed"),
        ("/tickets", "", ""),
    ] {
        call(&sandbox, path, parameters);
        let entry = sandbox.journal().pop().unwrap();
        let effects = serde_json::to_value(&entry.effects).unwrap();
        let told: Vec<_> = effects
            .as_array()
            .unwrap()
            .iter()
            .map(|effect| {
                let text = |name: &str| effect[name].as_str().unwrap().to_owned();
                format!("{} {} {}", text("item"), effect["id"], text("action"))
            })
            .collect();
        assert_eq!(told.join(", "), expected, "{path} {parameters}");
        assert!(entry.ignored.is_empty(), "{path}: {:?}", entry.ignored);
    }
}

#[test]
fn filters_and_pages() {
    let sandbox = Sandbox::start().unwrap();
    for number in 0..5 {
        update(&sandbox, 4501, &format!("subject={number}"));
        call(&sandbox, "/ticket/", "ticket_id=1");
    }
    let ids = |query: &str| {
        let page = get(&sandbox, &format!("/sandbox/requests?{query}"));
        (numbers(&page["requests"], "id"), page["next"].as_u64(), page["has_more"] == true)
    };
    assert_eq!(ids("path=/uapi/update/ticket"), (vec![1, 3, 5, 7, 9], Some(10), false));
    assert_eq!(ids("operation=get_ticket&after=4"), (vec![6, 8, 10], Some(10), false));
    assert_eq!(ids("outcome=rejected&limit=2"), (vec![2, 4], Some(4), true));
    assert_eq!(ids("outcome=rejected&limit=2&after=8"), (vec![10], Some(10), false));
    assert_eq!(ids("outcome=scripted"), (vec![], Some(10), false));
    control(&sandbox, "DELETE", "/sandbox/requests", &Value::Null);
    assert_eq!(ids(""), (vec![], Some(10), false));
    call(&sandbox, "/ticket", "ticket_id=1");
    assert_eq!(ids(""), (vec![11], Some(11), false));
    let error = |target| rejected(&sandbox, 400, "GET", target, &Value::Null);
    assert_eq!(
        error("/sandbox/requests?outcome=good"),
        "outcome must be one of ok, rejected, scripted"
    );
    assert_eq!(error("/sandbox/requests?limit=0"), "limit must be a whole number from 1 to 1000");
    rejected(&sandbox, 404, "GET", "/sandbox/requests/1", &Value::Null);
}

#[test]
fn the_journal_is_bounded() {
    let sandbox = Sandbox::builder().journal_limit(3).start().unwrap();
    let mut client = Client::connect(&sandbox);
    for number in 0..10 {
        client.get(&format!("/ticket?number={number}"));
    }
    let page = get(&sandbox, "/sandbox/requests");
    assert_eq!(numbers(&page["requests"], "id"), [8, 9, 10]);
    assert_eq!(sandbox.requests().len(), 3);
    // Large bodies displace older requests, however few there are.
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    let body = vec![b'x'; 30 * 1024 * 1024];
    for _ in 0..6 {
        assert_eq!(client.post("/ticket", "text/plain", &body).status, 200);
    }
    assert_eq!(sandbox.requests().len(), 4);
    assert_eq!(sandbox.journal()[0].id, 3);
}
