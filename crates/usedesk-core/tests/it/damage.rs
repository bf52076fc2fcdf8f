//! Damaged responses: a row requires only its id, and never affects other rows.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use test_support::ends;
use usedesk_core::channels::ListChannels;
use usedesk_core::clients::{GetClient, ListClients};
use usedesk_core::fields::ListFields;
use usedesk_core::groups::ListGroups;
use usedesk_core::http::Method;
use usedesk_core::internal::{BuilderSettings, Step};
use usedesk_core::knowledge_base::{GetStructure, ListArticles};
use usedesk_core::tags::ListTags;
use usedesk_core::tickets::{GetTicket, ListTickets, TicketDetails, TicketRow};
use usedesk_core::users::ListUsers;
use usedesk_core::{
    Error, ErrorKind, GroupId, Operation, Paged, RawResponse, ResponseError, RowError, Rows,
    Safety, TicketId, TicketStatus, UtcDateTime, Violations,
};

use crate::support::{judge, moment, response};

fn list<O: Operation<Output = Rows<T>>, T>(operation: &O, body: impl Into<Vec<u8>>) -> Rows<T> {
    judge(operation, Ok(response(200, body.into()))).expect("a list")
}

fn ticket(body: impl Into<Vec<u8>>) -> TicketDetails {
    judge(&GetTicket::new(4501), Ok(response(200, body.into()))).expect("a ticket")
}

/// Values that any member may have, whatever its type.
fn odd_values() -> [Value; 15] {
    [
        json!(null),
        json!(true),
        json!(-1),
        json!(12.5),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("open"),
        json!("0000-00-00"),
        json!([]),
        json!([[null], {"a": {}}]),
        json!({}),
        json!({"id": 5, "name": "x"}),
        json!({"7": {"deep": [1, {"x": null}]}}),
        (0..200).fold(json!(1), |inside, _| json!([inside])),
    ]
}

/// Replaces each member but the ids with each odd value, and expects both rows.
fn check_members<O: Operation>(
    operation: &O,
    row: &Value,
    ids: &[&str],
    in_body: fn(Value) -> Value,
    count: fn(&O::Output) -> usize,
) {
    let mut places = Vec::new();
    crate::support::note_places(row, String::new(), &mut places);
    for place in places.iter().filter(|place| !place.is_empty() && !ids.contains(&&***place)) {
        for odd in odd_values() {
            let mut damaged = row.clone();
            *damaged.pointer_mut(place).expect("a place") = odd.clone();
            let body = in_body(json!([damaged, row])).to_string();
            let read = judge(operation, Ok(response(200, body))).expect("rows");
            assert_eq!(count(&read), 2, "{} {place} {odd}", O::NAME);
        }
    }
}

#[test]
fn only_the_id_of_a_row_is_required() {
    fn alone(rows: Value) -> Value {
        rows
    }

    let date = "2024-05-01 12:34:56";
    let row = json!({
        "id": 1, "subject": "s", "status": 8, "priority": "low", "type": "task", "client_id": 9,
        "client_name": "Ann", "assignee_id": 17, "group": 5, "channel_id": 3, "channel_email": "e",
        "created_at": date, "last_updated_at": date, "last_comment": "c", "remind_at": null,
        "tags": [{"name": "t"}], "ticket_fields": [{"id": 31, "name": "n", "value": "v"}],
        "rights": "write", "sla": {"first_reply": 60},
    });
    check_members(&ListTickets::new(), &row, &["/id"], alone, |rows| rows.len());
    let row = json!({"id": 1, "name": "n", "emails": "a", "phone": "1", "tickets": [4501]});
    check_members(&ListClients::new(), &row, &["/id"], alone, |rows| rows.len());
    let row = json!({"ticket_tag_id": 1, "tag_company_id": 1, "name": "n", "ticket_count": 2});
    check_members(&ListTags::new(), &row, &["/ticket_tag_id"], alone, |rows| rows.len());
    let row = json!({
        "id": 1, "name": "n", "email": "e", "position": "p", "role": "employee", "phone": "1",
        "chat_online_status": 1, "online_status": 0, "avatar": "a", "groups": [{
            "id": 5, "name": "g", "company_id": 1, "deleted": 0, "deleted_at": date,
            "pivot": {"user_id": 17, "user_group_id": 5},
        }],
    });
    check_members(&ListUsers::new(), &row, &["/id"], alone, |rows| rows.len());
    let row = json!({
        "id": 1, "name": "n", "company_id": 1, "deleted": 0, "timezone": "t", "users": [{
            "id": 17, "name": "n", "role": "r", "pivot": {"user_id": 17},
        }],
    });
    check_members(&ListGroups::new(), &row, &["/id"], alone, |rows| rows.len());
    let row = json!({"channel_id": 1, "channel_name": "n", "channel_type": "chat"});
    check_members(&ListChannels::new(), &row, &["/channel_id"], alone, |rows| rows.len());
    let row = json!({
        "custom_field": {
            "id": 1, "company_id": 1, "ticket_field_type_id": 2, "name": "n", "value": null,
            "required": 1, "sort": 2, "created_at": date,
        },
        "field_options": [{"id": 9, "ticket_field_id": 1, "value": "v", "parent_option_id": [3]}],
    });
    let ids = ["/custom_field", "/custom_field/id"];
    check_members(&ListFields::new(), &row, &ids, alone, |rows| rows.len());
    let article = json!({"id": 3, "title": "t", "views": 1, "rating": {"positive": 1}});
    let category = json!({"id": 2, "title": "t", "public": 1, "articles": [article]});
    let row = json!({"id": 1, "title": "t", "order": 1, "categories": [category]});
    check_members(&GetStructure::new(2), &row, &["/id"], alone, |rows| rows.len());
    let row = json!({
        "id": 1, "title": "t", "text": "t", "public": 1, "order": 1, "rating": {"positive": 1},
        "category_id": 2, "collection_image": "i", "views": 1, "created_at": date,
    });
    let in_page = |rows| json!({"page": 1, "last-page": 1, "articles": rows});
    check_members(&ListArticles::new(2), &row, &["/id"], in_page, |list| list.articles.len());
}

