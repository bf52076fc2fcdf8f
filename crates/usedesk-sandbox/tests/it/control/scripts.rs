//! Scripted responses over HTTP, and which requests they are for.

use serde_json::{Value, json};
use usedesk_sandbox::{Sandbox, ScriptedResponse};

use super::{control, get, rejected};
use crate::client::{self, Client, FORM, JSON, call};

const SOLVE: &str = "api_token=sandbox-token&ticket_id=4501&status=2";

fn script(sandbox: &Sandbox, body: &Value) -> u64 {
    control(sandbox, "POST", "/sandbox/scripts", body)["id"].as_u64().unwrap()
}

#[test]
fn a_response_for_matching_requests() {
    let sandbox = Sandbox::start().unwrap();
    let id = script(
        &sandbox,
        &json!({
            "match": { "operation": "update_ticket", "parameters": { "status": 2 } },
            "times": 2, "status": 503, "headers": { "Retry-After": 5 }, "body": "<html>",
        }),
    );
    let mut client = Client::connect(&sandbox);
    let mut solve = |path: &str, body: &str| client.post(path, FORM, body).status;
    assert_eq!(solve("/ticket", SOLVE), 200);
    assert_eq!(solve("/update/ticket", "api_token=sandbox-token&ticket_id=4501&status=6"), 200);
    assert_eq!(solve("/uapi/update/ticket", SOLVE), 503);
    assert_eq!(get(&sandbox, &format!("/sandbox/scripts/{id}"))["used"], 1);
    assert_eq!(sandbox.ticket(4501).unwrap().status, 6);
    let body = json!({ "api_token": "sandbox-token", "ticket_id": 4501, "status": 2 });
    let response = Client::connect(&sandbox).post("/update/ticket/", JSON, body.to_string());
    assert_eq!((response.status, response.header("retry-after")), (503, Some("5")));
    assert_eq!(response.body, b"<html>");
    // Used up.
    assert_eq!(solve("/update/ticket", SOLVE), 200);
    assert_eq!(get(&sandbox, "/sandbox/scripts"), json!({ "scripts": [] }));
    let scripted = get(&sandbox, "/sandbox/requests?outcome=scripted");
    assert_eq!(client::numbers(&scripted["requests"], "id"), [3, 4]);
}

#[test]
fn the_first_match_wins_and_nested_parameters_match() {
    let sandbox = Sandbox::start().unwrap();
    sandbox.script(ScriptedResponse::status(501).for_path("/uapi/tickets/").always());
    sandbox.script(ScriptedResponse::status(502).for_parameter("lists[0][value]", "9"));
    sandbox.script(ScriptedResponse::status(503).for_operation("get_ticket").times(2));
    let any = script(&sandbox, &json!({ "status": 504, "times": "all" }));
    let mut client = Client::connect(&sandbox);
    let mut status = |path: &str, body: &str| client.post(path, FORM, body).status;
    assert_eq!(status("/tickets", ""), 501);
    assert_eq!(status("/ticket", "lists[0][id]=71&lists[0][value]=9"), 502);
    assert_eq!(status("/ticket", "lists[0][id]=71&lists[0][value]=9"), 503);
    assert_eq!(status("/ticket", ""), 503);
    assert_eq!(status("/ticket", ""), 504);
    assert_eq!(status("/nowhere", ""), 504);
    assert_eq!(status("/tickets", ""), 501);
    control(&sandbox, "DELETE", &format!("/sandbox/scripts/{any}"), &Value::Null);
    assert_eq!(status("/nowhere", ""), 404);
    sandbox.clear_script();
    assert_eq!(status("/tickets", ""), 200);
}

#[test]
fn faults() {
    let sandbox = client::start_without_idle_timeout();
    let solve = || {
        let mut client = Client::connect(&sandbox);
        let length = SOLVE.len();
        client.send(format!(
            "POST /update/ticket HTTP/1.1\r\nHost: h\r\nContent-Type: {FORM}\r\n\
             Content-Length: {length}\r\n\r\n{SOLVE}"
        ));
        client
    };
    let status = || sandbox.ticket(4501).unwrap().status;
    script(&sandbox, &json!({ "fault": "disconnect" }));
    assert_eq!(solve().rest(), b"");
    assert_eq!(status(), 8);
    script(&sandbox, &json!({ "fault": "disconnect", "act": true }));
    assert_eq!(solve().rest(), b"");
    assert_eq!(status(), 2);
    script(&sandbox, &json!({ "raw": "garbage" }));
    assert_eq!(solve().rest(), b"garbage");
    script(&sandbox, &json!({ "cut_head": 12 }));
    assert_eq!(solve().rest(), b"HTTP/1.1 200");
    script(&sandbox, &json!({ "cut_body": 3, "status": 500, "body": { "a": 1 } }));
    let rest = String::from_utf8(solve().rest()).unwrap();
    assert!(rest.contains("Content-Type: application/json") && rest.ends_with("\r\n\r\n{\"a"));
    script(&sandbox, &json!({ "api_error": 121 }));
    assert_eq!(solve().response().json()["code"], 121);
    script(&sandbox, &json!({ "headers": { "X": "y" } }));
    let response = solve().response();
    assert_eq!(
        (response.header("x"), response.json()["status"].as_str()),
        (Some("y"), Some("success"))
    );
}

