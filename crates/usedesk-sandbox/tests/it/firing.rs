//! The calls that the sandbox makes to a server.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use usedesk_sandbox::{DEFAULT_SECRET, Event, Received, Sandbox, ScriptedResponse};

use crate::client::{Client, FORM, call, call_json, call_multipart, eventually, updated};

/// Fires an event and returns the request that the server receives.
fn fired(sandbox: &Sandbox, event: &Event) -> Received {
    let server = Sandbox::start().unwrap();
    server.script(ScriptedResponse::status(204));
    let url = format!("{}/hooks?from=usedesk", server.url());
    assert_eq!(sandbox.fire(&url, event).unwrap().status, 204);
    let mut requests = server.requests();
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

/// Returns the payload of an event sent as JSON.
fn payload(sandbox: &Sandbox, event: &Event) -> Value {
    serde_json::from_slice(&fired(sandbox, event).body).unwrap()
}

#[test]
fn an_event_is_a_post_request() {
    let sandbox = Sandbox::start().unwrap();
    let request = fired(&sandbox, &Event::ping());
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/hooks"));
    assert_eq!(request.query, "from=usedesk");
    assert_eq!(request.header("content-type"), Some("application/json"));
    let length = request.body.len().to_string();
    assert_eq!(request.header("content-length"), Some(length.as_str()));
    assert!(request.header("host").unwrap().starts_with("127.0.0.1:"));
}

#[test]
fn a_ping_has_no_secret() {
    let sandbox = Sandbox::start().unwrap();
    assert_eq!(payload(&sandbox, &Event::ping()), json!({ "ping": true }));
    assert_eq!(payload(&sandbox, &Event::ping().secret("5f2c")), json!({ "ping": true }));
    assert_eq!(DEFAULT_SECRET, "sandbox-secret");
}

#[test]
fn a_created_ticket() {
    let sandbox = Sandbox::start().unwrap();
    updated(&sandbox, "silent=1&field_id=31&field_value=Riga");
    let ticket = sandbox.ticket(4501).unwrap();
    assert_eq!(
        payload(&sandbox, &Event::ticket_created(4501)),
        json!({
            "secret": "sandbox-secret",
            "ticket": {
                "id": 4501, "status_id": 8, "subject": "Invoice is wrong", "client_id": 901,
                "assignee_id": 17, "group": 5, "last_updated_at": ticket.last_updated_at,
                "channel_id": 3, "email": "maria@example.com",
                "published_at": "2026-11-02 09:15:00", "company_id": 1, "additional_id": "",
                "message": "<p>Hello, my invoice for October is <b>wrong</b>.</p>", "files": [],
                "custom_fields": [
                    { "id": 31, "name": "City", "value": "Riga" },
                    { "id": 32, "name": "Invoice paid", "value": null },
                    { "id": 33, "name": "Product", "value": null },
                    { "id": 71, "name": "Region", "value": null },
                    { "id": 72, "name": "Country", "value": null },
                ],
                "custom_blocks": [],
            },
            "client": client(901, "Maria Silva", "maria@example.com"),
        })
    );
    let nobodys = payload(&sandbox, &Event::ticket_created(4502));
    assert_eq!(nobodys["ticket"]["group"], "0");
    assert_eq!(nobodys["ticket"]["assignee_id"], Value::Null);
}

#[test]
fn a_changed_ticket_has_its_last_change() {
    let sandbox = Sandbox::start().unwrap();
    let error = sandbox.fire("http://127.0.0.1:1", &Event::ticket_changed(4501)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    updated(&sandbox, "status=6&assignee_id=null");
    let ticket = updated(&sandbox, "status=2&user_id=18");
    let shown = payload(&sandbox, &Event::ticket_changed(4501));
    let members = ["assignee_id", "client", "custom_blocks", "custom_fields", "secret", "trigger"];
    assert_eq!(keys(&shown), BTreeSet::from(members));
    assert_eq!(
        shown["trigger"],
        json!({
            "id": 2, "trigger_id": null, "user_id": 18, "ticket_id": 4501,
            "data": [{ "target": "status_id", "value": 2, "old_value": 6 }],
            "changed_at": ticket.last_updated_at, "old_status": 6, "new_status": 2,
            "company_id": 1,
        })
    );
    assert_eq!(shown["assignee_id"], Value::Null);
    assert_eq!(shown["client"], client(901, "Maria Silva", "maria@example.com"));
    assert_eq!(shown["custom_fields"].as_array().unwrap().len(), 5);
}

#[test]
fn a_created_comment() {
    let sandbox = Sandbox::start().unwrap();
    let shown = payload(&sandbox, &Event::comment_created(8002));
    let members = ["assignee_id", "client", "comment", "custom_fields", "secret"];
    assert_eq!(keys(&shown), BTreeSet::from(members));
    assert_eq!(
        shown["comment"],
        json!({
            "id": 8002, "message": "<p>It should have come on Monday.</p>", "from": "client",
            "type": "public", "user_id": null, "client_id": 902, "ticket_id": 4502,
            "is_first": 1, "delivered": 1, "readed": 1, "published_at": "2026-11-03 16:40:00",
            "file": null, "files": [],
        })
    );
    assert_eq!(shown["client"]["id"], 902);
}

#[test]
fn a_rating() {
    let sandbox = Sandbox::start().unwrap();
    let shown = payload(&sandbox, &Event::rating(4501, 4));
    assert_eq!(keys(&shown), BTreeSet::from(["csi", "secret"]));
    let now = &shown["csi"]["created_at"];
    assert_eq!(now.as_str().unwrap().len(), "2026-11-23 10:00:00".len());
    assert_eq!(
        shown["csi"],
        json!({
            "id": 4501, "user_id": 17, "client_id": 901, "ticket_id": 4501, "rating": 4,
            "company_id": 1, "ticket_comment_id": 8001, "comment": "",
            "created_at": now, "updated_at": now,
        })
    );
    // The agent's last comment is rated, not the client's.
    let hello = "company_id=1&channel_id=4&message[text]=Hello";
    call(&sandbox, "/chat/addMessage", hello);
    call(&sandbox, "/chat/sendMessage", "chat_id=7001&user_id=18&text=Hi");
    call(&sandbox, "/chat/addMessage", &format!("{hello}&chat_id=7001"));
    let shown = payload(&sandbox, &Event::rating(4503, 5));
    assert_eq!(
        (&shown["csi"]["ticket_comment_id"], &shown["csi"]["user_id"]),
        (&json!(8004), &Value::Null)
    );
}

#[test]
fn a_chat_message() {
    let sandbox = Sandbox::start().unwrap();
    let hello = "company_id=1&channel_id=4&message[text]=Hello&message[from][client_id]=901";
    call(&sandbox, "/chat/addMessage", hello);
    let shown = payload(&sandbox, &Event::chat_message(7001));
    let members =
        ["chat_id", "client", "client_id", "from", "platform", "secret", "state", "text", "ticket"];
    assert_eq!(keys(&shown), BTreeSet::from(members));
    assert_eq!((&shown["chat_id"], &shown["client_id"]), (&json!(7001), &json!(901)));
    assert_eq!((&shown["text"], &shown["from"]), (&json!("Hello"), &json!("client")));
    assert_eq!((&shown["platform"], &shown["state"]), (&json!("usedesk_chat"), &json!("new")));
    assert_eq!(
        (&shown["ticket"]["id"], &shown["ticket"]["message"]),
        (&json!(4503), &json!("Hello"))
    );
    assert_eq!(shown["client"], client(901, "Maria Silva", "maria@example.com"));

    call(&sandbox, "/chat/sendMessage", "chat_id=7001&user_id=18&text=Hi");
    let shown = payload(&sandbox, &Event::chat_message(7001));
    assert_eq!((&shown["text"], &shown["from"]), (&json!("Hi"), &json!("user")));
    assert_eq!((&shown["state"], &shown["client_id"]), (&Value::Null, &json!(901)));
    assert_eq!(shown["ticket"]["message"], "Hello");
}

#[test]
fn a_delivery_over_whatsapp_has_no_secret() {
    let sandbox = Sandbox::start().unwrap();
    assert_eq!(
        payload(&sandbox, &Event::whatsapp_delivery(8002).secret("5f2c")),
        json!({
            "message_status": {
                "delivery_status": "DELIVERED", "comment_id": 8002,
                "extras": { "ticket_id": 4502 },
            },
        })
    );
}

#[test]
fn a_dynamic_block_returns_its_html() {
    let sandbox = Sandbox::start().unwrap();
    let server = Sandbox::start().unwrap();
    let html = r#"{"html":"<b>3 orders</b>"}"#;
    server.script(
        ScriptedResponse::status(200).header("Content-Type", "application/json").body(html),
    );
    let response = sandbox.fire(server.url(), &Event::dynamic_block(4501).secret("k")).unwrap();
    assert_eq!((response.status, response.body.as_slice()), (200, html.as_bytes()));
    let requests = server.requests();
    assert_eq!(requests[0].path, "/");
    assert_eq!(
        Value::from(requests[0].parameters.clone()),
        json!({
            "ticket_id": 4501, "subject": "Invoice is wrong", "client_id": 901,
            "contact": "maria@example.com", "channel_type": "email", "channel_id": 3,
            "from_email": "maria@example.com", "from_id": "",
            "client_data": {
                "name": "Maria Silva", "emails": ["maria@example.com"], "phones": [],
                "social_services": [], "addresses": [], "messengers": [], "sites": [],
            },
            "channel_data": { "type": "email", "data": "maria@example.com", "id": 3 },
            "is_auto_load": "0", "secret_key": "k",
        })
    );
}

#[test]
fn details_of_a_client_and_files_of_a_message() {
    let sandbox = Sandbox::start().unwrap();
    let known = json!({
        "client_id": 901, "phone": "37120000901", "phone_type": "mobile", "note": "Pays late",
        "emails": ["ms@example.com"], "client_country": "Latvia", "client_city": "Riga",
        "client_address": "Brivibas 1", "sites": [{ "url": "https://example.com" }],
        "messengers": [{ "type": "telegram", "identity": "@maria" }],
    });
    assert_eq!(call_json(&sandbox, "/update/client", known)["status"], true);
    let parts = [
        ("ticket_id", None, &b"4501"[..]),
        ("message", None, b"M"),
        ("files[]", Some("a.png"), b"png"),
    ];
    call_multipart(&sandbox, "/create/comment", &parts);
    let file = &sandbox.ticket(4501).unwrap().comments[1].files[0].file;

    let shown = payload(&sandbox, &Event::comment_created(8003));
    assert_eq!(shown["comment"]["files"], json!([file]));
    assert_eq!(
        shown["client"],
        json!({
            "id": 901, "name": "Maria Silva", "avatar": null, "note": "Pays late",
            "emails": [
                { "email": "maria@example.com", "client_id": 901 },
                { "email": "ms@example.com", "client_id": 901 },
            ],
            "phones": [{ "phone": "37120000901", "type": "mobile", "client_id": 901 }],
            "additional_ids": [],
        })
    );
    assert_eq!(
        payload(&sandbox, &Event::dynamic_block(4501))["client_data"],
        json!({
            "name": "Maria Silva", "emails": ["maria@example.com", "ms@example.com"],
            "phones": [{ "type": "mobile", "phone": "37120000901" }], "social_services": [],
            "addresses": [{
                "country": "Latvia", "city": "Riga", "address": "Brivibas 1", "type": "home",
            }],
            "messengers": [{ "type": "telegram", "id": "@maria" }],
            "sites": ["https://example.com"],
        })
    );

    let parts = [
        ("subject", None, &b"S"[..]),
        ("message", None, b"M"),
        ("client_id", None, b"901"),
        ("additional_id", None, b"A-1"),
        ("files[]", Some("b.png"), b"png"),
    ];
    let created = call_multipart(&sandbox, "/create/ticket", &parts)["ticket_id"].as_u64().unwrap();
    let ticket = sandbox.ticket(created).unwrap();
    let shown = payload(&sandbox, &Event::ticket_created(created));
    assert_eq!(shown["ticket"]["files"], json!([ticket.comments[0].files[0].file]));
    assert_eq!(shown["ticket"]["additional_id"], "A-1");
}

#[test]
fn a_custom_payload() {
    let sandbox = Sandbox::start().unwrap();
    let own = json!({ "ticket_id": "12", "message": "ž & ;", "none": null });
    assert_eq!(payload(&sandbox, &Event::custom(own.clone())), own);
}

/// In a form, null and empty lists are absent, true is 1, and numbers are text.
#[test]
fn forms_carry_the_same_data_as_json() {
    let sandbox = Sandbox::start().unwrap();
    let tricky = json!({
        "text": "a&b=c+d;e%20 ž\r\n\"<[]>\"", "on": true, "off": false, "none": null, "list": [],
        "map": {}, "deep": [{ "a": [1, "x"] }, { "b": null }],
        "boundary": "--usedesk-sandbox--", "number": 1.5,
    });
    let seen_by_php = json!({
        "text": "a&b=c+d;e%20 ž\r\n\"<[]>\"", "on": "1", "off": "0",
        "deep": [{ "a": ["1", "x"] }], "boundary": "--usedesk-sandbox--", "number": "1.5",
    });
    let form = fired(&sandbox, &Event::custom(tricky.clone()).as_form());
    assert_eq!(form.header("content-type"), Some(FORM));
    let multipart = fired(&sandbox, &Event::custom(tricky).as_multipart());
    let content_type = multipart.header("content-type").unwrap();
    assert!(content_type.starts_with("multipart/form-data; boundary="), "{content_type}");
    for mut request in [form, multipart] {
        request.parameters.remove("from");
        assert_eq!(Value::from(request.parameters), seen_by_php);
        assert!(request.files.is_empty());
    }

    for as_other in [Event::as_form, Event::as_multipart] {
        let request = fired(&sandbox, &as_other(Event::ticket_created(4501)));
        let ticket = &request.parameters["ticket"];
        assert_eq!((&ticket["id"], &ticket["status_id"]), (&json!("4501"), &json!("8")));
        assert_eq!(ticket["message"], "<p>Hello, my invoice for October is <b>wrong</b>.</p>");
        assert_eq!(ticket["custom_fields"][4], json!({ "id": "72", "name": "Country" }));
        assert_eq!(ticket.get("files"), None);
        assert_eq!(request.parameters["client"]["emails"][0]["email"], "maria@example.com");
        assert_eq!(request.parameters["secret"], "sandbox-secret");
    }
    // An unescaped quotation mark would end the name of a part.
    let quoted = Event::custom(json!({ "a\"b": "c" }));
    assert_eq!(fired(&sandbox, &quoted.clone().as_form()).parameters["a\"b"], "c");
    assert_eq!(fired(&sandbox, &quoted.as_multipart()).parameters["a%22b"], "c");
    // The last one wins.
    let request = fired(&sandbox, &Event::ping().as_form().as_json());
    assert_eq!(request.header("content-type"), Some("application/json"));
}

#[test]
fn an_unknown_subject_is_an_error() {
    let sandbox = Sandbox::start().unwrap();
    let server = Sandbox::start().unwrap();
    for (event, text) in [
        (Event::ticket_created(1), "the desk has no ticket 1"),
        (Event::ticket_changed(1), "the desk has no ticket 1"),
        (Event::ticket_changed(4501), "ticket 4501 has no changes"),
        (Event::comment_created(1), "the desk has no comment 1"),
        (Event::rating(1, 5), "the desk has no ticket 1"),
        (Event::chat_message(7001), "the desk has no chat 7001"),
        (Event::whatsapp_delivery(1), "the desk has no comment 1"),
        (Event::dynamic_block(1), "the desk has no ticket 1"),
    ] {
        let error = sandbox.fire(server.url(), &event).unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::InvalidInput, text));
    }
    assert!(server.requests().is_empty());
}

