//! Settings that change at run time.

use std::time::{Duration, Instant};

use serde_json::json;
use usedesk_sandbox::{RateLimit, Sandbox};

use super::{control, get, rejected};
use crate::client::{Client, call, eventually};

#[test]
fn settings_change_and_a_reset_restores_them() {
    let sandbox = Sandbox::start().unwrap();
    let plain = json!({
        "quirks": [], "latency_ms": { "min": 0, "max": 0 }, "rate_limit": null,
        "read_lag_ms": 0, "webhooks": [],
    });
    assert_eq!(get(&sandbox, "/sandbox/settings"), plain);
    let changed = json!({
        "quirks": ["numbers", "zeros"], "latency_ms": { "min": 1, "max": 2 },
        "rate_limit": { "per_minute": 150, "response": "code", "retry_after": false },
        "read_lag_ms": 5,
        "webhooks": [
            { "url": "http://127.0.0.1:1/", "format": "form", "events": ["comment_created"] },
        ],
    });
    assert_eq!(control(&sandbox, "PATCH", "/sandbox/settings", &changed), changed);
    assert_eq!(call(&sandbox, "/ticket", "ticket_id=4501")["ticket"]["id"], "4501");
    // What is absent stays.
    let body = json!({ "rate_limit": null });
    let shown = control(&sandbox, "PATCH", "/sandbox/settings", &body);
    assert_eq!(
        (&shown["quirks"], &shown["rate_limit"]),
        (&json!(["numbers", "zeros"]), &json!(null))
    );
    assert_eq!(get(&sandbox, "/sandbox/health")["settings"], shown);
    for (body, expected) in [
        (
            json!({ "quirks": ["number"] }),
            "quirks must be true, false or a list of numbers, created_ids, zeros, empty_objects, \
             first_file, escapes, errors_in_200, html_errors",
        ),
        (json!({ "quirk": true }), "quirk is not a member of this call"),
        (json!({ "latency_ms": { "min": 2, "max": 1 } }), "latency_ms.max must be at least min"),
        (
            json!({ "latency_ms": { "min": 60_001 } }),
            "latency_ms.min must be a whole number from 0 to 60000",
        ),
        (json!({ "rate_limit": 150 }), "rate_limit must be an object or null"),
        (json!({ "rate_limit": {} }), "rate_limit.per_minute is required"),
        (json!({ "webhooks": {} }), "webhooks must be a list of at most 10 objects"),
        (json!({ "webhooks": [{}] }), "webhooks[0].url is required"),
        (
            json!({ "webhooks": [{ "url": "http://192.0.2.1" }] }),
            "webhooks[0].url must be an http:// URL of this machine: the URL is not one of this machine",
        ),
        (
            json!({ "webhooks": [{ "url": "http://127.0.0.1", "events": ["ping"] }] }),
            "webhooks[0].events must be a list of ticket_created, ticket_changed, comment_created, \
             chat_message",
        ),
        (
            json!({ "webhooks": [{ "url": "http://127.0.0.1", "form": "json" }] }),
            "webhooks[0].form is not a member of this call",
        ),
        (
            json!({ "quirks": false, "rate_limit": { "per_minute": 1, "response": "no" } }),
            "rate_limit.response must be one of status, code",
        ),
    ] {
        assert_eq!(rejected(&sandbox, 400, "PATCH", "/sandbox/settings", &body), expected);
    }
    assert_eq!(get(&sandbox, "/sandbox/settings"), shown);
    sandbox.reset();
    assert_eq!(get(&sandbox, "/sandbox/settings"), plain);
}

#[test]
fn reads_lag_behind_changes() {
    let lag = Duration::from_secs(2);
    let sandbox = Sandbox::builder().read_lag(lag).start().unwrap();
    let status = || call(&sandbox, "/ticket", "ticket_id=4501")["ticket"]["status_id"].clone();
    let start = Instant::now();
    crate::client::updated(&sandbox, "status=2");
    // On a busy machine the lag may be over already.
    let seen = status();
    assert!(seen == 8 || start.elapsed() >= lag, "{seen}");
    crate::client::eventually(|| status() == 2);
    assert!(start.elapsed() >= lag);
    // Changes are made to the latest desk.
    call(&sandbox, "/create/comment", "ticket_id=4501&message=1");
    call(&sandbox, "/create/comment", "ticket_id=4501&message=2");
    assert_eq!(sandbox.ticket(4501).unwrap().comments.len(), 3);
    control(&sandbox, "PATCH", "/sandbox/settings", &json!({ "read_lag_ms": 0 }));
    assert_eq!(call(&sandbox, "/ticket", "ticket_id=4501")["comments"][2]["message"], "2");
}

