//! `/update/ticket`.

use serde_json::json;
use usedesk_sandbox::{ErrorCode, Sandbox};

use crate::client::{
    Client, FORM, JSON, assert_documented, assert_rejected, call_json, update, updated,
};

#[test]
fn an_update_with_every_parameter() {
    let sandbox = Sandbox::start().unwrap();
    let ticket = updated(
        &sandbox,
        "status=2&tag=billing%2C+refund&field_id=31%3B32%3B33&field_value=Riga%3Btrue%3B507\
         &lists[0][id]=71&lists[0][value]=9&lists[1][id]=72&lists[1][value]=15\
         &group_id=null&assignee_id=null",
    );
    assert_eq!(ticket.status, 2);
    assert_eq!(ticket.tags, ["billing", "refund"]);
    let fields: Vec<_> = ticket.fields.iter().map(|(id, value)| (*id, value.as_str())).collect();
    assert_eq!(fields, [(31, "Riga"), (32, "true"), (33, "507"), (71, "9"), (72, "15")]);
    assert_eq!((ticket.group, ticket.assignee), (None, None));
}

#[test]
fn json_and_form_have_the_same_effect() {
    let (json, form) = (Sandbox::start().unwrap(), Sandbox::start().unwrap());
    let body = json!({
        "api_token": json.token(), "ticket_id": 4501, "status": 5, "tag": "a, b",
        "field_id": "31", "field_value": "Riga", "priority": "urgent", "client_id": "902",
        "lists": [{ "id": 71, "value": 9 }, { "id": "72", "value": "15" }],
    });
    let response = Client::connect(&json).post("/uapi/update/ticket", JSON, body.to_string());
    assert_eq!(response.json(), json!({ "status": "success" }));
    updated(
        &form,
        "status=5&tag=a,+b&field_id=31&field_value=Riga&priority=urgent&client_id=902\
         &lists[0][id]=71&lists[0][value]=9&lists[1][id]=72&lists[1][value]=15",
    );
    let (mut json, form) = (json.ticket(4501).unwrap(), form.ticket(4501).unwrap());
    // The times may differ.
    json.last_updated_at.clone_from(&form.last_updated_at);
    json.changes[0].changed_at.clone_from(&form.changes[0].changed_at);
    assert_eq!(json, form);
}

#[test]
fn plain_parameters_are_set_and_omitted_ones_stay() {
    let sandbox = Sandbox::start().unwrap();
    let before = sandbox.ticket(4501).unwrap();
    let after = updated(&sandbox, "subject=New+title&client_id=902&priority=extreme&type=task");
    assert_eq!(
        (after.subject.as_str(), after.client_id, after.priority.as_str(), after.kind.as_str()),
        ("New title", 902, "extreme", "task")
    );
    assert_eq!((after.group, after.assignee), (before.group, before.assignee));
    assert_eq!((after.tags, after.fields), (before.tags, before.fields));
    assert_ne!(after.last_updated_at, before.last_updated_at);
    assert!(sandbox.ticket(4502).unwrap().changes.is_empty());
}

#[test]
fn every_status_is_accepted() {
    let sandbox = Sandbox::start().unwrap();
    for status in 1..=10 {
        assert_eq!(updated(&sandbox, &format!("status={status}")).status, status);
    }
}

#[test]
fn any_action_opens_a_new_ticket() {
    for (parameters, status) in [
        ("", 1),
        ("tag=a", 1),
        ("tag=a&silent=false", 1),
        ("tag=a&silent=0", 1),
        ("tag=a&silent=+", 1),
        ("tag=a&silent=true", 8),
        ("silent=1", 8),
        ("status=8", 8),
        ("status=6", 6),
        ("status=6&silent=true", 6),
    ] {
        let sandbox = Sandbox::start().unwrap();
        assert_eq!(updated(&sandbox, parameters).status, status, "{parameters}");
    }
}

#[test]
fn only_a_new_ticket_is_opened() {
    let sandbox = Sandbox::start().unwrap();
    updated(&sandbox, "status=6");
    assert_eq!(updated(&sandbox, "tag=a").status, 6);
}

