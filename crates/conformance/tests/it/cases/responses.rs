//! Every row of the table of failures, over real sockets.

use std::fmt::Write as _;
use std::time::Duration;

use super::sdk::tickets::UpdateTicket;
use super::sdk::{Encoding, ErrorKind};
use super::support::{failure, sandbox, update, usedesk};
use super::wait;
use usedesk_sandbox::ScriptedResponse;

#[test]
fn every_kind_of_response() {
    let html = "<html><body>Please log in</body></html>";
    let success = r#"{"status":"success"}"#;
    let rows = [
        ("error with a number for a code", 200, r#"{"error":"No such ticket","code":404}"#),
        ("error with a string for a code", 200, r#"{"error":"Bad token","code":"112"}"#),
        ("error without a code", 200, r#"{"error":"No"}"#),
        ("status false", 200, r#"{"status":false}"#),
        ("status error", 200, r#"{"status":"error","message":"No such agent"}"#),
        ("error with its own status", 400, r#"{"error":"Bad request"}"#),
        ("framework error", 500, r#"{"message":"Server Error"}"#),
        ("throttled", 429, ""),
        ("not found", 404, r#"{"message":"Not found"}"#),
        ("proxy", 502, html),
        ("login page", 200, html),
        ("empty", 200, ""),
        ("cut short in the JSON", 200, r#"{"status":"suc"#),
        ("another shape", 200, "[]"),
        ("not allowed to succeed", 500, success),
    ];
    let mut text = String::new();
    for (name, status, body) in rows {
        let error = failure(ScriptedResponse::status(status).header("x-row", name).body(body));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status), "{name}");
        assert_eq!(error.body(), Some(body.as_bytes()), "{name}");
        assert_eq!(error.headers().expect("headers")["x-row"], name);
        let kind = error.kind();
        let acted = error.may_have_acted();
        let _ = writeln!(text, "{name}\n  {kind:?}, may have acted: {acted}\n  {error}");
    }
    insta::with_settings!({ prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(text);
    });
}

#[test]
fn an_error_that_is_null_is_none() {
    let sandbox = sandbox();
    let usedesk = usedesk(&sandbox, Encoding::Form);
    for body in [r#"{"status":"success","error":null}"#, r#"{"status":"success","error":""}"#] {
        sandbox.script(ScriptedResponse::status(200).body(body));
        wait(usedesk.send(update())).expect(body);
    }
}

#[test]
fn a_rejection_by_the_sandbox_itself() {
    let sandbox = sandbox();
    let usedesk = usedesk(&sandbox, Encoding::Form);
    let error = wait(usedesk.send(UpdateTicket::new(99).subject("s"))).expect_err("no such ticket");
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(error.message().is_some() && error.code().is_some());
}

#[test]
fn retry_after_is_read() {
    let error = failure(ScriptedResponse::status(429).header("Retry-After", "7"));
    assert!(error.is_rate_limited() && !error.may_have_acted());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    let error = failure(ScriptedResponse::status(200).body(r#"{"error":"Limit","code":121}"#));
    assert!(error.is_rate_limited() && !error.may_have_acted());
    // A 503 proves nothing, whatever its headers.
    let error = failure(ScriptedResponse::status(503).header("Retry-After", "7"));
    assert_eq!((error.may_have_acted(), error.retry_after()), (true, Some(Duration::from_secs(7))));
    assert!(failure(ScriptedResponse::status(503)).may_have_acted());
}
