//! Parameters in forms, multipart, JSON and queries.

use serde_json::{Value, json};
use usedesk_sandbox::Sandbox;

use crate::client::{Client, FORM, JSON, call_json, each, update};

#[test]
fn the_body_overrides_the_query() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    let target = "/update/ticket?api_token=sandbox-token&ticket_id=4502&status=3";
    for (content_type, body) in [
        (FORM, "ticket_id=4501&subject=a".to_owned()),
        (JSON, json!({ "ticket_id": 4501, "subject": "b" }).to_string()),
        ("multipart/form-data; boundary=X", multipart(&[("ticket_id", "4501"), ("subject", "c")])),
    ] {
        assert_eq!(client.post(target, content_type, body).json(), json!({ "status": "success" }));
    }
    let subjects =
        sandbox.ticket(4501).unwrap().changes.into_iter().map(|change| {
            change.data.into_iter().find(|data| data.target == "subject").unwrap().value
        });
    assert_eq!(subjects.collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(sandbox.ticket(4501).unwrap().status, 3);
    assert!(sandbox.ticket(4502).unwrap().changes.is_empty());
}

#[test]
fn the_query_is_enough() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    client.send(
        "POST /uapi/update/ticket?api_token=sandbox-token&ticket_id=4501&status=3 HTTP/1.1\r\n\
         Host: h\r\n\r\n",
    );
    assert_eq!(client.response().json(), json!({ "status": "success" }));
}

