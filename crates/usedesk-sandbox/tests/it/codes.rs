//! The codes that the real API is known to use.

use usedesk_sandbox::{ErrorCode, Sandbox, ScriptedResponse};

use crate::client::{Client, Part, assert_documented, call, call_json, call_multipart};

/// Of what the desk refuses itself.
#[test]
fn refusals_have_the_codes_of_the_real_api() {
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
        let answer = call(&sandbox, path, parameters);
        assert_eq!(answer["code"], code, "{path} {parameters}: {answer}");
        assert_documented(code);
    }
    let tags = serde_json::json!({ "ticket_id": 4501, "tag": ["a", "b"] });
    assert_eq!(call_json(&sandbox, "/update/ticket", tags)["code"], 116);
    assert_eq!(sandbox.ticket(4501).unwrap().changes, []);
}

/// 15 MB is the limit of every file.
#[test]
fn a_file_that_is_too_large() {
    let sandbox = Sandbox::start().unwrap();
    let mut content = vec![b'x'; 15 * 1024 * 1024];
    let answers = |content: &[u8]| {
        let file = |name| -> Part<'_> { (name, Some("a.png"), content) };
        let comment = [("ticket_id", None, &b"4501"[..]), ("message", None, b"M"), file("files[]")];
        let client = [("client_id", None, &b"901"[..]), file("avatar")];
        [
            call_multipart(&sandbox, "/create/comment", &comment),
            call_multipart(&sandbox, "/update/client", &client),
        ]
    };
    assert!(answers(&content).iter().all(|answer| answer.get("code").is_none()));
    content.push(b'x');
    let before = (sandbox.ticket(4501), sandbox.client(901));
    for answer in answers(&content) {
        assert_eq!(answer["code"], 120, "{answer}");
    }
    assert_documented(120);
    assert_eq!((sandbox.ticket(4501), sandbox.client(901)), before);
}

/// The desk is never out of order and has no limit: such answers are scripted.
#[test]
fn a_code_on_demand() {
    let sandbox = Sandbox::start().unwrap();
    for (code, number) in [(ErrorCode::ServerError, 111), (ErrorCode::TooManyRequests, 121)] {
        sandbox.script(ScriptedResponse::api_error(code).header("Retry-After", "30"));
        let mut client = Client::connect(&sandbox);
        let reply = client.get("/update/ticket?api_token=sandbox-token");
        assert_eq!((reply.status, reply.header("retry-after")), (200, Some("30")));
        assert_eq!(reply.header("content-type"), Some("application/json"));
        let answer = reply.json();
        assert_eq!(answer["code"], number);
        assert!(answer["error"].is_string());
        assert_documented(number);
    }
}

/// A cache in front of a slow server answers like this after the server has acted.
#[test]
fn a_create_that_is_answered_with_503_and_a_wait() {
    let sandbox = Sandbox::start().unwrap();
    for wait in ["5", "0", "soon"] {
        sandbox.script(ScriptedResponse::status(503).header("Retry-After", wait).after_acting());
        let body = "api_token=sandbox-token&subject=S&message=M&client_id=901";
        let reply = Client::connect(&sandbox).post("/create/ticket", crate::client::FORM, body);
        assert_eq!((reply.status, reply.header("retry-after")), (503, Some(wait)));
    }
    assert_eq!((4503..4510).filter_map(|id| sandbox.ticket(id)).count(), 3);
}
