//! Methods of the API for tests and the console.

use serde_json::{Value, json};
use usedesk_sandbox::{RateLimit, Sandbox, ScriptedResponse, Webhook, WebhookEvent};

use super::{control, get};
use crate::client::{Client, eventually};

#[test]
fn a_method_runs_without_token_journal_script_and_faults() {
    let server = Sandbox::start().unwrap();
    let hook = Webhook::new(format!("{}/hook", server.url())).unwrap();
    let sandbox = Sandbox::builder()
        .webhook(hook.only(&[WebhookEvent::TicketChanged]))
        .rate_limit(RateLimit::per_minute(1))
        .quirks(true)
        .start()
        .unwrap();
    sandbox.script(ScriptedResponse::status(503).always());
    let update = json!({ "ticket_id": 4501, "status": 2 });
    for _ in 0..3 {
        let response = control(&sandbox, "POST", "/sandbox/api/update/ticket", &update);
        assert_eq!(response, json!({ "status": "success" }));
    }
    assert_eq!(sandbox.ticket(4501).unwrap().status, 2);
    // Without quirks, numbers are numbers.
    let query = json!({ "ticket_id": 4501 });
    let shown = control(&sandbox, "POST", "/sandbox/api/ticket", &query);
    assert_eq!(shown["ticket"]["id"], 4501);
    assert_eq!(get(&sandbox, "/sandbox/api/channels")[0]["channel_id"], 3);
    assert!(sandbox.requests().is_empty());
    // The ping, and the one update that changed something.
    eventually(|| server.requests().len() == 2);
}

#[test]
fn rejections_are_those_of_the_api() {
    let sandbox = Sandbox::start().unwrap();
    let response = control(&sandbox, "POST", "/sandbox/api/ticket", &json!({ "ticket_id": 1 }));
    assert_eq!(response, json!({ "code": 113, "error": "there is no ticket 1" }));
    for (path, status) in [("/sandbox/api/nowhere", 404), ("/sandbox/api/update/ticket", 405)] {
        let response = Client::connect(&sandbox).control("GET", path, &Value::Null);
        assert_eq!(response.status, status, "{path}");
    }
    let mut client = Client::connect(&sandbox);
    client.send("GET /sandbox/api/tickets HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    assert_eq!(client.response().status, 403);
}

#[test]
fn the_library_does_the_same() {
    let sandbox = Sandbox::start().unwrap();
    let call = |path, parameters| sandbox.call(path, &parameters);
    let created = call("/create/comment", json!({ "ticket_id": 4501, "message": "M" })).unwrap();
    assert_eq!(created["comment_id"], 8003);
    assert_eq!(call("/channels", json!({})).unwrap()[0]["channel_id"], 3);
    let rejection = call("/ticket", json!({ "ticket_id": 1 })).unwrap_err();
    assert_eq!(rejection.message, "there is no ticket 1");
    assert!(call("/nowhere", json!({})).is_err());
    assert!(sandbox.requests().is_empty());
}

#[test]
fn what_a_client_needs_to_know() {
    let sandbox = Sandbox::builder().token("t").start().unwrap();
    assert_eq!(get(&sandbox, "/sandbox/token"), json!({ "api_token": "t" }));
    let operations = get(&sandbox, "/sandbox/operations");
    let update = |operation: &&Value| operation["operation"] == "update_ticket";
    let update = operations["operations"].as_array().unwrap().iter().find(update).unwrap();
    assert_eq!((&update["path"], &update["methods"]), (&"/update/ticket".into(), &json!(["POST"])));
    let parameters = update["parameters"].as_array().unwrap();
    assert!(["api_token", "tag", "lists"].iter().all(|name| parameters.contains(&json!(name))));
}
