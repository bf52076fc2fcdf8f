//! `/tickets`.

use serde_json::json;
use usedesk_sandbox::{ErrorCode, Sandbox, Ticket};

use crate::client::{assert_code, call, call_json, list, numbers, update};

/// Starts a sandbox with the two demo tickets and five more:
///
/// | ticket | agent | group | else |
/// | --- | --- | --- | --- |
/// | 4501 | 17 | 5 | new |
/// | 4502 | | | open, low |
/// | 4503 | 18 | 6 | channel 6, task, tags a and b |
/// | 4504 | 18 | 5 | solved, city Riga |
/// | 4505 | | 6 | urgent, tag b, product 507 |
/// | 4506 | 17 | | merged |
fn desk() -> Sandbox {
    let sandbox = Sandbox::start().unwrap();
    for parameters in [
        "assignee_id=18&channel_id=6&type=task&tag=a,+b",
        "assignee_id=18&group_id=5&status=2&field_id=31&field_value=Riga",
        "group_id=6&priority=urgent&tag=b&field_id=33&field_value=507",
        "assignee_id=17&group_id=null&status=10",
    ] {
        let parameters =
            format!("subject=S&message=%3Cp%3EMessage%3C/p%3E&client_id=902&{parameters}");
        assert_eq!(call(&sandbox, "/create/ticket", &parameters)["status"], "success");
    }
    sandbox
}

fn ids(sandbox: &Sandbox, parameters: &str) -> Vec<u64> {
    numbers(&list(sandbox, "/tickets", parameters), "id")
}

#[test]
fn a_row_has_every_documented_member() {
    let sandbox = Sandbox::start().unwrap();
    update(&sandbox, 4501, "tag=a,+b&field_id=31;33&field_value=Riga;507");
    call(&sandbox, "/create/comment", "ticket_id=4501&message=%3Cb%3EOn+it%3C/b%3E");
    let ticket = sandbox.ticket(4501).unwrap();
    assert_eq!(
        list(&sandbox, "/tickets", "")[0],
        json!({
            "id": 4501, "subject": "Invoice is wrong", "status": 1, "priority": "medium",
            "type": "question", "client_id": 901, "client_name": "Maria Silva",
            "assignee_id": 17, "group": 5, "channel_id": 3, "channel_email": "support@example.com",
            "created_at": "2026-11-02 09:15:00", "last_updated_at": ticket.last_updated_at,
            "last_comment": "<b>On it</b>", "remind_at": null,
            "tags": [{ "name": "a" }, { "name": "b" }],
            "ticket_fields": [
                { "id": 31, "name": "City", "value": "Riga" },
                { "id": 32, "name": "Invoice paid", "value": null },
                { "id": 33, "name": "Product", "value": "507" },
                { "id": 71, "name": "Region", "value": null },
                { "id": 72, "name": "Country", "value": null },
            ],
        })
    );
    assert_eq!(list(&sandbox, "/tickets", "properties[]=sla")[1]["assignee_id"], json!(null));
}

#[test]
fn filters() {
    let sandbox = desk();
    for (parameters, expected) in [
        ("", &[4501, 4502, 4503, 4504, 4505, 4506][..]),
        ("fchannel=6", &[4503]),
        ("fchannel=6,3", &[4501, 4502, 4503, 4504, 4505, 4506]),
        ("fchannel=1", &[]),
        ("fgroup=6", &[4503, 4505]),
        ("fgroup=6,5", &[4501, 4503, 4504, 4505]),
        ("fstatus=2", &[4504]),
        ("fstatus=1,+10", &[4502, 4506]),
        ("fstatus=", &[4501, 4502, 4503, 4504, 4505, 4506]),
        ("ftype=task", &[4503]),
        ("ftype=task,question", &[4501, 4502, 4503, 4504, 4505, 4506]),
        ("fpriority=low,urgent", &[4502, 4505]),
        ("client_id=901", &[4501]),
        ("client_id=1", &[]),
        ("tag=a", &[4503]),
        ("tag=b", &[4503, 4505]),
        ("tag=a,+b", &[4503, 4505]),
        // By id: a is 1, b is 2.
        ("tag=1", &[4503]),
        ("tag=1,2", &[4503, 4505]),
        ("tag=c", &[]),
        ("tag=", &[4501, 4502, 4503, 4504, 4505, 4506]),
        ("query=INVOICE", &[4501]),
        ("query=message", &[4503, 4504, 4505, 4506]),
        ("query=nothing", &[]),
        ("fields[0][id]=31&fields[0][value]=Riga", &[4504]),
        ("fields[0][id]=31&fields[0][value]=Rig", &[]),
        ("fields[0][id]=33&fields[0][value]=not_empty", &[4505]),
        ("fields[0][id]=33&fields[0][value]=empty", &[4501, 4502, 4503, 4504, 4506]),
        (
            "fields[0][id]=31&fields[0][value]=empty&fields[1][id]=33&fields[1][value]=not_empty",
            &[4505],
        ),
        ("fgroup=6&tag=b&fpriority=urgent&client_id=902", &[4505]),
    ] {
        assert_eq!(ids(&sandbox, parameters), expected, "{parameters}");
    }
}