#[test]
fn invalid_statuses_and_groups_are_absent() {
    let row = |name: &str, value: Value| {
        let rows = list(&ListTickets::new(), json!([{"id": 1, name: value}]).to_string());
        rows[0].clone()
    };
    for absent in [json!(null), json!("open"), json!({}), json!(0), json!(2.5), json!([2])] {
        assert_eq!(row("status", absent.clone()).status, None, "{absent}");
    }
    assert_eq!(row("status", json!("2")).status, Some(TicketStatus::Solved));
    assert_eq!(row("status", json!(77)).status, Some(TicketStatus::from(77)));
    assert_eq!(row("group", json!({"name": "x", "id": "5"})).group_id, Some(GroupId(5)));
    for absent in [json!("Sales"), json!({"name": "x"}), json!({"id": {"id": 5}}), json!([5])] {
        assert_eq!(row("group", absent.clone()).group_id, None, "{absent}");
    }
}

#[test]
fn an_invalid_row_has_an_error_of_its_own() {
    let good = r#"{"id":7}"#;
    for damaged in [
        "null",
        "7",
        "\"row\"",
        "true",
        "12.5",
        "[]",
        "[7]",
        "{}",
        r#"{"subject":"no id"}"#,
        r#"{"id":null,"subject":"s"}"#,
        r#"{"id":"x"}"#,
        // Two rows with it would be taken for one.
        r#"{"id":0}"#,
        r#"{"id":"0"}"#,
        r#"{"id":-1}"#,
        r#"{"id":12.5}"#,
        r#"{"id":[{"a":[1,2]}],"subject":"s"}"#,
        r#"{"a":[{"id":1}],"id":{"id":{"x":[1]}},"z":1}"#,
    ] {
        let rows = list(&ListTickets::new(), format!("[{good},{damaged},{good}]"));
        assert_eq!((rows.len(), rows.errors().len()), (2, 1), "{damaged}");
        let error = &rows.errors()[0];
        assert_eq!((error.index(), error.text()), (1, Some(damaged)));
        let other = list(&ListTickets::new(), format!(r#"{{"3":{good},"10":{damaged}}}"#));
        assert_eq!((other.len(), other.errors().len()), (1, 1), "{damaged}");
        assert_eq!(other.errors()[0].text(), Some(damaged));
        let body = format!(r#"{{"articles":[{good},{damaged}]}}"#);
        let articles = judge(&ListArticles::new(2), Ok(response(200, body))).expect("a page");
        assert_eq!(articles.articles.errors()[0].text(), Some(damaged));
        // Inside another row the error has no text.
        let body = format!(r#"{{"ticket":{good},"comments":[{damaged},{good}]}}"#);
        let comments = ticket(body).comments;
        assert_eq!((comments.len(), comments.errors().len()), (1, 1), "{damaged}");
        assert_eq!((comments.errors()[0].index(), comments.errors()[0].text()), (0, None));
    }
    let rows = list(&ListTickets::new(), r#"[{"id":1,"subject":"a","id":2,"x":[1]},{"id":7}]"#);
    assert_eq!((rows.len(), rows.errors().len()), (2, 0), "the last duplicate counts");
    assert_eq!(rows[0].id, TicketId(2));
    // Invalid JSON is an error of the whole response.
    for broken in [r#"[{"id":7},{"id":]"#, r#"[{"id":7} {"id":8}]"#, r#"[{"id":7}"#, "[{]", "7"] {
        let error = judge(&ListTickets::new(), Ok(response(200, broken))).expect_err(broken);
        assert_eq!(error.kind(), ErrorKind::Decode, "{broken}");
    }
}

#[test]
fn the_token_is_redacted_in_the_errors_of_rows() {
    // The token of the handle in `judge`.
    const TOKEN: &str = "TOKEN";
    let body = json!([{"subject": TOKEN}, {"id": TOKEN}]).to_string();
    let rows = list(&ListTickets::new(), body);
    assert_eq!(rows.errors().len(), 2);
    for error in rows.errors() {
        assert!(error.text().expect("a text").contains("[redacted]"), "{error}");
        assert!(!format!("{error} {error:?}").contains(TOKEN));
    }
}

#[test]
fn null_is_not_an_empty_list() {
    fn kind<O: Operation>(operation: &O, body: &str) -> Option<ErrorKind> {
        let result = judge(operation, Ok(response(200, body.to_owned())));
        result.err().map(|error: Error| error.kind())
    }

    let kinds = |body: &str| {
        let in_page = format!(r#"{{"articles":{body}}}"#);
        [
            kind(&ListTickets::new(), body),
            kind(&ListClients::new(), body),
            kind(&ListTags::new(), body),
            kind(&ListUsers::new(), body),
            kind(&ListGroups::new(), body),
            kind(&ListChannels::new(), body),
            kind(&ListFields::new(), body),
            kind(&GetStructure::new(2), body),
            kind(&ListArticles::new(2), &in_page),
        ]
    };
    assert_eq!(kinds("null"), [Some(ErrorKind::Decode); 9]);
    let error = judge(&ListTickets::new(), Ok(response(200, "null"))).expect_err("no list");
    assert!(error.to_string().contains("expected a list, found null"), "{error}");
    assert_eq!(kinds("[]"), [None; 9]);
    assert_eq!(kinds("{}"), [None; 9]);
}

#[test]
fn one_bad_character_is_replaced() {
    let subject = |text: &[u8]| {
        let body = [br#"[{"id":1,"subject":""#, text, br#""},{"id":2}]"#].concat();
        let rows = list(&ListTickets::new(), body);
        assert_eq!((rows.len(), rows.errors().len()), (2, 0), "{rows:?}");
        rows[0].subject.clone()
    };
    assert_eq!(subject(b"a\xffb"), "a\u{fffd}b");
    assert_eq!(subject(b"\xd0"), "\u{fffd}");
    assert_eq!(subject(b"\xff\xfea\xff\xff"), "\u{fffd}a\u{fffd}");
    assert_eq!(subject(br"a\ud83db"), "a\u{fffd}b");
    assert_eq!(subject(br"\udc00\uD83D"), "\u{fffd}\u{fffd}");
    assert_eq!(subject(br"\ud83d\ud83d\ude00"), "\u{fffd}\u{1f600}");
    assert_eq!(subject(br"\\ud83d \ud83d"), "\\ud83d \u{fffd}");
    assert_eq!(subject(b"tab\there"), "tab here");
    assert_eq!(subject(br"\ud83d\ude00 \u0416"), "\u{1f600} Ж");
    // Only in strings.
    let outside = judge(&ListTickets::new(), Ok(response(200, "[\u{1}{\"id\":1}]")));
    assert_eq!(outside.expect_err("no JSON").kind(), ErrorKind::Decode);
    // In a row inside a row.
    let body = r#"{"ticket":{"id":1},"comments":[{"id":2,"message":"a\ud83d"},{"id":3}]}"#;
    let comments = ticket(body).comments;
    assert_eq!((comments.len(), &*comments[0].message), (2, "a\u{fffd}"));
    // In an API error.
    let error = judge(&ListTickets::new(), Ok(response(200, r#"{"error":"no \ud83d","code":5}"#)));
    assert_eq!(error.expect_err("no").message(), Some("no \u{fffd}"));
    // In the name of a member.
    let rows = list(&ListTickets::new(), r#"[{"id":1,"\ud83d":"x"}]"#);
    assert_eq!(rows.len(), 1);
}

/// xtask runs this suite with and without the features of `serde_json`.
#[test]
fn numbers_are_the_same_with_every_feature_of_serde_json() {
    let field = |value: &str| {
        let body = format!(
            r#"{{"ticket":{{"id":1.0}},"custom_fields":[{{"ticket_field_id":31.0,"value":{value}}}]}}"#
        );
        let details = ticket(body);
        assert!(details.custom_fields.errors().is_empty(), "{value} {:?}", details.custom_fields);
        details.custom_fields[0].value.clone().unwrap_or_default()
    };
    for (number, text) in [
        ("7", "7"),
        ("-7", "-7"),
        ("12.5", "12.5"),
        ("12.50", "12.5"),
        ("-0.25", "-0.25"),
        ("1.0", "1"),
        ("1e2", "100"),
        ("25E-1", "2.5"),
        ("18446744073709551615", "18446744073709551615"),
        ("18446744073709551616", "18446744073709552000"),
        ("[12.5,1.0]", "[12.5,1.0]"),
        (r#"{"a":{"b":12.5}}"#, r#"{"a":{"b":12.5}}"#),
        ("1e999", ""),
    ] {
        assert_eq!(field(number), text, "{number}");
    }
    for (id, expected) in [
        ("1.0", Some(1)),
        ("1e2", Some(100)),
        ("12.5", None),
        ("18446744073709551616", None),
        ("1e999", None),
    ] {
        let rows = list(&ListTickets::new(), format!(r#"[{{"id":{id}}}]"#));
        assert_eq!(rows.first().map(|row| row.id), expected.map(TicketId), "{id}");
        let body = format!(r#"[{{"id":1,"group":{id},"sla":{{"close":{id}}}}}]"#);
        let rows = list(&ListTickets::new(), body);
        assert_eq!(rows[0].group_id, expected.map(GroupId), "{id}");
    }
    let row = r#"[{"id":1,"created_at":1714566896.5,"sla":{"close":12.50,"next_reply":7}}]"#;
    let row = list(&ListTickets::new(), row)[0].clone();
    assert_eq!(row.created_at, "2024-05-01T12:34:56".parse().ok().map(UtcDateTime::from_civil));
    let sla = row.sla.expect("there");
    assert_eq!((sla.close, sla.next_reply), (Some(json!(12.5)), Some(json!(7))));
    let error = judge(&ListTags::new(), Ok(response(200, r#"{"error":"no","code":112.0}"#)));
    assert_eq!(error.expect_err("no").kind(), ErrorKind::Rejected);
}

#[test]
fn empty_text_and_null_are_equivalent() {
    let ticket = |value: Value| {
        let body = json!({"ticket": {"id": 1, "additional_id": value, "subject": value,
            "client_name": value, "email": value}});
        ticket(body.to_string())
    };
    assert_eq!(ticket(json!("")), ticket(json!(null)));
    assert_eq!(ticket(json!("")).ticket.additional_id, None);
    assert_eq!(ticket(json!("0")).ticket.additional_id.as_deref(), Some("0"));
    let client = |value: Value| {
        let body =
            json!([{"client": {"id": 901, "position": value, "note": value, "name": value}}]);
        judge(&GetClient::new(901), Ok(response(200, body.to_string()))).expect("a client")
    };
    assert_eq!(client(json!("")), client(json!(null)));
    assert_eq!(
        (client(json!("")).position, client(json!("x")).position.as_deref()),
        (None, Some("x"))
    );
}

#[test]
fn clients_agents_and_files_are_kept() {
    let body = json!({
        "ticket": {"id": 1}, "client": {"id": 901, "name": "Ann", "vip": 1},
        "comments": [{
            "id": 11, "client": {"id": 901, "name": "Ann", "emails": [{"email": "a@b.example"}]},
            "user": {"id": 17, "name": "Bob", "role": "admin", "unknown": [1]},
            "file": {"name": "a.pdf", "file": "https://files.example/a.pdf", "size": 7},
        }, {"id": 12, "file": "https://files.example/b.pdf", "client": [], "user": null}],
    });
    let details = ticket(body.to_string());
    let client = details.client.as_ref().expect("a client");
    assert_eq!((client.id.0, &*client.name, client.vip), (901, "Ann", Some(true)));
    let comment = &details.comments[0];
    let (client, user) = (comment.client.as_ref(), comment.user.as_ref());
    assert_eq!(client.expect("a client").emails[0].email, "a@b.example");
    assert_eq!(user.map(|user| (user.id.0, &*user.name)), Some((17, "Bob")));
    let file = comment.file.as_ref().expect("a file");
    assert_eq!((&*file.name, &*file.url), ("a.pdf", "https://files.example/a.pdf"));
    let other = &details.comments[1];
    assert_eq!(other.file.as_ref().map(|file| &*file.url), Some("https://files.example/b.pdf"));
    assert!(other.client.is_none() && other.user.is_none() && other.files.is_empty());
}

#[test]
fn rights_and_sla_are_found_in_both_places() {
    let beside = json!({"ticket": {"id": 1}, "rights": "read", "sla": {"close": 1}});
    let inside = json!({"ticket": {"id": 1, "rights": "read", "sla": {"close": 1}}});
    for body in [beside, inside] {
        let details = ticket(body.to_string());
        assert_eq!(details.rights().map(ToString::to_string).as_deref(), Some("read"));
        assert_eq!(details.sla().and_then(|sla| sla.close.clone()), Some(json!(1)));
    }
}

#[test]
fn a_list_over_the_memory_limit_is_an_error() {
    let many = |row: &str, count: usize| format!("[{}]", vec![row; count].join(","));
    // Without the texts of their errors, these rows would be within the limit.
    let texts = many(r#"{"a":"0123456789abcdef0123456789abcdef"}"#, 50_000);
    let rows = ["{}", r#"{"id":1}"#, "null"].map(|row| many(row, 500_000));
    for body in rows.into_iter().chain([texts]) {
        let error = judge(&ListTickets::new(), Ok(response(200, body))).expect_err("too much");
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("MIN_DECODED_BYTES"), "{error}");
    }
    // A page, and a list without pages, are far below the limit.
    assert_eq!(list(&ListTickets::new(), many(r#"{"id":1}"#, 1_000)).len(), 1_000);
    let row = json!({"channel_id": 1, "channel_name": "Support", "channel_type": "email"});
    assert_eq!(list(&ListChannels::new(), many(&row.to_string(), 100_000)).len(), 100_000);
    assert_eq!(ListTickets::new().page_number(), 0);
}

#[test]
fn the_last_of_duplicate_members_counts() {
    let details =
        ticket(r#"{"ticket":{"id":1,"subject":"a","subject":"b"},"tags":[],"tags":["x"]}"#);
    assert_eq!((&*details.ticket.subject, &*details.tags), ("b", &["x".to_owned()][..]));
    let details = ticket(r#"{"ticket":{"id":1},"ticket":{"id":2}}"#);
    assert_eq!(details.ticket.id, TicketId(2));
}

/// Finding the position of an error takes time in proportion to the body, so few are located.
#[test]
fn a_long_body_of_bad_characters_takes_linear_time() {
    let rows = r#"{"id":1,"subject":"\ud800"},"#.repeat(100_000);
    ends("linear time", || {
        let body = response(200, format!("[{rows}"));
        let error = judge(&ListTickets::new(), Ok(body)).expect_err("cut");
        assert_eq!(error.kind(), ErrorKind::Decode);
        let rows = list(&ListTickets::new(), format!(r#"[{}{{"id":2}}]"#, &rows[..28 * 1_000]));
        assert_eq!((rows.len(), &*rows[0].subject), (1_001, "\u{fffd}"));
    });
}

/// A custom operation, whose rows are not lenient.
#[derive(Serialize)]
struct ListInvoices {}

#[derive(Debug, Deserialize)]
struct Invoice {
    id: u64,
    #[serde(default)]
    tags: Vec<String>,
    total: Option<u64>,
    inner: Option<Inner>,
}

#[derive(Debug, Deserialize)]
struct Inner {
    #[serde(rename = "a")]
    _a: u64,
}

impl Operation for ListInvoices {
    type Output = Rows<Invoice>;

    const NAME: &'static str = "list_invoices";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Read;

    fn path(&self) -> Cow<'_, str> {
        "/invoices".into()
    }

    fn check(&self, _: &mut Violations) {}

    fn decode(response: &RawResponse<'_>) -> Result<Rows<Invoice>, ResponseError> {
        response.list()
    }
}

#[test]
fn a_row_of_a_custom_type_does_not_affect_others() {
    for damaged in [
        r#"{"id":2,"total":{"x":[1,{"y":2}]}}"#,
        r#"{"id":2,"total":[1]}"#,
        r#"{"id":2,"tags":["a",5,6],"total":1}"#,
        r#"{"id":2,"inner":{"a":"text","b":{"c":[1]}},"total":1}"#,
        r#"{"id":2,"total":"x"}"#,
        "[2]",
        "null",
    ] {
        let body = format!(r#"[{{"id":1,"total":7}},{damaged},{{"id":3}}]"#);
        let invoices = list(&ListInvoices {}, body);
        let ids: Vec<_> = invoices.iter().map(|invoice| invoice.id).collect();
        assert_eq!(ids, [1, 3], "{damaged}");
        assert_eq!(invoices.errors()[0].text(), Some(damaged));
        assert_eq!(invoices[0].total, Some(7));
        assert!(invoices[0].tags.is_empty() && invoices[0].inner.is_none());
    }
}

/// The server may use a reserved name of `serde_json`.
#[test]
fn an_object_that_looks_like_a_number_loses_no_row() {
    for odd in [
        r#"{"$serde_json::private::Number":"5","b":1}"#,
        r#"{"$serde_json::private::Number":5}"#,
        r#"{"$serde_json::private::Number":{"b":[1]},"c":2}"#,
    ] {
        let body = format!(r#"[{{"id":1,"subject":{odd},"group":{odd}}},{{"id":2}}]"#);
        let tickets = list(&ListTickets::new(), body);
        assert_eq!((tickets.len(), tickets.errors().len()), (2, 0), "{odd}");
    }
}

/// Even if the text of the whole list would be far over the limit.
#[test]
fn a_damaged_row_of_a_long_list_has_its_text() {
    let user = r#"{"id":7,"name":"Anna","email":"anna@example.com","phone":null}"#;
    let body = format!(r#"[{}{{"name":"no id"}}]"#, format!("{user},").repeat(3_000));
    let users = list(&ListUsers::new(), body);
    assert_eq!((users.len(), users.errors()[0].index()), (3_000, 3_000));
    assert_eq!(users.errors()[0].text(), Some(r#"{"name":"no id"}"#));
}

#[test]
fn the_error_of_a_row_contains_no_secret() {
    #[derive(Debug, Deserialize)]
    struct Invoices {
        rows: Rows<Invoice>,
    }

    let body = r#"{"rows":[{"id":"SECRET-0123456789"},{"total":1},{"id":1,"id":2}]}"#;
    let invoices: Invoices = serde_json::from_str(body).expect("rows");
    let reasons: Vec<_> = invoices.rows.errors().iter().map(RowError::reason).collect();
    assert!(reasons[0].starts_with("one of its members cannot be read"), "{reasons:?}");
    assert!(reasons[1].starts_with("missing field `id`"), "{reasons:?}");
    assert!(reasons[2].starts_with("duplicate field `id`"), "{reasons:?}");
    assert!(!format!("{invoices:?}").contains("SECRET"));

    // A token that is an ordinary word is redacted in the text only.
    let config =
        BuilderSettings::new("field").check(|_| None, Violations::default()).expect("valid");
    let Step::Attempt(attempt) = config.call(&ListInvoices {}).expect("valid").begin(moment().now)
    else {
        panic!("an attempt");
    };
    let body = r#"[{"total":"a field"}]"#;
    let Step::Done(Ok(invoices)) = attempt.judge(Ok(response(200, body)), moment()) else {
        panic!("a response");
    };
    let error = &invoices.body().errors()[0];
    assert_eq!(error.text(), Some(r#"{"total":"a [redacted]"}"#));
}

#[test]
fn rows_are_a_list() {
    let mut rows: Rows<u64> = [2, 3, 1].into_iter().collect();
    rows.sort_unstable();
    rows[0] = 0;
    assert_eq!(*rows, [0, 2, 3]);
    assert_eq!((&rows).into_iter().sum::<u64>(), 5);
    assert_eq!(rows.errors(), []);
    assert_eq!(format!("{rows:?}"), "[0, 2, 3]");
    assert_eq!(rows.clone().into_parts().0, rows.into_vec());
}

/// Only a response has a budget, and only while it is decoded.
#[test]
fn json_of_the_users_own_may_take_any_memory() {
    let body = format!("[{}{{\"id\":1}}]", "{\"id\":1},".repeat(20_000));
    let error = judge(&ListTickets::new(), Ok(response(200, body.clone()))).expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::Decode);
    let rows: Rows<TicketRow> = serde_json::from_str(&body).expect("no limit");
    assert_eq!(rows.len(), 20_001);
}