/// The connection stays open without a response, and ends with the sandbox.
#[test]
fn no_response() {
    client::returns(|| {
        let sandbox = client::start_without_idle_timeout();
        script(&sandbox, &json!({ "fault": "no_response", "act": true, "times": "all" }));
        let mut client = Client::connect(&sandbox);
        let length = SOLVE.len();
        client.send(format!(
            "POST /update/ticket HTTP/1.1\r\nHost: h\r\nContent-Type: {FORM}\r\n\
             Content-Length: {length}\r\n\r\n{SOLVE}"
        ));
        while sandbox.requests().is_empty() {
            std::thread::yield_now();
        }
        assert_eq!(sandbox.ticket(4501).unwrap().status, 2);
        let reader = std::thread::spawn(move || client.rest());
        drop(sandbox);
        assert_eq!(reader.join().unwrap(), b"");
    });
}

#[test]
fn listing_shows_what_can_be_sent_again() {
    let sandbox = Sandbox::start().unwrap();
    for sent in [
        json!({}),
        json!({
            "match": { "path": "/ticket", "operation": "get_ticket", "parameters": { "a": "1" } },
            "times": "all", "status": 429, "headers": { "Retry-After": "7" }, "body": "slow down",
            "delay_ms": 20, "cut_body": 4, "act": true,
        }),
        json!({ "fault": "no_response", "times": 7 }),
        json!({ "raw": "x", "cut_head": 0 }),
    ] {
        script(&sandbox, &sent);
        let shown =
            get(&sandbox, "/sandbox/scripts")["scripts"].as_array().unwrap().last().cloned();
        let mut shown = shown.unwrap();
        let (id, used) = (shown["id"].take(), shown["used"].take());
        assert_eq!((id.is_u64(), used), (true, json!(0)));
        let members = shown.as_object_mut().unwrap();
        members.retain(|name, _| name != "id" && name != "used");
        let matcher = members["match"].as_object_mut().unwrap();
        matcher.retain(|_, value| !value.is_null());
        for (name, value) in sent.as_object().unwrap() {
            assert_eq!(&members[name], value, "{name}");
        }
        let again = script(&sandbox, &shown);
        let mut shown_again = get(&sandbox, &format!("/sandbox/scripts/{again}"));
        let members = shown_again.as_object_mut().unwrap();
        members.retain(|name, _| name != "id" && name != "used");
        members["match"].as_object_mut().unwrap().retain(|_, value| !value.is_null());
        assert_eq!(shown_again, shown);
        control(&sandbox, "DELETE", &format!("/sandbox/scripts/{again}"), &Value::Null);
        rejected(&sandbox, 404, "DELETE", &format!("/sandbox/scripts/{again}"), &Value::Null);
    }
    control(&sandbox, "DELETE", "/sandbox/scripts", &Value::Null);
    assert_eq!(get(&sandbox, "/sandbox/scripts"), json!({ "scripts": [] }));
    assert!(call(&sandbox, "/ticket", "ticket_id=4501")["ticket"].is_object());
}

#[test]
fn invalid_scripts() {
    let sandbox = Sandbox::start().unwrap();
    for (body, expected) in [
        (json!({ "status": 99 }), "status must be a whole number from 200 to 599"),
        (json!({ "status": 500, "fault": "disconnect" }), "fault cannot be together with status"),
        (json!({ "fault": "explode" }), "fault must be one of disconnect, no_response"),
        (json!({ "times": 0 }), "times must be \"all\" or a number of at least 1"),
        (json!({ "match": { "path": "ticket" } }), "match.path must start with a slash"),
        (json!({ "match": { "paht": "/ticket" } }), "match.paht is not a member of this call"),
        (
            json!({ "match": { "parameters": { "a": [1] } } }),
            "match.parameters.a must be text, a number or a flag",
        ),
        (json!({ "headers": { "A": null } }), "headers.A must be text"),
        (json!({ "headers": [] }), "headers must be an object"),
        (json!({ "cut_head": 1, "cut_body": 1 }), "cut_body cannot be together with cut_head"),
        (json!({ "delay_ms": "soon" }), "delay_ms must be a whole number from 0 to 600000"),
        (
            json!({ "act": false }),
            "act must not be false without status, api_error, raw or fault: the response is the \
             desk's own",
        ),
    ] {
        assert_eq!(rejected(&sandbox, 400, "POST", "/sandbox/scripts", &body), expected);
    }
    let unknown = json!({ "match": { "operation": "fly" } });
    let error = rejected(&sandbox, 400, "POST", "/sandbox/scripts", &unknown);
    assert!(error.starts_with("match.operation must be one of list_channels, "), "{error}");
    let mut client = Client::connect(&sandbox);
    client.send("POST /sandbox/scripts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n{");
    assert_eq!(client.response().status, 400);
    assert_eq!(get(&sandbox, "/sandbox/scripts"), json!({ "scripts": [] }));
}

#[test]
fn waiting_scripts_are_bounded_in_size() {
    let sandbox = client::start_without_idle_timeout();
    let large = json!({ "status": 500, "body": "x".repeat(10 * 1024 * 1024) });
    for id in 1..=3 {
        assert_eq!(script(&sandbox, &large), id);
    }
    let error = rejected(&sandbox, 409, "POST", "/sandbox/scripts", &large);
    assert_eq!(error, "scripts at most 33554432 bytes of scripted responses can wait: delete some");
    script(&sandbox, &json!({ "status": 500 }));
    control(&sandbox, "DELETE", "/sandbox/scripts/1", &Value::Null);
    script(&sandbox, &large);
}
