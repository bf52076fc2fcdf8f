//! From an answer to a result: every row of the table of failures, and answers of any shape.

use std::fmt::Write as _;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use usedesk_core::http::{HeaderMap, HeaderName, Request};
use usedesk_core::testing::Script;
use usedesk_core::tickets::{GetTicket, Ticket, TicketDetails, UpdateTicket};
use usedesk_core::{
    Body, ClientId, DateTime, Error, ErrorKind, Fault, FieldId, Limits, MAX_ERROR_BODY,
    MAX_HEADER_BYTES, MAX_HEADERS, Outcome, StatusCode, TicketId, TicketStatus, Transport, UserId,
};

use crate::support::{answer, judge};

fn update() -> UpdateTicket {
    UpdateTicket::new(4501).subject("s")
}

fn error(outcome: Outcome) -> Error {
    judge(&update(), outcome).expect_err("not a success")
}

#[test]
fn successes() {
    let bodies = [
        r#"{"status":"success"}"#,
        r#" {"status": "success", "error": null}"#,
        r#"{"status":"success","error":false,"code":0}"#,
        r#"{"status":"success","error":"","message":"saved"}"#,
        r#"{"status":"success","error":[]}"#,
        r#"{"status":"success","error":{}}"#,
        r#"{"status":true}"#,
        r#"{"status":200}"#,
        r#"{"status":"1","more":[1,2]}"#,
        r#"{"status":1.0,"error":0,"message":"0"}"#,
        r#"{"status":"error","status":"success"}"#,
        "\u{feff}{\"status\":\"success\",\"error\":\"0\"}",
    ];
    for body in bodies {
        assert!(judge(&update(), Ok(answer(200, body))).is_ok(), "{body}");
    }
}