#[test]
fn filters_by_assignee() {
    let sandbox = desk();
    for (parameters, expected) in [
        ("fassigned[assignee_id]=18", &[4503, 4504][..]),
        ("fassigned[assignee_id]=18&fassigned[group_id]=5", &[4504]),
        ("fassigned[assignee_id]=unassigned", &[4505]),
        ("fassigned[assignee_id]=unassigned&fassigned[group_id]=unassigned", &[4502]),
        ("fassigned[assignee_id]=unassigned&fassigned[group_id]=6", &[4505]),
        ("fassigned[assignee_id]=17&fassigned[group_id]=unassigned", &[4506]),
        ("fassigned[group_id]=6", &[4503, 4505]),
        (
            "fassigned[0][assignee_id]=18&fassigned[0][group_id]=6&fassigned[1][assignee_id]=17",
            &[4501, 4503, 4506],
        ),
    ] {
        assert_eq!(ids(&sandbox, parameters), expected, "{parameters}");
    }
    let response = call_json(
        &sandbox,
        "/tickets",
        json!({ "fassigned": [{ "assignee_id": 18, "group_id": 6 }, { "assignee_id": "17" }] }),
    );
    assert_eq!(numbers(&response, "id"), [4501, 4503, 4506]);
    assert_eq!(call_json(&sandbox, "/tickets", json!({ "fassigned": [] })), json!([]));
}

#[test]
fn time_filters_include_both_minutes() {
    let sandbox = Sandbox::start().unwrap();
    for (parameters, expected) in [
        ("created_after=2026-11-02+09:15", &[4501, 4502][..]),
        ("created_after=2026-11-02+09:16", &[4502]),
        ("created_before=2026-11-02+09:14", &[]),
        ("created_before=2026-11-02+09:15", &[4501]),
        ("created_before=2026-11-03+16:40", &[4501, 4502]),
        ("created_after=2026-11-03+16:40&created_before=2026-11-03+16:40", &[4502]),
        ("updated_before=2026-11-03+16:39", &[4501]),
        ("updated_before=2026-11-03+16:40", &[4501, 4502]),
        ("updated_after=2026-11-02+09:16", &[4502]),
        ("updated_after=2026-11-03+16:41", &[]),
    ] {
        assert_eq!(ids(&sandbox, parameters), expected, "{parameters}");
    }
    // All seconds of the minute are included. Created and updated differ.
    update(&sandbox, 4501, "status=2");
    let minute = sandbox.ticket(4501).unwrap().last_updated_at[..16].replace(' ', "+");
    let parameters = format!("updated_after={minute}&updated_before={minute}");
    assert_eq!(ids(&sandbox, &parameters), [4501]);
    assert_eq!(ids(&sandbox, "created_before=2026-11-02+09:15"), [4501]);
}

#[test]
fn tickets_are_sorted() {
    let sandbox = desk();
    update(&sandbox, 4501, "silent=1&subject=Changed");
    for (parameters, expected) in [
        ("order=desc", [4506, 4505, 4504, 4503, 4502, 4501]),
        ("sort=id&order=asc", [4501, 4502, 4503, 4504, 4505, 4506]),
        ("sort=status_id", [4502, 4504, 4501, 4503, 4505, 4506]),
        ("sort=client_id&order=desc", [4502, 4503, 4504, 4505, 4506, 4501]),
        ("sort=assignee_id", [4502, 4505, 4501, 4506, 4503, 4504]),
        ("sort=group&order=desc", [4503, 4505, 4501, 4504, 4502, 4506]),
    ] {
        assert_eq!(ids(&sandbox, parameters), expected, "{parameters}");
    }
    let mut tickets: Vec<_> = (4501..=4506).map(|id| sandbox.ticket(id).unwrap()).collect();
    tickets.sort_by_key(|ticket| ticket.published_at.clone());
    let in_order = |tickets: &[Ticket]| tickets.iter().map(|ticket| ticket.id).collect::<Vec<_>>();
    assert_eq!(ids(&sandbox, "sort=published_at"), in_order(&tickets));
    tickets.sort_by_key(|ticket| (ticket.last_updated_at.clone(), ticket.id));
    assert_eq!(ids(&sandbox, "sort=last_updated_at"), in_order(&tickets));
}

