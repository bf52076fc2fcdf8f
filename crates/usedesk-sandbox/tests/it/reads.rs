//! `/ticket` and `/ticket/fields`.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use usedesk_sandbox::{ErrorCode, Sandbox};

use crate::client::{Client, FORM, assert_documented, call, read, updated};

/// As in the only public types derived from real responses.
#[test]
fn a_ticket_has_complete_records_of_people() {
    let sandbox = Sandbox::start().unwrap();
    call(&sandbox, "/create/comment", "ticket_id=4501&message=M");
    let shown = call(&sandbox, "/ticket", "ticket_id=4501");
    let agents = call(&sandbox, "/users", "user_id=17");
    assert_eq!(shown["comments"][1]["user"], agents[0]);
    let client = &shown["client"];
    assert_eq!((&client["id"], &client["name"]), (&901.into(), &"Maria Silva".into()));
    let members = client.as_object().unwrap();
    assert!(members.len() >= 12 && members.values().all(|value| !value.is_array()), "{client}");
    assert_eq!(shown["comments"][0]["client"], *client);
    let whole = call(&sandbox, "/client", "client_id=901")[0]["client"].take();
    assert!(members.iter().all(|(name, value)| whole[name] == *value), "{client}");
}

/// Two public clients send trailing slashes, and one lists agents with GET.
#[test]
fn trailing_slashes_and_get_are_accepted() {
    let sandbox = Sandbox::start().unwrap();
    for path in ["/ticket/", "/uapi/ticket/"] {
        assert_eq!(read(&sandbox, path, "ticket_id=4501")["ticket"]["id"], 4501, "{path}");
    }
    assert_eq!(Client::connect(&sandbox).get("/ticket//?api_token=x").status, 404);
    assert_eq!(read(&sandbox, "/users", "user_id=17"), call(&sandbox, "/users", "user_id=17"));
}

#[test]
fn a_ticket_has_every_documented_member() {
    let sandbox = Sandbox::start().unwrap();
    let parameters = "status=2&tag=a&user_id=17&field_id=31&field_value=Riga";
    let changed = updated(&sandbox, parameters);
    let shown = get_ticket(&sandbox, "ticket_id=4501");
    assert_eq!(
        shown["ticket"],
        json!({
            "id": 4501, "status_id": 2, "subject": "Invoice is wrong", "client_id": 901,
            "client_name": "Maria Silva", "assignee_id": 17, "group": 5, "channel_id": 3,
            "priority": "medium", "type": "question", "email": "maria@example.com",
            "published_at": "2026-11-02 09:15:00", "last_updated_at": changed.last_updated_at,
            "company_id": 1, "additional_id": "",
        })
    );
    assert_eq!(
        shown["comments"],
        json!([{
            "id": 8001, "message": "<p>Hello, my invoice for October is <b>wrong</b>.</p>",
            "from": "client", "type": "public", "user_id": null, "client_id": 901,
            "client_name": "Maria Silva", "ticket_id": 4501, "is_first": 1, "delivered": 1,
            "readed": 0, "published_at": "2026-11-02 09:15:00", "file": null, "files": [],
            "cc": [], "bcc": [], "client": shown["client"], "user": null,
        }])
    );
    assert_eq!(shown["tags"], json!(["a"]));
    assert_eq!(shown["custom_fields"][0]["ticket_field_id"], 31);
    assert_eq!(shown["custom_fields"][0]["value"], "Riga");
    let members = ["created_at", "id", "ticket_field_id", "ticket_id", "updated_at", "value"];
    assert_eq!(keys(&shown["custom_fields"][0]), BTreeSet::from(members));
    assert_eq!(shown["changes"], serde_json::to_value(&changed.changes).unwrap());
    assert_eq!(keys(&shown).len(), 6);
}