/// Kind, Display and what the predicates say, for every way to fail.
#[test]
fn failures() {
    let html = "<html><body>Bad gateway</body></html>";
    let answers = [
        (200, r#"{"error":"Ticket not found","code":404}"#),
        (200, r#"{"error":"wrong token","code":"112"}"#),
        (200, r#"{"error":"no code"}"#),
        (200, r#"{"error":{"message":"nested","code":5}}"#),
        (200, r#"{"error":{"subject":["too long"]}}"#),
        (200, r#"{"error":true,"message":"beside"}"#),
        (200, r#"{"error":7,"message":"beside"}"#),
        (200, r#"{"error":true}"#),
        (200, r#"{"error":{"message":"","text":"inside"}}"#),
        (200, r#"{"error":"first","error":"last"}"#),
        (200, r#"{"error":"with success","status":"success"}"#),
        (200, r#"{"status":false}"#),
        (200, r#"{"status":"error","message":"Agent is not in the group"}"#),
        (200, r#"{"status":"FAIL"}"#),
        (200, r#"{"status":"pending"}"#),
        (200, r#"{"message":"Server Error"}"#),
        (400, r#"{"error":"bad request"}"#),
        (404, r#"{"message":"Not Found"}"#),
        (422, r#"{"error":"invalid","code":7}"#),
        (500, r#"{"message":"Server Error"}"#),
        (500, r#"{"status":"success"}"#),
        (502, html),
        (302, ""),
        (429, ""),
        (429, r#"{"error":"Too many requests"}"#),
        (200, html),
        (200, ""),
        (204, ""),
        (200, r#"{"status":"succ"#),
        (200, "{}"),
        (200, "[]"),
        (200, r#"["success"]"#),
        (200, r#"{"status":null}"#),
        (200, "null"),
        (200, r#""success""#),
        (200, "{\"status\":\"succ\u{fffd}\"} trailing"),
    ];
    let mut text = String::new();
    for (status, body) in answers {
        let error = error(Ok(answer(status, body)));
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert_eq!(error.body(), Some(body.as_bytes()), "no error loses the body");
        let _ = writeln!(text, "{status} {body}\n  {:?}: {error}", error.kind());
    }
    insta::assert_snapshot!(text);
}

#[test]
fn faults() {
    let partial = |status, body: &'static str| answer(status, body);
    let faults = [
        ("refused", Fault::not_sent("Connection refused (os error 111)")),
        ("no connection in time", Fault::not_sent("no connection within 10s").timed_out()),
        ("no answer in time", Fault::unknown("no whole answer within 30s").timed_out()),
        ("reset", Fault::unknown("Connection reset by peer")),
        (
            "success cut short",
            Fault::unknown("Peer disconnected").with_partial(partial(200, "{\"st")),
        ),
        (
            "refusal cut short",
            Fault::unknown("Peer disconnected").with_partial(partial(502, "<ht")),
        ),
        ("429 cut short", Fault::unknown("Peer disconnected").with_partial(partial(429, "{"))),
        ("429 late", Fault::unknown("late").timed_out().with_partial(partial(429, "{"))),
        (
            "an error, and then cut",
            Fault::unknown("cut").with_partial(partial(200, r#"{"error":"No"}"#)),
        ),
        ("arrived after all", Fault::not_sent("no").with_partial(partial(200, "{"))),
        ("body late", Fault::unknown("late").timed_out().with_partial(partial(200, "{\"st"))),
    ];
    let mut text = String::new();
    for (name, fault) in faults {
        let error = error(Err(fault));
        let _ = writeln!(
            text,
            "{name}\n  {:?}: {error}\n  may have acted: {}, timeout: {}, status: {:?}, body: {:?}",
            error.kind(),
            error.may_have_acted(),
            error.is_timeout(),
            error.status().map(|status| status.as_u16()),
            error.body().map(String::from_utf8_lossy),
        );
    }
    insta::assert_snapshot!(text);
}

#[test]
fn predicates() {
    let mut unavailable = answer(503, "");
    let plain = error(Ok(unavailable.clone()));
    assert!(plain.may_have_acted());
    unavailable.headers_mut().insert("retry-after", "7".parse().unwrap());
    let refused = error(Ok(unavailable));
    assert_eq!((refused.kind(), refused.may_have_acted()), (ErrorKind::Refused, false));
    assert_eq!(refused.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(refused.headers().map(HeaderMap::len), Some(1));

    let mut limited = answer(429, "");
    limited.headers_mut().insert("retry-after", "120".parse().unwrap());
    let limited = error(Ok(limited));
    assert!(limited.is_rate_limited() && !limited.may_have_acted());
    insta::assert_snapshot!(
        limited,
        @"update_ticket was refused for too many requests (HTTP 429); wait 120 s before sending it again"
    );

    assert!(error(Ok(answer(404, ""))).is_not_found());
    assert!(error(Ok(answer(200, r#"{"error":"x","code":404}"#))).is_not_found());
    assert!(!error(Ok(answer(200, r#"{"error":"x","code":4}"#))).is_not_found());
    let refused = error(Ok(answer(200, r#"{"error":"no\nsuch","code":4}"#)));
    assert_eq!((refused.message(), refused.code()), (Some("no\nsuch"), Some("4")));
    assert!(refused.may_have_acted() && refused.violations().is_none() && !refused.is_timeout());
    assert!(!refused.to_string().contains('\n'), "Display is one line");
}

#[test]
fn headers_have_bounds() {
    let with_headers = |count: usize, length: usize| {
        let mut response = answer(200, r#"{"status":"success"}"#);
        for number in 0..count {
            let name: HeaderName = format!("x-{number:04}").parse().unwrap();
            response.headers_mut().insert(name, "y".repeat(length).parse().unwrap());
        }
        judge(&update(), Ok(response))
    };
    // Each name has six characters, and four more go between and around.
    assert!(with_headers(MAX_HEADERS, 0).is_ok());
    assert!(with_headers(1, MAX_HEADER_BYTES - 10).is_ok());
    for result in [with_headers(MAX_HEADERS + 1, 0), with_headers(1, MAX_HEADER_BYTES - 9)] {
        let error = result.expect_err("too many");
        assert_eq!((error.kind(), error.may_have_acted()), (ErrorKind::Transport, true));
    }
}

#[test]
fn long_bodies_and_texts_are_cut() {
    let long = error(Ok(answer(502, vec![b'x'; MAX_ERROR_BODY + 1])));
    assert_eq!(long.body().map(<[u8]>::len), Some(MAX_ERROR_BODY));
    let text = error(Ok(answer(200, json!({"error": "x".repeat(100_000)}).to_string())));
    assert!(text.to_string().len() < 400);
    let number = json!({"ticket": {"id": "y".repeat(100_000)}}).to_string();
    let unreadable = judge(&GetTicket::new(1), Ok(answer(200, number))).expect_err("no id");
    assert!(unreadable.to_string().len() < 400);
}

#[test]
fn an_unreadable_answer_says_where() {
    let body = r#"{"ticket":{"id":1,"status_id":8,"client_id":"x"}}"#;
    let error = judge(&GetTicket::new(1), Ok(answer(200, body))).expect_err("x is no id");
    insta::assert_snapshot!(error);
}

/// The documented shape, with numbers as numbers.
#[test]
fn a_ticket_as_documented() {
    let body = json!({
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
    });
    let details =
        judge(&GetTicket::new(4501), Ok(answer(200, body.to_string()))).expect("readable");
    insta::assert_snapshot!(format!("{details:#?}"));
    let again: TicketDetails =
        serde_json::from_value(serde_json::to_value(&details).expect("writable"))
            .expect("readable");
    assert_eq!(again, details);
}

/// The same ticket as PHP may write it: strings for numbers, `"0"` for nobody, `{}` for empty.
#[test]
fn a_ticket_in_all_its_spellings() {
    let read = |ticket: Value, rest: Value| {
        let mut body = json!({"ticket": {"id": "4501", "status_id": "8"}});
        for (name, value) in ticket.as_object().unwrap() {
            body["ticket"][name] = value.clone();
        }
        for (name, value) in rest.as_object().unwrap() {
            body[name] = value.clone();
        }
        judge(&GetTicket::new(4501), Ok(answer(200, body.to_string()))).expect("readable")
    };
    let ticket = |value: Value| read(value, json!({})).ticket;

    let bare = read(json!({}), json!({}));
    assert_eq!((bare.ticket.id, bare.ticket.status), (TicketId(4501), TicketStatus::New));
    assert!(bare.comments.is_empty() && bare.tags.is_empty() && bare.changes.is_empty());

    for nobody in [json!(null), json!(0), json!("0"), json!(""), json!(false)] {
        let nobody = json!({"assignee_id": nobody, "group": nobody, "client_id": nobody});
        let ticket = ticket(nobody);
        assert_eq!((ticket.assignee_id, ticket.group_id, ticket.client_id), (None, None, None));
    }
    assert_eq!(ticket(json!({"client_id": "901"})).client_id, Some(ClientId(901)));
    assert_eq!(ticket(json!({"additional_id": 77})).additional_id.as_deref(), Some("77"));
    for none in [json!("0"), json!(0), json!(null), json!("")] {
        assert_eq!(ticket(json!({"email": none})).email, None);
    }

    for nobody in [json!([]), json!({}), json!("null"), json!(0.0)] {
        assert_eq!(ticket(json!({"assignee_id": nobody})).assignee_id, None);
    }
    assert_eq!(ticket(json!({"assignee_id": 17.0})).assignee_id, Some(UserId(17)));
    for none in [json!(0), json!("0"), json!(""), json!(false), json!(null), json!([])] {
        let ticket = ticket(json!({"priority": none, "type": none, "client_name": none}));
        assert_eq!((ticket.priority, ticket.ticket_type), (None, None));
    }
    assert_eq!(ticket(json!({"subject": ["a", 1]})).subject, r#"["a",1]"#);

    let date = |value: Value| ticket(json!({"published_at": value})).published_at;
    let expected: DateTime = "2024-05-01T12:34:56".parse().unwrap();
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
        (json!(1), true),
        (json!("1"), true),
        (json!(true), true),
        (json!("0"), false),
        (json!("false"), false),
        (json!("true"), true),
        (json!("2"), true),
        (json!(-1), true),
        (json!([]), false),
        (json!(null), false),
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

proptest! {
    #[test]
    fn no_answer_panics_and_none_loses_its_body(
        status in 200..600_u16,
        body in proptest::collection::vec(any::<u8>(), 0..200),
    ) {
        for outcome in [judge(&update(), Ok(answer(status, body.clone()))).err(),
            judge(&GetTicket::new(1), Ok(answer(status, body.clone()))).err()]
        {
            let error = outcome.expect("noise is no success");
            prop_assert_eq!(error.body(), Some(&*body));
            let _ = format!("{error} {error:?}");
        }
    }

    #[test]
    fn no_json_panics(json in any_json(), status in prop_oneof![Just(200_u16), Just(400)]) {
        let body = json.to_string();
        let ticket = json!({"ticket": json, "comments": [json], "changes": [{"data": json}]});
        for body in [body, ticket.to_string()] {
            let answer = answer(status, body.clone());
            for error in [judge(&update(), Ok(answer.clone())).err(), judge(&GetTicket::new(1), Ok(answer)).err()].into_iter().flatten() {
                prop_assert_eq!(error.body(), Some(body.as_bytes()));
            }
        }
    }
}

/// JSON of any shape, with names that the decoders look at.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop_oneof![Just("0"), Just("success"), Just("error"), Just("2024-13-45 99:00:00")]
            .prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let name = prop_oneof![
        Just("error"),
        Just("code"),
        Just("status"),
        Just("message"),
        Just("ticket"),
        Just("id"),
        Just("status_id"),
        Just("tags"),
        Just("published_at"),
        Just("name"),
        Just("client_id"),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::vec((name.clone(), inner), 0..6).prop_map(|members| members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()),
        ]
    })
}

#[test]
fn json_nested_deeper_than_the_stack_is_unreadable() {
    let deep = "[".repeat(100_000);
    let error = error(Ok(answer(200, format!(r#"{{"status":{deep}"#))));
    assert_eq!(error.kind(), ErrorKind::Unreadable);
}

#[test]
fn an_answer_with_another_status_is_refused_and_not_unreadable() {
    for body in [r#"{"status":"denied"}"#, r#"{"status":500}"#] {
        let error = judge(&GetTicket::new(1), Ok(answer(200, body))).expect_err("no ticket");
        assert_eq!(error.kind(), ErrorKind::Refused, "{body}");
    }
}

#[test]
fn a_script_answers_in_order_records_and_ends() {
    let script =
        Script::<Outcome, ()>::new().answer(StatusCode::OK, "one").fault(Fault::unknown("two"));
    let exchange = || script.exchange(Request::new(Body::default()), Limits::default());
    assert_eq!(exchange().unwrap().into_body(), "one");
    assert!(exchange().unwrap_err().may_be_sent());
    assert!(!exchange().unwrap_err().may_be_sent(), "the script is at its end");
    script.pause(Duration::from_secs(5));
    assert_eq!((script.requests().len(), script.pauses()), (3, vec![Duration::from_secs(5)]));
}