#[test]
fn pages_have_100_rows() {
    let sandbox = Sandbox::start().unwrap();
    for _ in 0..100 {
        call(&sandbox, "/create/ticket", "subject=S&message=M&client_id=901");
    }
    assert_eq!(ids(&sandbox, ""), (4501..=4600).collect::<Vec<_>>());
    assert_eq!(ids(&sandbox, "offset=1"), [4601, 4602]);
    assert_eq!(ids(&sandbox, "offset=1&order=desc"), [4502, 4501]);
    assert_eq!(ids(&sandbox, "offset=1&client_id=901"), [4602]);
    assert!(ids(&sandbox, "offset=2").is_empty());
}

#[test]
fn rights_of_an_agent_are_those_of_the_single_ticket() {
    let sandbox = desk();
    let rows = list(&sandbox, "/tickets", "accessible_for_agent_id=17");
    let rights: Vec<_> =
        rows.as_array().unwrap().iter().map(|row| row["rights"].as_str()).collect();
    let expected = ["write", "write", "read", "write", "read", "write"];
    assert_eq!(rights, expected.map(Some));
    for id in 4501..=4506_u64 {
        let single =
            call(&sandbox, "/ticket", &format!("ticket_id={id}&accessible_for_agent_id=17"));
        let row = &rows[usize::try_from(id - 4501).unwrap()];
        assert_eq!(single["ticket"]["rights"], row["rights"], "{id}");
    }
    assert!(list(&sandbox, "/tickets", "")[0].get("rights").is_none());
}

#[test]
fn rejected_requests() {
    let sandbox = Sandbox::start().unwrap();
    let long = "3,".repeat(128);
    for (code, parameters) in [
        (ErrorCode::WrongKind, "offset=x"),
        (ErrorCode::WrongKind, "fchannel=x"),
        (ErrorCode::WrongKind, "fgroup[]=5"),
        (ErrorCode::WrongKind, "fstatus=solved"),
        (ErrorCode::WrongKind, "fassigned=17"),
        (ErrorCode::WrongKind, "fassigned=5_17"),
        (ErrorCode::WrongKind, "fassigned[]=17"),
        (ErrorCode::WrongKind, "fassigned[assignee_id]=unassinged"),
        (ErrorCode::WrongKind, "fassigned[group_id]=x"),
        (ErrorCode::WrongKind, "client_id=x"),
        (ErrorCode::BadTags, "tag[]=a"),
        (ErrorCode::WrongKind, "fields=31"),
        (ErrorCode::Missing, "fassigned[user_id]=17"),
        (ErrorCode::Missing, "fields[0][id]=31"),
        (ErrorCode::TooLong, &format!("fchannel={long}")),
        (ErrorCode::UnknownStatus, "fstatus=1,11"),
        (ErrorCode::UnknownType, "ftype=bug"),
        (ErrorCode::UnknownPriority, "fpriority=high"),
        (ErrorCode::UnknownAgent, "accessible_for_agent_id=1"),
        (ErrorCode::UnknownField, "fields[0][id]=1&fields[0][value]=x"),
        (ErrorCode::BadTime, "created_after=2026-11-02"),
        (ErrorCode::BadTime, "created_before=2026-11-02+09:15:00"),
        (ErrorCode::BadTime, "updated_after=2026-02-30+09:15"),
        (ErrorCode::BadTime, "updated_before=2026-11-2+9:15"),
        (ErrorCode::UnknownWord, "sort=subject"),
        (ErrorCode::UnknownWord, "order=up"),
    ] {
        assert_code(&call(&sandbox, "/tickets", parameters), code, parameters);
    }
    for (name, code) in [
        ("offset", ErrorCode::WrongKind),
        ("tag", ErrorCode::BadTags),
        ("accessible_for_agent_id", ErrorCode::WrongKind),
    ] {
        let response = call_json(&sandbox, "/tickets", json!({ name: null }));
        assert_code(&response, code, name);
    }
}