#[test]
fn absent_ids_are_null() {
    let sandbox = Sandbox::start().unwrap();
    let shown = get_ticket(&sandbox, "ticket_id=4502&properties[]=sla");
    assert_eq!(
        (&shown["ticket"]["group"], &shown["ticket"]["assignee_id"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn rights_of_an_agent() {
    let sandbox = Sandbox::start().unwrap();
    updated(&sandbox, "group_id=6");
    for (agent, rights) in [(17, "read"), (18, "write")] {
        let shown =
            get_ticket(&sandbox, &format!("ticket_id=4501&accessible_for_agent_id={agent}"));
        assert_eq!(shown["ticket"]["rights"], rights);
    }
}

#[test]
fn rejected_requests() {
    let sandbox = Sandbox::start().unwrap();
    for (parameters, code) in [
        ("", ErrorCode::Missing),
        ("ticket_id=1", ErrorCode::UnknownTicket),
        ("ticket_id=x", ErrorCode::WrongKind),
        ("ticket_id=4501&accessible_for_agent_id=1", ErrorCode::UnknownAgent),
    ] {
        assert_eq!(get_ticket(&sandbox, parameters)["code"], code.number(), "{parameters}");
        assert_documented(code.number());
    }
    for path in ["/ticket", "/ticket/fields"] {
        let response =
            Client::connect(&sandbox).get(&format!("{path}?api_token=wrong&ticket_id=4501"));
        assert_eq!(response.json()["code"], ErrorCode::BadToken.number());
    }
}

#[test]
fn fields_have_every_documented_member() {
    let sandbox = Sandbox::start().unwrap();
    let fields =
        Client::connect(&sandbox).post("/ticket/fields", FORM, "api_token=sandbox-token").json();
    let kinds: Vec<_> = fields
        .as_array()
        .unwrap()
        .iter()
        .map(|field| {
            let field = &field["custom_field"];
            (field["id"].as_u64().unwrap(), field["ticket_field_type_id"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(kinds, [(31, 1), (32, 3), (33, 2), (71, 4), (72, 4)]);
    let options: Vec<_> = fields
        .as_array()
        .unwrap()
        .iter()
        .map(|field| {
            let options = field["field_options"].as_array().unwrap();
            options.iter().map(|option| option["id"].as_u64().unwrap()).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(options, [vec![], vec![], vec![506, 507, 508], vec![9, 10], vec![15, 16]]);
    assert_eq!(
        fields[4],
        json!({
            "custom_field": {
                "id": 72, "company_id": 1, "ticket_field_type_id": 4, "name": "Country",
                "value": null, "required": 0, "add_tag": 0, "add_filter": 0, "sort": 5,
                "active": 1, "hidden": 0, "api": 0, "deleted": 0, "parent_field_id": 71,
                "mask": "", "ticket_interface": 1,
                "created_at": "2026-01-12 10:00:00", "updated_at": "2026-01-12 10:00:00",
            },
            "field_options": [
                {
                    "id": 15, "ticket_field_id": 72, "value": "Latvia", "parent_option_id": [9],
                    "order": 1,
                    "created_at": "2026-01-12 10:00:00", "updated_at": "2026-01-12 10:00:00",
                },
                {
                    "id": 16, "ticket_field_id": 72, "value": "Japan", "parent_option_id": [10],
                    "order": 2,
                    "created_at": "2026-01-12 10:00:00", "updated_at": "2026-01-12 10:00:00",
                },
            ],
        })
    );
    let by_get =
        Client::connect(&sandbox).get("/uapi/ticket/fields?api_token=sandbox-token").json();
    assert_eq!(by_get, fields);
}

/// Reads with POST and GET, which must give equal responses.
fn get_ticket(sandbox: &Sandbox, parameters: &str) -> Value {
    let parameters = format!("api_token={}&{parameters}", sandbox.token());
    let mut client = Client::connect(sandbox);
    let by_post = client.post("/ticket", FORM, &parameters).json();
    let by_get = client.get(&format!("/uapi/ticket?{parameters}")).json();
    assert_eq!(by_get, by_post);
    by_post
}

fn keys(object: &Value) -> BTreeSet<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}
