//! The known codes of the real API.

use usedesk_sandbox::{ErrorCode, Sandbox, ScriptedResponse};

use crate::client::{Client, Part, assert_documented, call, call_json, call_multipart};

/// Codes that the desk returns without a script.
#[test]
fn api_errors_have_the_known_codes() {
    let sandbox = Sandbox::start().unwrap();
    let chat = "company_id=1&channel_id=4";
    for (code, path, parameters) in [
        (112, "/ticket", "api_token=wrong&ticket_id=4501"),
        (113, "/ticket", "ticket_id=1"),
        (113, "/update/ticket", "ticket_id=1&status=2"),
        (113, "/create/comment", "ticket_id=1&message=M"),
        (114, "/create/comment", "ticket_id=4501"),
        (114, "/create/comment", "ticket_id=4501&message="),
        (114, "/create/ticket", "subject=S&client_id=901"),
        (114, "/chat/addMessage", &format!("{chat}&message[from][name]=Z")),
        (115, "/support/13/articles/301/add-views", ""),
        (116, "/update/ticket", "ticket_id=4501&tag[]=a"),
        (116, "/create/ticket", "subject=S&message=M&client_id=901&tag[a]=b"),
        (116, "/tickets", "tag[]=a"),
        (117, "/update/ticket", "ticket_id=4501&assignee_id=1"),
        (117, "/create/comment", "ticket_id=4501&message=M&user_id=1"),
        (118, "/update/ticket", "ticket_id=4501&group_id=1"),
        (119, "/create/ticket", "subject=S&message=M&client_id=1"),
        (119, "/update/client", "client_id=1&name=N"),
    ] {
        let response = call(&sandbox, path, parameters);
        assert_eq!(response["code"], code, "{path} {parameters}: {response}");
        assert_documented(code);
    }
    let tags = serde_json::json!({ "ticket_id": 4501, "tag": ["a", "b"] });
    assert_eq!(call_json(&sandbox, "/update/ticket", tags)["code"], 116);
    assert_eq!(sandbox.ticket(4501).unwrap().changes, []);
}

/// The limit on every file is 15 MB.
#[test]
fn a_file_that_is_too_large_is_rejected() {
    let sandbox = Sandbox::start().unwrap();
    let mut content = vec![b'x'; 15 * 1024 * 1024];
    let responses = |content: &[u8]| {
        let file = |name| -> Part<'_> { (name, Some("a.png"), content) };
        let comment = [("ticket_id", None, &b"4501"[..]), ("message", None, b"M"), file("files[]")];
        let client = [("client_id", None, &b"901"[..]), file("avatar")];
        [
            call_multipart(&sandbox, "/create/comment", &comment),
            call_multipart(&sandbox, "/update/client", &client),
        ]
    };
    assert!(responses(&content).iter().all(|response| response.get("code").is_none()));
    content.push(b'x');
    let before = (sandbox.ticket(4501), sandbox.client(901));
    for response in responses(&content) {
        assert_eq!(response["code"], 120, "{response}");
    }
    assert_documented(120);
    assert_eq!((sandbox.ticket(4501), sandbox.client(901)), before);
}

/// The desk never has a server error or a rate limit: these are scripted.
#[test]
fn known_codes_can_be_scripted() {
    let sandbox = Sandbox::start().unwrap();
    for (code, number) in [(ErrorCode::ServerError, 111), (ErrorCode::TooManyRequests, 121)] {
        sandbox.script(ScriptedResponse::api_error(code).header("Retry-After", "30"));
        let mut client = Client::connect(&sandbox);
        let response = client.get("/update/ticket?api_token=sandbox-token");
        assert_eq!((response.status, response.header("retry-after")), (200, Some("30")));
        assert_eq!(response.header("content-type"), Some("application/json"));
        let body = response.json();
        assert_eq!(body["code"], number);
        assert!(body["error"].is_string());
        assert_documented(number);
    }
}

/// A cache in front of a slow server responds so after the server has acted.
#[test]
fn a_503_with_retry_after_can_follow_a_create() {
    let sandbox = Sandbox::start().unwrap();
    for wait in ["5", "0", "soon"] {
        sandbox.script(ScriptedResponse::status(503).header("Retry-After", wait).after_acting());
        let body = "api_token=sandbox-token&subject=S&message=M&client_id=901";
        let response = Client::connect(&sandbox).post("/create/ticket", crate::client::FORM, body);
        assert_eq!((response.status, response.header("retry-after")), (503, Some(wait)));
    }
    assert_eq!((4503..4510).filter_map(|id| sandbox.ticket(id)).count(), 3);
}