#[test]
fn requests_beyond_the_rate_limit_have_no_effect() {
    let sandbox = Sandbox::builder().rate_limit(RateLimit::per_minute(2)).start().unwrap();
    let mut client = Client::connect(&sandbox);
    let mut subject = |token: &str, subject: &str| {
        let body = format!("api_token={token}&ticket_id=4501&subject={subject}");
        client.post("/update/ticket", crate::client::FORM, body)
    };
    let token = "sandbox-token";
    assert_eq!([subject(token, "1").status, subject(token, "2").status], [200; 2]);
    let response = subject(token, "3");
    assert_eq!((response.status, &response.json()["code"]), (429, &json!(121)));
    let seconds: u64 = response.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert_eq!(sandbox.ticket(4501).unwrap().subject, "2");
    // Another token has a count of its own, and control calls are not counted.
    assert_eq!(subject("other", "4").json()["code"], 112);
    let body =
        json!({ "rate_limit": { "per_minute": 2, "response": "code", "retry_after": false } });
    control(&sandbox, "PATCH", "/sandbox/settings", &body);
    let response = subject(token, "5");
    assert_eq!((response.status, &response.json()["code"]), (200, &json!(121)));
    assert_eq!(response.header("retry-after"), None);
    let page = get(&sandbox, "/sandbox/requests?outcome=rejected&limit=1");
    assert_eq!(page["requests"][0]["error"]["code"], 121);
    // A reset forgets what was counted.
    sandbox.reset();
    assert_eq!(subject(token, "6").status, 200);
}

#[test]
fn latency_delays_responses() {
    let delay = Duration::from_millis(100);
    let sandbox = Sandbox::builder().latency(delay..=2 * delay).start().unwrap();
    let start = Instant::now();
    call(&sandbox, "/ticket", "ticket_id=4501");
    let elapsed = start.elapsed();
    // The time is not part of the work on the request.
    assert!(sandbox.journal()[0].duration + delay <= elapsed, "{elapsed:?}");
}

#[test]
fn all_addresses() {
    let sandbox = Sandbox::builder().host([0, 0, 0, 0].into()).start().unwrap();
    assert!(sandbox.url().starts_with("http://127.0.0.1:"));
    assert_eq!(get(&sandbox, "/sandbox/health")["status"], "ok");
    let mut client = Client::connect(&sandbox);
    client.send("GET /sandbox/health HTTP/1.1\r\nHost: 0.0.0.0\r\n\r\n");
    assert_eq!(client.response().status, 403);
    drop(sandbox);
}

/// Who adds a webhook does not know the secrets of the others.
#[test]
fn a_webhook_keeps_its_secret() {
    let (sandbox, server) = (Sandbox::start().unwrap(), Sandbox::start().unwrap());
    let url = |path: &str| format!("{}{path}", server.url());
    let set = |webhooks: serde_json::Value| {
        control(&sandbox, "PATCH", "/sandbox/settings", &json!({ "webhooks": webhooks }));
    };
    set(json!([{ "url": url("/one"), "secret": "first", "events": ["ticket_changed"] }]));
    set(json!([
        { "url": url("/one"), "events": ["ticket_changed"] },
        { "url": url("/two"), "events": ["ticket_changed"] },
    ]));
    call(&sandbox, "/update/ticket", "ticket_id=4501&status=2");
    let secret_at = |path: &str| {
        let requests = server.requests();
        let of_change = |request: &&usedesk_sandbox::Received| {
            request.path == path && request.parameters.contains_key("secret")
        };
        requests.iter().find(of_change).map(|request| request.parameters["secret"].clone())
    };
    eventually(|| secret_at("/one").is_some() && secret_at("/two").is_some());
    assert_eq!(secret_at("/one"), Some("first".into()));
    assert_eq!(secret_at("/two"), Some("sandbox-secret".into()));
    set(json!([{ "url": url("/one"), "secret": "second", "events": ["ticket_changed"] }]));
    call(&sandbox, "/update/ticket", "ticket_id=4501&status=3");
    eventually(|| {
        server.requests().iter().any(|one| one.parameters.get("secret") == Some(&"second".into()))
    });
}
