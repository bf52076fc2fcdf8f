//! Reading a ticket, as documented and in every representation of PHP.

use serde_json::{Value, json};
use usedesk_core::tickets::{GetTicket, Ticket, TicketDetails, UpdateTicket};
use usedesk_core::{ClientId, FieldId, TicketId, TicketStatus, UserId, UtcDateTime};

use crate::support::{judge, reads_anything, response};

/// The documented shape, with numbers as numbers.
fn documented() -> Value {
    json!({
        "ticket": {
            "id": 4501, "status_id": 2, "subject": "Invoice", "client_id": 901,
            "client_name": "Ann", "assignee_id": 17, "group": 5, "channel_id": 3,
            "priority": "urgent", "type": "task", "email": "ann@example.com",
            "published_at": "2024-05-01 12:34:56", "last_updated_at": "2024-05-02 00:00:00",
            "company_id": 1, "additional_id": "A-7",
        },
        "comments": [{
            "id": 11, "message": "<p>Hi</p>", "from": "client", "type": "public", "user_id": null,
            "client_id": 901, "client_name": "Ann", "ticket_id": 4501, "is_first": 1,
            "delivered": 1, "readed": 0, "published_at": "2024-05-01 12:34:56", "file": null,
            "files": [{"name": "a.pdf", "file": "https://files.example/a.pdf"}],
            "cc": ["boss@example.com"], "bcc": [], "client": {"id": 901}, "user": null,
        }],
        "tags": ["billing"],
        "custom_fields": [{
            "id": 1, "ticket_id": 4501, "ticket_field_id": 31, "value": "Riga",
            "created_at": null, "updated_at": null,
        }],
        "changes": [{
            "id": 5, "trigger_id": null, "user_id": 17, "ticket_id": 4501,
            "data": [{"target": "status", "value": 2, "old_value": 8}],
            "changed_at": "2024-05-02 00:00:00", "old_status": 8, "new_status": 2, "company_id": 1,
        }],
    })
}

#[test]
fn any_response_decodes_or_is_an_error() {
    reads_anything::<GetTicket>(&documented());
    reads_anything::<UpdateTicket>(&json!({"status": "success"}));
}

#[test]
fn a_ticket_as_documented() {
    let body = documented();
    let details =
        judge(&GetTicket::new(4501), Ok(response(200, body.to_string()))).expect("readable");
    insta::assert_snapshot!(format!("{details:#?}"));
    let again: TicketDetails =
        serde_json::from_value(serde_json::to_value(&details).expect("writable"))
            .expect("readable");
    assert_eq!(again, details);
}

/// JSON of unknown shape stays what it is, but null and the empty text are absent.
#[test]
fn the_values_of_a_change_are_any_json() {
    for value in [json!({}), json!([]), json!(false), json!({"a": [1, null, "", {}]})] {
        for absent in [json!(null), json!("")] {
            let mut body = documented();
            body["changes"][0]["data"][0] =
                json!({"target": "t", "value": value, "old_value": absent});
            let details = judge(&GetTicket::new(4501), Ok(response(200, body.to_string())));
            let data = &details.expect("readable").changes[0].data[0];
            assert_eq!((&data.value, &data.old_value), (&Some(value.clone()), &None));
        }
    }
}

#[test]
fn files_are_objects_or_urls() {
    let files = |files: Value| {
        let mut body = documented();
        body["comments"][0]["files"] = files;
        let details =
            judge(&GetTicket::new(4501), Ok(response(200, body.to_string()))).expect("readable");
        let files = details.comments[0].files.clone().into_iter();
        files.map(|file| (file.name, file.url)).collect::<Vec<_>>()
    };
    let file = |name: &str, url: &str| (name.to_owned(), url.to_owned());
    let object = json!({"name": "n", "file": "v", "size": 7});
    assert_eq!(files(json!(["u", object, null])), [file("", "u"), file("n", "v")]);
    assert_eq!(files(json!({"3": "u", "5": object})), [file("", "u"), file("n", "v")]);
    assert_eq!(files(json!("u")), [file("", "u")]);
    for none in [json!(null), json!([]), json!({}), json!(""), json!("0"), json!(false)] {
        assert!(files(none).is_empty());
    }
}