#[test]
fn a_rejected_update_does_not_open_a_new_ticket() {
    let sandbox = Sandbox::start().unwrap();
    update(&sandbox, 4501, "priority=none");
    assert_eq!(sandbox.ticket(4501).unwrap().status, 8);
}

/// The demo ticket has group 5 and agent 17, who is in group 5 only; 18 is in 5 and, by default, 6.
#[test]
fn group_and_assignee() {
    for (parameters, group, assignee) in [
        ("group_id=null", None, Some(17)),
        ("assignee_id=null", Some(5), None),
        ("group_id=null&assignee_id=null", None, None),
        ("group_id=6&assignee_id=18", Some(6), Some(18)),
        ("group_id=5&assignee_id=18", Some(5), Some(18)),
        ("group_id=6&assignee_id=null", Some(6), None),
        ("group_id=null&assignee_id=18", None, Some(18)),
        ("assignee_id=18", Some(6), Some(18)),
        ("group_id=6", Some(6), None),
        ("group_id=5", Some(5), Some(17)),
    ] {
        let sandbox = Sandbox::start().unwrap();
        let ticket = updated(&sandbox, parameters);
        assert_eq!((ticket.group, ticket.assignee), (group, assignee), "{parameters}");
    }
}

#[test]
fn tags_are_added() {
    let sandbox = Sandbox::start().unwrap();
    assert_eq!(updated(&sandbox, "tag=billing").tags, ["billing"]);
    assert_eq!(updated(&sandbox, "tag=refund,+billing,+vip").tags, ["billing", "refund", "vip"]);
    assert_eq!(updated(&sandbox, "tag=").tags, ["billing", "refund", "vip"]);
}

#[test]
fn limits_count_characters() {
    let sandbox = Sandbox::start().unwrap();
    let longest = "ž".repeat(255);
    assert_eq!(updated(&sandbox, &format!("subject={longest}")).subject, longest);
    assert_eq!(updated(&sandbox, &format!("tag={longest}")).tags, [longest.as_str()]);
    let ticket = updated(&sandbox, &format!("field_id=31&field_value={longest}"));
    assert_eq!(ticket.fields[&31], longest);

    assert_rejected(ErrorCode::TooLong.number(), &format!("tag={longest}x"));
    assert_rejected(ErrorCode::TooLong.number(), &format!("subject={longest}x"));
    assert_rejected(ErrorCode::TooLong.number(), &format!("field_id=31&field_value={longest}x"));
    let ids = vec!["31"; 86].join(";");
    assert_rejected(ErrorCode::TooLong.number(), &format!("field_id={ids}&field_value=x"));
}

#[test]
fn history_has_author_and_changes() {
    let sandbox = Sandbox::start().unwrap();
    let ticket = updated(
        &sandbox,
        "user_id=18&status=2&tag=a,+b&subject=S&group_id=null&assignee_id=null&client_id=902\
         &priority=low&type=task&field_id=31&field_value=Riga",
    );
    let [change] = ticket.changes.as_slice() else { panic!("{:?}", ticket.changes) };
    let shown = serde_json::to_value(change).unwrap();
    assert_eq!(change.changed_at.len(), "2026-11-23 10:00:00".len());
    assert_eq!(
        shown,
        json!({
            "id": 1, "trigger_id": null, "user_id": 18, "ticket_id": 4501,
            "changed_at": change.changed_at, "old_status": 8, "new_status": 2, "company_id": 1,
            "data": [
                { "target": "subject", "value": "S", "old_value": "Invoice is wrong" },
                { "target": "client_id", "value": 902, "old_value": 901 },
                { "target": "group", "value": null, "old_value": 5 },
                { "target": "assignee_id", "value": null, "old_value": 17 },
                { "target": "status_id", "value": 2, "old_value": 8 },
                { "target": "priority", "value": "low", "old_value": "medium" },
                { "target": "type", "value": "task", "old_value": "question" },
                { "target": "new_tags", "value": "a, b", "old_value": null },
                { "target": "ticket_field", "value": "Riga", "old_value": null },
            ],
        })
    );
}