#[test]
fn only_http_urls_of_this_machine_are_allowed() {
    let sandbox = Sandbox::start().unwrap();
    for url in [
        "https://127.0.0.1",
        "127.0.0.1:80",
        "",
        "http://127.0.0.1/a b",
        "http://127.0.0.1/a\r\nX: y",
    ] {
        let error = sandbox.fire(url, &Event::ping()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{url}");
    }
}

#[test]
fn urls() {
    let sandbox = Sandbox::start().unwrap();
    let server = Sandbox::start().unwrap();
    let port = server.url().rsplit_once(':').unwrap().1;
    for (url, path, query) in [
        (format!("http://127.0.0.1:{port}"), "/", ""),
        (format!("http://127.0.0.1:{port}/a/b?c=d/e#f"), "/a/b", "c=d/e"),
        (format!("http://127.0.0.1:{port}?c=d"), "/", "c=d"),
        // A name may have several addresses, and the first one may not accept connections.
        (format!("http://localhost:{port}/"), "/", ""),
    ] {
        sandbox.fire(&url, &Event::ping()).unwrap();
        let request = server.requests().pop().unwrap();
        assert_eq!((request.path.as_str(), request.query.as_str()), (path, query), "{url}");
    }
    assert_eq!(server.requests().len(), 4);
    for url in ["http://192.0.2.1", "http://192.0.2.1/hook", "http://192.0.2.1:8080"] {
        let error = sandbox.fire(url, &Event::ping()).unwrap_err();
        assert_eq!(error.to_string(), "the URL is not one of this machine", "{url}");
    }
}

#[test]
fn any_http_response_is_returned() {
    let sandbox = Sandbox::start().unwrap();
    let server = Sandbox::start().unwrap();
    let fire = || sandbox.fire(server.url(), &Event::ping()).unwrap();
    for status in [200, 302, 404, 500] {
        server
            .script(ScriptedResponse::status(status).header("Location", "/elsewhere").body("text"));
        let response = fire();
        assert_eq!((response.status, response.body.as_slice()), (status, &b"text"[..]));
    }
    assert_eq!(server.requests().len(), 4);
    // Without Content-Length the body ends with the connection.
    server.script(ScriptedResponse::raw("HTTP/1.0 200 OK\r\n\r\nto the end"));
    assert_eq!(fire().body, b"to the end");
    // Bytes after Content-Length are ignored.
    server.script(ScriptedResponse::raw("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nto the end"));
    assert_eq!(fire().body, b"to");
    // A delayed response.
    server.script(ScriptedResponse::status(200).body("late").delay(Duration::from_millis(100)));
    assert_eq!(fire().body, b"late");
}

#[test]
fn an_invalid_response_is_an_error() {
    let sandbox = Sandbox::start().unwrap();
    let server = Sandbox::start().unwrap();
    let mut too_large = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    too_large.resize(32 * 1024 * 1024 + 1, b'x');
    for (response, kind) in [
        (ScriptedResponse::disconnect(), ErrorKind::UnexpectedEof),
        (ScriptedResponse::raw("HTTP/1.1 200 OK\r\nContent-"), ErrorKind::UnexpectedEof),
        (ScriptedResponse::status(200).body("half").disconnect_after(2), ErrorKind::UnexpectedEof),
        (ScriptedResponse::raw("garbage\r\n\r\n"), ErrorKind::InvalidData),
        (ScriptedResponse::raw(too_large), ErrorKind::InvalidData),
        (
            ScriptedResponse::raw("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"),
            ErrorKind::InvalidData,
        ),
        (
            ScriptedResponse::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            ErrorKind::InvalidData,
        ),
    ] {
        server.script(response);
        let error = sandbox.fire(server.url(), &Event::ping()).unwrap_err();
        assert_eq!(error.kind(), kind);
    }
    let url = server.url().to_owned();
    drop(server);
    let error = sandbox.fire(&url, &Event::ping()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn an_idle_server_times_out() {
    let sandbox = Sandbox::builder().idle_timeout(Duration::from_millis(100)).start().unwrap();
    // The operating system accepts the connection; nothing responds.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let error = sandbox.fire(&url, &Event::ping()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
}

#[test]
fn an_endless_response_times_out() {
    let sandbox = Sandbox::builder().idle_timeout(Duration::from_millis(50)).start().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        // Never idle for long, and never complete.
        while stream.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(5));
        }
    });
    let error = sandbox.fire(&url, &Event::ping()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
    server.join().unwrap();
}