/// The same ticket as PHP may write it: numbers as strings, `"0"` as absent, `{}` as empty.
#[test]
fn a_ticket_in_every_representation() {
    let read = |ticket: Value, rest: Value| {
        let mut body = json!({"ticket": {"id": "4501", "status_id": "8"}});
        for (name, value) in ticket.as_object().unwrap() {
            body["ticket"][name] = value.clone();
        }
        for (name, value) in rest.as_object().unwrap() {
            body[name] = value.clone();
        }
        judge(&GetTicket::new(4501), Ok(response(200, body.to_string()))).expect("readable")
    };
    let ticket = |value: Value| read(value, json!({})).ticket;

    let bare = read(json!({}), json!({}));
    assert_eq!((bare.ticket.id, bare.ticket.status), (TicketId(4501), Some(TicketStatus::New)));
    assert!(bare.comments.is_empty() && bare.tags.is_empty() && bare.changes.is_empty());

    for empty in [json!(null), json!(0), json!("0"), json!(""), json!(false)] {
        let members = json!({"assignee_id": empty, "group": empty, "client_id": empty});
        let ticket = ticket(members);
        assert_eq!((ticket.assignee_id, ticket.group_id, ticket.client_id), (None, None, None));
    }
    assert_eq!(ticket(json!({"client_id": "901"})).client_id, Some(ClientId(901)));
    assert_eq!(ticket(json!({"additional_id": 77})).additional_id.as_deref(), Some("77"));
    for none in [json!("0"), json!(0), json!(null), json!("")] {
        assert_eq!(ticket(json!({"email": none})).email, None);
    }

    for empty in [json!([]), json!({}), json!("null"), json!(0.0)] {
        assert_eq!(ticket(json!({"assignee_id": empty})).assignee_id, None);
    }
    assert_eq!(ticket(json!({"assignee_id": 17.0})).assignee_id, Some(UserId(17)));
    for none in [json!(0), json!("0"), json!(""), json!(false), json!(null), json!([])] {
        let ticket = ticket(json!({"priority": none, "type": none, "client_name": none}));
        assert_eq!((ticket.priority, ticket.ticket_type), (None, None));
    }
    assert_eq!(ticket(json!({"subject": ["a", 1]})).subject, r#"["a",1]"#);

    let date = |value: Value| ticket(json!({"published_at": value})).published_at;
    let expected = UtcDateTime::from_civil("2024-05-01T12:34:56".parse().unwrap());
    for spelling in ["2024-05-01 12:34:56", "2024-05-01T12:34:56", "2024-05-01T12:34:56.000000Z"] {
        assert_eq!(date(json!(spelling)), Some(expected), "{spelling}");
    }
    for with_zone in ["2024-05-01T15:34:56+03:00", "2024-05-01 10:34:56-02:00"] {
        assert_eq!(date(json!(with_zone)), Some(expected), "{with_zone}");
    }
    let object = json!({"date": "2024-05-01 12:34:56.000000", "timezone_type": 3});
    assert_eq!((date(object), date(json!(1_714_566_896))), (Some(expected), Some(expected)));
    let fraction = ticket(json!({"published_at": "2024-05-01 12:34:56.25"}));
    let again: Ticket = serde_json::from_value(serde_json::to_value(&fraction).unwrap()).unwrap();
    assert_eq!(again, fraction);
    let nevers = [
        json!("0000-00-00 00:00:00"),
        json!("-5"),
        json!("-0001-11-30 00:00:00"),
        json!("2024-00-00 00:00:00"),
        json!("0"),
        json!(false),
        json!(null),
        json!(""),
        json!(0),
        json!({}),
    ];
    for never in nevers {
        assert_eq!(date(never), None);
    }

    for empty in [json!([]), json!({}), json!(null), json!(""), json!(false)] {
        let all =
            json!({"comments": empty, "tags": empty, "custom_fields": empty, "changes": empty});
        assert_eq!(read(json!({}), all), bare);
    }
    for tags in
        [json!(["a", "b"]), json!([{"name": "a"}, {"name": "b"}]), json!({"0": "a", "2": "b"})]
    {
        assert_eq!(read(json!({}), json!({"tags": tags})).tags, ["a", "b"]);
    }

    for (flag, expected) in [
        (json!(1), Some(true)),
        (json!("1"), Some(true)),
        (json!(true), Some(true)),
        (json!("0"), Some(false)),
        (json!("0.0"), Some(false)),
        (json!("false"), Some(false)),
        (json!("true"), Some(true)),
        (json!("2"), Some(true)),
        (json!(-1), Some(true)),
        (json!([]), None),
        (json!(""), None),
        (json!("yes"), None),
        (json!({"on": true}), None),
        (json!(null), None),
    ] {
        let comments =
            json!([{"id": "1", "delivered": flag, "user_id": "17", "from": "robot", "cc": {}}]);
        let details = read(json!({}), json!({ "comments": comments }));
        let comment = &details.comments[0];
        assert_eq!((comment.delivered, comment.user_id), (expected, Some(UserId(17))));
        assert_eq!(comment.from.as_ref().map(ToString::to_string).as_deref(), Some("robot"));
    }
    let fields = json!({"custom_fields": [{"ticket_field_id": "33", "value": 507}]});
    let field = &read(json!({}), fields).custom_fields[0];
    assert_eq!((field.field_id, field.value.as_deref()), (FieldId(33), Some("507")));
}
