//! Events that are fired over HTTP.

use serde_json::{Value, json};
use usedesk_sandbox::{Event, Sandbox, ScriptedResponse};

use super::{control, get, rejected};
use crate::client::{FORM, updated};

#[test]
fn an_event_of_the_running_desk_is_delivered_and_sent_again() {
    let sandbox = Sandbox::start().unwrap();
    let server = Sandbox::start().unwrap();
    server.script(ScriptedResponse::status(202).body("taken").always());
    updated(&sandbox, "status=2");
    let url = format!("{}/hook", server.url());
    let body = json!({
        "url": url, "event": "ticket_changed", "id": 4501, "secret": "5f2c", "format": "form",
    });
    let delivery = control(&sandbox, "POST", "/sandbox/webhooks", &body);
    assert_eq!((&delivery["status"], &delivery["response"]), (&json!(202), &json!("taken")));
    assert_eq!((&delivery["error"], &delivery["content_type"]), (&Value::Null, &json!(FORM)));
    let again = control(&sandbox, "POST", "/sandbox/webhooks/1", &Value::Null);
    assert_eq!((&again["id"], &again["body"]), (&json!(2), &delivery["body"]));
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].parameters["trigger"]["new_status"], "2");
    assert_eq!(requests[0].parameters["secret"], "5f2c");
    assert_eq!(requests[1].body, requests[0].body);
    // What Rust fires is there, too.
    sandbox.fire(&url, &Event::ping()).unwrap();
    let listed = get(&sandbox, "/sandbox/webhooks");
    let events: Vec<_> = crate::client::each(&listed["deliveries"], "event");
    assert_eq!(events, ["ticket_changed", "ticket_changed", "ping"]);
    assert_eq!(sandbox.deliveries().len(), 3);
    assert_eq!(get(&sandbox, "/sandbox/webhooks/3")["body"], r#"{"ping":true}"#);
    control(&sandbox, "DELETE", "/sandbox/webhooks", &Value::Null);
    assert!(sandbox.deliveries().is_empty());
    rejected(&sandbox, 404, "POST", "/sandbox/webhooks/3", &Value::Null);
}

#[test]
fn every_event_can_be_fired() {
    let sandbox = Sandbox::start().unwrap();
    let server = Sandbox::start().unwrap();
    server.script(ScriptedResponse::status(200).always());
    updated(&sandbox, "status=2");
    let message = json!({ "text": "T", "from": { "client_id": 901 } });
    let chat = json!({ "company_id": 1, "channel_id": 4, "message": message });
    crate::client::call_json(&sandbox, "/chat/addMessage", chat);
    for (event, extra, member) in [
        ("ping", json!({}), "ping"),
        ("ticket_created", json!({ "id": 4501 }), "ticket"),
        ("ticket_changed", json!({ "id": 4501 }), "trigger"),
        ("comment_created", json!({ "id": 8001 }), "comment"),
        ("rating", json!({ "id": 4501, "rating": 5 }), "csi"),
        ("chat_message", json!({ "id": 7001 }), "chat_id"),
        ("whatsapp_delivery", json!({ "id": 8001 }), "message_status"),
        ("dynamic_block", json!({ "id": 4501 }), "secret_key"),
        ("custom", json!({ "payload": { "mine": 1 } }), "mine"),
    ] {
        let mut body = json!({ "url": server.url(), "event": event });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        assert_eq!(control(&sandbox, "POST", "/sandbox/webhooks", &body)["status"], 200);
        assert!(server.requests().pop().unwrap().parameters.contains_key(member), "{event}");
    }
}

#[test]
fn failed_deliveries_and_invalid_events() {
    let sandbox = Sandbox::start().unwrap();
    for url in ["http://127.0.0.1:1", "https://127.0.0.1", "http://192.0.2.1/", "ftp"] {
        let body = json!({ "url": url, "event": "ping" });
        let delivery = control(&sandbox, "POST", "/sandbox/webhooks", &body);
        assert_eq!(delivery["status"], Value::Null);
        assert!(delivery["error"].as_str().is_some_and(|text| !text.is_empty()), "{delivery}");
    }
    let url = "http://127.0.0.1:1";
    for (body, expected) in [
        (json!({ "event": "ping" }), "url is required"),
        (json!({ "url": url }), "event is required"),
        (json!({ "url": url, "event": "rating", "id": 4501 }), "rating is required for rating"),
        (json!({ "url": url, "event": "ping", "id": 1 }), "id is not for ping"),
        (json!({ "url": url, "event": "ticket_created" }), "id is required for ticket_created"),
        (json!({ "url": url, "event": "ticket_created", "id": 1 }), "id the desk has no ticket 1"),
        (
            json!({ "url": url, "event": "ping", "format": "xml" }),
            "format must be one of json, form, multipart",
        ),
    ] {
        assert_eq!(rejected(&sandbox, 400, "POST", "/sandbox/webhooks", &body), expected);
    }
    assert_eq!(sandbox.deliveries().len(), 4);
}
