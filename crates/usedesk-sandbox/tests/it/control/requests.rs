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
            "files": [], "ignored": ["statsu", "x"], "did_you_mean": { "statsu": "status" },
            "outcome": "ok", "error": null, "script": null,
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

#[test]
fn a_page_of_large_requests_ends_early() {
    let sandbox = Sandbox::start().unwrap();
    let body = vec![b'x'; 6 * 1024 * 1024];
    for _ in 0..5 {
        Client::connect(&sandbox).post("/ticket", "text/plain", &body);
    }
    let (mut next, mut pages) = (0, Vec::new());
    loop {
        let page = get(&sandbox, &format!("/sandbox/requests?after={next}&limit=1000"));
        pages.push(numbers(&page["requests"], "id"));
        next = page["next"].as_u64().unwrap();
        if page["has_more"] == false {
            break;
        }
    }
    assert_eq!(pages, [vec![1, 2], vec![3, 4], vec![5]]);
    // A request that is larger than a page is a page of its own.
    let body = vec![b'x'; 20 * 1024 * 1024];
    Client::connect(&sandbox).post("/ticket", "text/plain", &body);
    let page = get(&sandbox, "/sandbox/requests?after=5");
    assert_eq!((numbers(&page["requests"], "id"), &page["has_more"]), (vec![6], &json!(false)));
}

#[test]
fn files_are_attachments() {
    let sandbox = Sandbox::start().unwrap();
    let files: &[(&str, Option<&str>, &[u8])] = &[
        ("ticket_id", None, b"4501"),
        ("message", None, b"M"),
        ("files[]", Some("a.png"), b"one"),
        ("files[]", Some("b.png"), b"two"),
    ];
    call_multipart(&sandbox, "/create/comment", files);
    for (target, content) in
        [("/sandbox/requests/1/file", b"one"), ("/sandbox/requests/1/file?number=2", b"two")]
    {
        let response = Client::connect(&sandbox).control("GET", target, &Value::Null);
        assert_eq!((response.status, response.body.as_slice()), (200, content.as_slice()));
        assert_eq!(response.header("content-type"), Some("image/png"));
        assert_eq!(response.header("content-disposition"), Some("attachment"));
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"));
        let policy = response.header("content-security-policy");
        assert_eq!(policy, Some("sandbox; default-src 'none'"));
    }
    let error = |status, target| rejected(&sandbox, status, "GET", target, &Value::Null);
    assert_eq!(
        error(404, "/sandbox/requests/1/file?number=3"),
        "number must be at most 2, the number of files"
    );
    assert_eq!(
        error(400, "/sandbox/requests/1/file?number=0"),
        "number must be a whole number of at least 1"
    );
    assert_eq!(
        error(404, "/sandbox/requests/2/file"),
        "id must be the id of a request in the journal"
    );
}

#[test]
fn a_summary_has_what_a_list_needs() {
    let sandbox = Sandbox::start().unwrap();
    update(&sandbox, 4501, "status=2&tags=a");
    let full = get(&sandbox, "/sandbox/requests")["requests"][0].take();
    let mut summary = get(&sandbox, "/sandbox/requests?view=summary")["requests"][0].take();
    assert_eq!(
        summary["effects"].take(),
        json!([{ "item": "ticket", "id": 4501, "action": "changed" }])
    );
    assert_eq!(summary["response"].take(), json!({ "status": 200, "length": 20 }));
    for (name, value) in summary.as_object().unwrap() {
        assert!(value.is_null() || full[name] == *value, "{name}");
    }
    assert_eq!(summary.get("parameters"), None);
    assert_eq!(
        rejected(&sandbox, 400, "GET", "/sandbox/requests?view=short", &Value::Null),
        "view must be one of full, summary"
    );
}

#[test]
fn ignored_parameters_come_with_what_they_resemble() {
    let sandbox = Sandbox::start().unwrap();
    for (sent, known) in [
        ("tags=a", json!({ "tags": "tag" })),
        ("Status=2", json!({ "Status": "status" })),
        ("ticketId=1", json!({ "ticketId": "ticket_id" })),
        ("agent_id=1", json!({})),
        ("zzz=1", json!({})),
    ] {
        update(&sandbox, 4501, sent);
        let rows = get(&sandbox, "/sandbox/requests")["requests"].take();
        let last = rows.as_array().unwrap().last().unwrap();
        assert_eq!(last["did_you_mean"], known, "{sent}");
    }
}

#[test]
fn no_header_shows_the_token() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    client.send(
        "GET /tags?api_token=sandbox-token HTTP/1.1\r\nHost: localhost\r\n\
         Referer: http://localhost/?api_token=sandbox-token\r\nX-Key: a sandbox-token b\r\n\
         Cookie: session=1\r\nAuthorization: Bearer other\r\nAccept: text/html\r\n\r\n",
    );
    client.response();
    let entry = get(&sandbox, "/sandbox/requests/1");
    assert_eq!(
        entry["headers"],
        json!([
            ["host", "localhost"],
            ["referer", "(redacted)"],
            ["x-key", "(redacted)"],
            ["cookie", "(redacted)"],
            ["authorization", "(redacted)"],
            ["accept", "text/html"],
        ])
    );
    assert!(!entry.to_string().contains("sandbox-token"));
}