/// The sandbox handles requests while it waits for the response to an event.
#[test]
fn a_server_may_call_back() {
    let sandbox = Sandbox::start().unwrap();
    // The server is the sandbox itself.
    let update = json!({ "api_token": sandbox.token(), "ticket_id": 4501, "status": 2 });
    let url = format!("{}/update/ticket", sandbox.url());
    let response = sandbox.fire(&url, &Event::custom(update)).unwrap();
    assert_eq!(response.body, br#"{"status":"success"}"#);
    assert_eq!(sandbox.ticket(4501).unwrap().status, 2);
    assert_eq!(Client::connect(&sandbox).get("/nowhere").status, 404);
}

#[test]
fn debug_shows_no_secret() {
    let shown = format!("{:?}", Event::rating(4501, 5).secret("5f2c").as_form());
    assert!(!shown.contains("5f2c") && shown.contains("4501"), "{shown}");
}

fn client(id: u64, name: &str, email: &str) -> Value {
    json!({
        "id": id, "name": name, "avatar": null, "note": null,
        "emails": [{ "email": email, "client_id": id }], "phones": [], "additional_ids": [],
    })
}

fn keys(object: &Value) -> BTreeSet<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// The limit on connections is for those that others make.
#[test]
fn events_are_sent_while_all_connections_are_busy() {
    let (sandbox, server) =
        (Sandbox::builder().max_connections(1).start().unwrap(), Sandbox::start().unwrap());
    sandbox.script(ScriptedResponse::no_response());
    server.script(ScriptedResponse::status(204));
    let mut busy = Client::connect(&sandbox);
    busy.send("GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
    eventually(|| sandbox.requests().len() == 1);
    assert_eq!(sandbox.fire(server.url(), &Event::ping()).unwrap().status, 204);
}