#[test]
fn a_get_may_have_a_json_body_but_no_form() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    for (content_type, body, ok) in
        [(JSON, r#"{"api_token":"sandbox-token"}"#, true), (FORM, "api_token=sandbox-token", false)]
    {
        let length = body.len();
        client.send(format!(
            "GET /ticket/fields HTTP/1.1\r\nHost: h\r\nContent-Type: {content_type}\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        ));
        assert_eq!(client.response().json().is_array(), ok);
    }
}

#[test]
fn invalid_json_is_rejected() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    let target = "/update/ticket?api_token=sandbox-token&ticket_id=4501&status=2";
    for body in ["{", "[]", "null", "5", "ticket_id=4501"] {
        let response = client.post(target, JSON, body);
        assert_eq!(response.status, 400, "{body}");
        assert!(response.json()["message"].is_string());
    }
    assert_eq!(sandbox.ticket(4501).unwrap().status, 8);
    // An empty body is valid.
    assert_eq!(client.post(target, "application/json; charset=utf-8", "").status, 200);
    assert_eq!(sandbox.ticket(4501).unwrap().status, 2);
}

#[test]
fn types_that_end_in_json_are_json() {
    let sandbox = Sandbox::start().unwrap();
    for content_type in ["application/vnd.x+json", "Application/JSON;charset=utf-8"] {
        assert_eq!(seen(&sandbox, content_type, br#"{"a":1}"#), json!({ "a": 1 }));
    }
}

#[test]
fn a_body_of_another_type_is_not_read() {
    let sandbox = Sandbox::start().unwrap();
    for content_type in ["text/plain", "", "application/octet-stream", "text/json"] {
        assert_eq!(seen(&sandbox, content_type, b"a=1"), json!({}));
    }
    assert_eq!(
        seen(&sandbox, "Application/X-WWW-Form-Urlencoded; charset=UTF-8", b"a=1"),
        json!({ "a": "1" })
    );
}

#[test]
fn names_build_arrays() {
    let sandbox = Sandbox::start().unwrap();
    for (form, expected) in [
        ("a=1&a=2", json!({ "a": "2" })),
        ("a", json!({ "a": "" })),
        ("=1&+=2&[]=3", json!({})),
        ("a.b+c=1", json!({ "a_b_c": "1" })),
        ("++a=1", json!({ "a": "1" })),
        ("a%00b=1", json!({ "a": "1" })),
        ("a[]=1&a[]=2", json!({ "a": ["1", "2"] })),
        ("a[1]=1&a[0]=0", json!({ "a": { "0": "0", "1": "1" } })),
        ("a[5]=1&a[]=2", json!({ "a": { "5": "1", "6": "2" } })),
        ("a[5]=1&a[2]=2&a[]=3", json!({ "a": { "5": "1", "2": "2", "6": "3" } })),
        ("a[05]=1&a[]=2", json!({ "a": { "05": "1", "0": "2" } })),
        ("a[b][]=1&a[b][]=2", json!({ "a": { "b": ["1", "2"] } })),
        ("a=1&a[b]=2", json!({ "a": { "b": "2" } })),
        ("a[b]=1&a=2", json!({ "a": "2" })),
        ("a[b c.d[e=1", json!({ "a_b_c_d_e": "1" })),
        ("a[b][c=1", json!({ "a": { "b": "1" } })),
        ("a[b]c[d]=1", json!({ "a": { "b": "1" } })),
        ("a=%zz%4&b=%c3%a9", json!({ "a": "%zz%4", "b": "é" })),
    ] {
        assert_eq!(seen(&sandbox, FORM, form.as_bytes()), expected, "{form}");
    }
}

#[test]
fn too_many_variables_and_too_deep_ones_are_dropped() {
    let sandbox = Sandbox::start().unwrap();
    let form = (0..1_100).map(|number| format!("a{number}=1")).collect::<Vec<_>>().join("&");
    let seen_parameters = seen(&sandbox, FORM, form.as_bytes());
    assert_eq!(seen_parameters.as_object().unwrap().len(), 1_000);
    assert!(seen_parameters.get("a999").is_some());

    let deep = |depth: usize| format!("a=1&b=2&a{}=3", "[x]".repeat(depth));
    let just = seen(&sandbox, FORM, deep(64).as_bytes());
    assert!(just["a"].is_object());
    assert_eq!(seen(&sandbox, FORM, deep(65).as_bytes()), json!({ "b": "2" }));
}

#[test]
fn multipart_texts_and_files() {
    let sandbox = Sandbox::start().unwrap();
    let body = "preamble\r\n--X\r\nContent-Disposition: form-data; name=\"a[b]\"\r\n\r\none\r\ntwo\r\n\
        --X\r\ncontent-disposition: form-data; name=\"files[]\"; filename=\"a \\\"b\\\".txt\"\r\n\
        Content-Type: text/plain\r\n\r\n\r\n--Y\r\n\r\n\
        --X\r\nContent-Disposition: form-data; name=c\r\n\r\n\r\n--X--\r\n";
    let parameters = seen(&sandbox, "multipart/form-data; boundary=\"X\"", body.as_bytes());
    assert_eq!(parameters, json!({ "a": { "b": "one\r\ntwo" }, "c": "" }));
    let files = sandbox.requests().pop().unwrap().files;
    let [file] = files.as_slice() else { panic!("{files:?}") };
    assert_eq!((file.name.as_str(), file.file_name.as_str()), ("files[]", "a \"b\".txt"));
    assert_eq!(
        (file.media_type.as_str(), file.bytes.as_slice()),
        ("text/plain", &b"\r\n--Y\r\n"[..])
    );

    assert_eq!(seen(&sandbox, "multipart/form-data", body.as_bytes()), json!({}));
}

/// Returns the parameters as PHP parses them.
fn seen(sandbox: &Sandbox, content_type: &str, body: &[u8]) -> Value {
    Client::connect(sandbox).post("/update/ticket", content_type, body);
    Value::Object(sandbox.requests().pop().unwrap().parameters)
}

fn multipart(parts: &[(&str, &str)]) -> String {
    let part = |(name, value): &(&str, &str)| {
        format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    parts.iter().map(part).collect::<String>() + "--X--\r\n"
}

#[test]
fn null_and_empty_text_are_absent_where_a_parameter_is_optional() {
    let sandbox = Sandbox::start().unwrap();
    let before = sandbox.ticket(4502).unwrap();
    for value in [json!(null), json!("")] {
        let names = [
            "assignee_id",
            "group_id",
            "client_id",
            "user_id",
            "status",
            "priority",
            "type",
            "tag",
        ];
        let mut update: Value = names.iter().map(|name| (*name, value.clone())).collect();
        update["silent"] = true.into();
        update["ticket_id"] = 4502.into();
        assert_eq!(call_json(&sandbox, "/update/ticket", update), json!({ "status": "success" }));
        let client = json!({ "client_id": 901, "phone": "", "phone_type": value });
        assert_eq!(call_json(&sandbox, "/update/client", client)["status"], true);
        let list = call_json(&sandbox, "/tickets", json!({ "client_id": value }));
        assert_eq!(each(&list, "id"), [4501, 4502]);
    }
    assert_eq!(sandbox.ticket(4502).unwrap(), before);
}

/// The vendor's own sample has it.
#[test]
fn new_client_is_rejected_in_an_update() {
    let sandbox = Sandbox::start().unwrap();
    let response = update(&sandbox, 4501, "client_id=new_client");
    assert_eq!(
        response,
        json!({
            "error": "client_id is not a number: new_client is documented for /create/ticket only",
            "code": 1002,
        })
    );
}
