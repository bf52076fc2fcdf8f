//! `/create/comment`.

use serde_json::json;
use usedesk_sandbox::{Comment, ErrorCode, Sandbox};

use crate::client::{assert_code, call, call_json, updated};

/// Adds a comment to the demo ticket and returns it.
fn commented(sandbox: &Sandbox, parameters: &str) -> Comment {
    let response =
        call(sandbox, "/create/comment", &format!("ticket_id=4501&message=M&{parameters}"));
    assert_eq!(response["status"], "success", "{parameters}: {response}");
    let comment = sandbox.ticket(4501).unwrap().comments.pop().unwrap();
    assert_eq!(response["comment_id"], comment.id);
    comment
}

#[test]
fn defaults_are_private_and_the_first_agent() {
    let sandbox = Sandbox::start().unwrap();
    let response = call(&sandbox, "/create/comment", "ticket_id=4501&message=%3Cb%3EM%3C/b%3E");
    assert_eq!(response, json!({ "status": "success", "comment_id": 8003 }));
    let shown = call(&sandbox, "/ticket", "ticket_id=4501");
    let comment = &shown["comments"][1];
    assert_eq!(
        comment,
        &json!({
            "id": 8003, "message": "<b>M</b>", "from": "user", "type": "private", "user_id": 17,
            "client_id": null, "client_name": null, "ticket_id": 4501, "is_first": 0,
            "delivered": 1, "readed": 0, "published_at": comment["published_at"], "file": null,
            "files": [], "cc": [], "bcc": [], "client": null,
            "user": call(&sandbox, "/users", "user_id=17")[0],
        })
    );
    let (written, updated) = (&comment["published_at"], &shown["ticket"]["last_updated_at"]);
    // The times may differ.
    assert!(written.as_str() <= updated.as_str(), "{shown}");
    assert_ne!(updated, "2026-11-02 09:15:00");
}

#[test]
fn the_author_depends_on_from_and_user_id() {
    let sandbox = Sandbox::start().unwrap();
    for (parameters, from, user, client) in [
        ("user_id=18", "user", Some(18), None),
        ("from=user", "user", Some(17), None),
        ("from=user&user_id=18", "user", Some(18), None),
        ("from=client", "client", None, Some(901)),
        ("from=client&user_id=18", "client", None, Some(901)),
        ("from=trigger&trigger_id=4", "trigger", None, None),
    ] {
        let comment = commented(&sandbox, parameters);
        assert_eq!((comment.from.as_str(), comment.user_id), (from, user), "{parameters}");
        assert_eq!(comment.client_id, client, "{parameters}");
    }
}

#[test]
fn types() {
    let sandbox = Sandbox::start().unwrap();
    for (parameters, kind) in [
        ("", "private"),
        ("type=private", "private"),
        ("type=public", "public"),
        // A parameter of another method.
        ("private_comment=false", "private"),
    ] {
        assert_eq!(commented(&sandbox, parameters).kind, kind, "{parameters}");
    }
}

#[test]
fn cc_and_bcc() {
    let sandbox = Sandbox::start().unwrap();
    let comment = commented(&sandbox, "cc[]=a%40example.com&cc[]=b%40example.com&bcc[]=c%40d.e");
    assert_eq!(comment.cc, ["a@example.com", "b@example.com"]);
    assert_eq!(comment.bcc, ["c@d.e"]);
    let shown = call(&sandbox, "/ticket", "ticket_id=4501");
    assert_eq!(shown["comments"][1]["cc"], json!(["a@example.com", "b@example.com"]));
    assert_eq!(shown["comments"][1]["bcc"], json!(["c@d.e"]));
}

#[test]
fn a_comment_opens_a_new_ticket_and_no_other() {
    for (before, after) in [(8, 1), (2, 2), (6, 6)] {
        let sandbox = Sandbox::start().unwrap();
        updated(&sandbox, &format!("status={before}"));
        commented(&sandbox, "");
        assert_eq!(sandbox.ticket(4501).unwrap().status, after);
    }
}

#[test]
fn the_history_has_the_id_of_a_comment() {
    let sandbox = Sandbox::start().unwrap();
    commented(&sandbox, "user_id=18");
    commented(&sandbox, "from=client");
    commented(&sandbox, "from=trigger&trigger_id=1");
    let changes = sandbox.ticket(4501).unwrap().changes;
    assert_eq!(
        changes.iter().map(|change| change.user_id).collect::<Vec<_>>(),
        [Some(18), None, None]
    );
    assert_eq!(
        serde_json::to_value(&changes[0].data).unwrap(),
        json!([
            { "target": "status_id", "value": 1, "old_value": 8 },
            { "target": "comment_from_agent", "value": 8003, "old_value": null },
        ])
    );
    assert_eq!((changes[0].old_status, changes[0].new_status), (8, 1));
    let targets: Vec<_> =
        changes[1..].iter().map(|change| change.data[0].target.as_str()).collect();
    assert_eq!(targets, ["message_from_client", "message_from_bot"]);
}

#[test]
fn templates_have_no_effect() {
    let sandbox = Sandbox::start().unwrap();
    let response = call_json(
        &sandbox,
        "/create/comment",
        json!({
            "ticket_id": 4501, "message": "M", "template_id": 5, "template_name": "hello",
            "template_variables": ["Maria", "12"], "template_lang": "en",
        }),
    );
    assert_eq!(response["status"], "success");
    assert_eq!(sandbox.ticket(4501).unwrap().comments[1].message, "M");
}

#[test]
fn rejected_requests_change_nothing() {
    let sandbox = Sandbox::start().unwrap();
    let before = sandbox.ticket(4501);
    for (code, parameters) in [
        (ErrorCode::Missing, "message=M"),
        (ErrorCode::NoMessage, "ticket_id=4501"),
        (ErrorCode::NoMessage, "ticket_id=4501&message="),
        (ErrorCode::Missing, "ticket_id=4501&message=M&from=trigger"),
        (ErrorCode::Missing, "ticket_id=4501&message=M&cc[]="),
        (ErrorCode::UnknownTicket, "ticket_id=1&message=M"),
        (ErrorCode::UnknownAgent, "ticket_id=4501&message=M&user_id=1"),
        (ErrorCode::UnknownWord, "ticket_id=4501&message=M&from=bot"),
        (ErrorCode::UnknownWord, "ticket_id=4501&message=M&type=internal"),
        (ErrorCode::WrongKind, "ticket_id=4501&message=M&cc=a%40example.com"),
        (ErrorCode::WrongKind, "ticket_id=4501&message=M&bcc[1]=a%40example.com"),
        (ErrorCode::WrongKind, "ticket_id=4501&message=M&files=text"),
        (ErrorCode::WrongKind, "ticket_id=4501&message=M&trigger_id=x"),
        (ErrorCode::WrongKind, "ticket_id=4501&message=M&template_variables=a"),
        (ErrorCode::WrongKind, "ticket_id=4501&message=M&template_lang[]=a"),
    ] {
        assert_code(&call(&sandbox, "/create/comment", parameters), code, parameters);
    }
    assert_eq!(sandbox.ticket(4501), before);
    assert_eq!(commented(&sandbox, "").id, 8003);
}
