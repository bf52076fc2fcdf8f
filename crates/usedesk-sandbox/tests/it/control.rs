//! Control over HTTP.

mod api;
mod events;
mod requests;
mod scripts;
mod security;
mod settings;
mod state;
mod webhooks;

use serde_json::{Value, json};
use usedesk_sandbox::Sandbox;

use crate::client::{Client, call, updated};

/// Makes a control call, which must succeed.
fn control(sandbox: &Sandbox, method: &str, target: &str, body: &Value) -> Value {
    let response = Client::connect(sandbox).control(method, target, body);
    assert!((200..300).contains(&response.status), "{method} {target}: {response:?}");
    if response.body.is_empty() { Value::Null } else { response.json() }
}

fn get(sandbox: &Sandbox, target: &str) -> Value {
    control(sandbox, "GET", target, &Value::Null)
}

/// Asserts that a control call is rejected with this status, and returns the member and the rule.
fn rejected(sandbox: &Sandbox, status: u16, method: &str, target: &str, body: &Value) -> String {
    let response = Client::connect(sandbox).control(method, target, body);
    assert_eq!(response.status, status, "{method} {target} {body}");
    let error = &response.json()["error"];
    assert!(error.get("value").is_some(), "{error}");
    format!("{} {}", error["member"].as_str().unwrap(), error["rule"].as_str().unwrap())
}

#[test]
fn health() {
    let sandbox = Sandbox::start().unwrap();
    call(&sandbox, "/ticket", "ticket_id=4501");
    let health = get(&sandbox, "/sandbox/health");
    assert_eq!(health["status"], "ok");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!((&health["requests"], &health["scripts"]), (&json!(1), &json!(0)));
    assert!(health["uptime_seconds"].is_u64());
}

#[test]
fn the_description_is_served() {
    let sandbox = Sandbox::start().unwrap();
    let description = get(&sandbox, "/sandbox/openapi.json");
    assert!(description["paths"]["/sandbox/requests"]["get"].is_object());
}

#[test]
fn a_reset_restores_the_desk() {
    let sandbox = Sandbox::start().unwrap();
    let before = sandbox.ticket(4501);
    updated(&sandbox, "status=2&tag=billing");
    call(&sandbox, "/create/ticket", "subject=S&message=M&client_email=a@example.com");
    sandbox.script(usedesk_sandbox::ScriptedResponse::status(500));
    control(&sandbox, "POST", "/sandbox/reset", &Value::Null);
    assert_eq!(sandbox.ticket(4501), before);
    assert_eq!((sandbox.ticket(4503), sandbox.client(903)), (None, None));
    // Ids start again, the journal stays, and scripted responses are gone.
    let created = call(&sandbox, "/create/ticket", "subject=S&message=M&client_id=901");
    assert_eq!(created["ticket_id"], 4503);
    assert_eq!(sandbox.requests().len(), 3);
}

#[test]
fn unknown_paths_methods_and_members() {
    let sandbox = Sandbox::start().unwrap();
    let error = |status, method, target, body| rejected(&sandbox, status, method, target, &body);
    assert_eq!(
        error(404, "GET", "/sandbox/nowhere", Value::Null),
        "path must be one of the paths in /sandbox/openapi.json"
    );
    assert_eq!(error(405, "PUT", "/sandbox/reset", Value::Null), "method must be one of POST");
    assert_eq!(
        error(400, "POST", "/sandbox/reset", json!({ "all": true })),
        "all is not a member of this call"
    );
    assert_eq!(error(400, "POST", "/sandbox/reset", json!([1])), "body must be an object");
    assert_eq!(
        error(400, "GET", "/sandbox/requests?since=1", Value::Null),
        "since is not a member of this call"
    );
    // Control calls are not journaled, scripted or served under the prefix of the API.
    sandbox.script(usedesk_sandbox::ScriptedResponse::status(500));
    assert_eq!(get(&sandbox, "/sandbox/health")["scripts"], 1);
    assert!(sandbox.requests().is_empty());
    sandbox.reset();
    assert_eq!(Client::connect(&sandbox).get("/uapi/sandbox/health").status, 404);
}

/// As for the API: the smallest values take the most memory.
#[test]
fn too_many_values_are_rejected() {
    let sandbox = Sandbox::start().unwrap();
    let body = |values| Value::Array(vec![json!(0); values]);
    for (method, target) in [("PUT", "/sandbox/state"), ("POST", "/sandbox/scripts")] {
        let error = rejected(&sandbox, 413, method, target, &body(100_001));
        assert_eq!(error, "body must have at most 100,000 values");
        assert_eq!(
            rejected(&sandbox, 400, method, target, &body(100_000)),
            "body must be an object"
        );
    }
}