#[test]
fn an_update_without_changes_leaves_no_history() {
    let sandbox = Sandbox::start().unwrap();
    let before = sandbox.ticket(4501).unwrap();
    let same =
        "silent=true&subject=Invoice+is+wrong&status=8&group_id=5&tag=&field_id=31&field_value=";
    assert_eq!(updated(&sandbox, same), before);
    let first = updated(&sandbox, "status=2&tag=a");
    assert_eq!(first.changes.len(), 1);
    assert_eq!(updated(&sandbox, "status=2&tag=a"), first);
    let second = updated(&sandbox, "status=1");
    assert_eq!(second.changes[1].user_id, None);
    assert_eq!((second.changes[1].id, second.changes[1].old_status), (2, 2));
}

#[test]
fn unknown_and_outdated_parameters_are_ignored() {
    let sandbox = Sandbox::start().unwrap();
    let before = sandbox.ticket(4501).unwrap();
    let ignored =
        "silent=1&message=hi&connected_list[0][id]=71&connected_list[0][value]=9&status_id=2";
    assert_eq!(updated(&sandbox, ignored), before);
}

#[test]
fn rejected_requests() {
    for (code, parameters) in [
        (ErrorCode::WrongKind, "status=solved"),
        (ErrorCode::WrongKind, "status=%2B5"),
        (ErrorCode::WrongKind, "subject[]=a"),
        (ErrorCode::WrongKind, "silent=perhaps"),
        (ErrorCode::WrongKind, "client_id=new_client"),
        (ErrorCode::UnknownStatus, "status=0"),
        (ErrorCode::UnknownStatus, "status=11"),
        (ErrorCode::UnknownPriority, "priority=high"),
        (ErrorCode::UnknownType, "type=bug"),
        (ErrorCode::UnknownClient, "client_id=1"),
        (ErrorCode::UnknownGroup, "group_id=7"),
        (ErrorCode::UnknownGroup, "group_id=7&assignee_id=null"),
        (ErrorCode::UnknownGroup, "group_id=7&assignee_id=18"),
        (ErrorCode::UnknownAgent, "assignee_id=19"),
        (ErrorCode::UnknownAgent, "group_id=null&assignee_id=19"),
        (ErrorCode::UnknownAgent, "group_id=5&assignee_id=19"),
        (ErrorCode::UnknownAgent, "user_id=19"),
        (ErrorCode::AgentNotInGroup, "group_id=6&assignee_id=17"),
    ] {
        assert_rejected(code.number(), parameters);
    }
}

#[test]
fn json_null_is_not_the_text_null() {
    let sandbox = Sandbox::start().unwrap();
    for (name, is_absent) in
        [("subject", false), ("lists", false), ("group_id", true), ("assignee_id", true)]
    {
        let body = json!({ "ticket_id": 4501, "silent": true, name: null });
        let response = call_json(&sandbox, "/update/ticket", body);
        assert_eq!(response["status"] == "success", is_absent, "{name}: {response}");
    }
    assert!(sandbox.ticket(4501).unwrap().changes.is_empty());
}

#[test]
fn tickets_and_tokens() {
    let sandbox = Sandbox::start().unwrap();
    assert_eq!(update(&sandbox, 4503, "status=1")["code"], ErrorCode::UnknownTicket.number());
    let mut client = Client::connect(&sandbox);
    for (body, code) in [
        ("ticket_id=4501&status=2", ErrorCode::BadToken),
        ("api_token=&ticket_id=4501&status=2", ErrorCode::BadToken),
        ("api_token=wrong&ticket_id=4501&status=2", ErrorCode::BadToken),
        ("api_token[]=sandbox-token&ticket_id=4501&status=2", ErrorCode::BadToken),
        ("api_token=wrong", ErrorCode::BadToken),
        ("api_token=sandbox-token&status=2", ErrorCode::Missing),
        ("api_token=sandbox-token&ticket_id=x", ErrorCode::WrongKind),
    ] {
        let response = client.post("/update/ticket", FORM, body);
        assert_eq!(
            (response.status, &response.json()["code"]),
            (200, &code.number().into()),
            "{body}"
        );
        assert_documented(code.number());
    }
    assert_documented(ErrorCode::UnknownTicket.number());
    assert_eq!(sandbox.ticket(4501).unwrap().status, 8);
    assert_eq!(ErrorCode::BadToken.number(), 112);
}
