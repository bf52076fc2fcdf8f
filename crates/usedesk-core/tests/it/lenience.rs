//! Odd values in the rows of lists. They do not fail the response.

use serde_json::{Value, json};
use usedesk_core::fields::ListFields;
use usedesk_core::knowledge_base::{GetArticle, ListArticles};
use usedesk_core::tickets::{GetTicket, ListTickets, TicketRow};
use usedesk_core::users::ListUsers;
use usedesk_core::{ErrorKind, GroupId, Operation, Rows, TicketId, UserId, UtcDateTime};

use crate::support::{judge, response};

fn read<O: Operation>(operation: &O, body: &Value) -> Result<O::Output, ErrorKind> {
    judge(operation, Ok(response(200, body.to_string()))).map_err(|error| error.kind())
}

fn rows(body: &Value) -> Result<Rows<TicketRow>, ErrorKind> {
    read(&ListTickets::new(), body)
}

fn row(name: &str, value: Value) -> TicketRow {
    let mut row = json!({"id": 4501, "status": 8});
    row[name] = value;
    rows(&json!([row])).expect("rows")[0].clone()
}

#[test]
fn numbers_are_trimmed_and_lose_a_fraction_of_zeros() {
    for id in [json!(" 4501 "), json!("4501.0"), json!("4501.000"), json!(4501.0)] {
        assert_eq!(row("id", id.clone()).id, TicketId(4501), "{id}");
        let group = row("group", id.clone()).group_id;
        assert_eq!(group, Some(GroupId(4501)), "{id}");
    }
    for absent in [json!("unassigned"), json!(" "), json!(" 0 "), json!("0.0")] {
        assert_eq!(row("assignee_id", absent.clone()).assignee_id, None, "{absent}");
    }
    // Beyond what a float holds exactly.
    let large = row("assignee_id", json!("9007199254740993.0"));
    assert_eq!(large.assignee_id, Some(UserId(9_007_199_254_740_993)));
    for wrong in [json!("17.5"), json!("17."), json!(".0"), json!("1 7"), json!("x")] {
        let rows = rows(&json!([{"id": wrong, "status": 8}])).expect("rows");
        assert_eq!((rows.len(), rows.errors().len()), (0, 1), "{wrong}");
    }
}

#[test]
fn dates_in_many_spellings() {
    let date = |value: Value| row("created_at", value).created_at;
    let expected = UtcDateTime::from_civil("2024-05-01T12:34:56".parse().unwrap());
    let object =
        |date: &str, zone: Value| json!({"date": date, "timezone_type": 1, "timezone": zone});
    for spelling in [
        json!(1_714_566_896),
        json!(1_714_566_896.75),
        json!("1714566896"),
        json!("1714566896.0"),
        json!(" 2024-05-01 12:34:56 "),
        json!("2024-05-01T15:34:56+03:00"),
        object("2024-05-01 15:34:56.000000", json!("+03:00")),
        object("2024-05-01 15:34:56", json!("+0300")),
        object("2024-05-01 10:04:56.000000", json!("-02:30")),
        object("2024-05-01 12:34:56.000000", json!("UTC")),
        object("2024-05-01 12:34:56.000000", json!("Z")),
        json!({"date": "2024-05-01 12:34:56"}),
    ] {
        assert_eq!(date(spelling.clone()), Some(expected), "{spelling}");
    }
    for absent in [
        json!([]),
        json!([1, "a"]),
        json!({"time": 1}),
        object("2024-05-01 12:34:56.000000", json!("Europe/Riga")),
        json!(true),
        json!("2024-02-30 00:00:00"),
        json!("01.05.2024 12:34"),
        json!("tomorrow"),
        json!(u64::MAX),
        json!(1e300),
        json!("99999999999999999999"),
        object("0000-00-00 00:00:00", json!("+03:00")),
        object("", json!("+03:00")),
        object("2024-02-30 00:00:00", json!("+03:00")),
    ] {
        assert_eq!(date(absent.clone()), None, "{absent}");
    }
    assert_eq!(
        date(json!(-86_400)),
        "1969-12-31T00:00:00".parse().ok().map(UtcDateTime::from_civil)
    );
}

#[test]
fn a_position_may_be_zero_or_negative() {
    let position = |value: Value| {
        let field = json!({"id": 33, "ticket_field_type_id": 2, "sort": value});
        let options = json!([{"id": 507, "order": value}]);
        let body = json!([{"custom_field": field, "field_options": options}]);
        let field = read(&ListFields::new(), &body).expect("rows")[0].clone();
        assert_eq!(field.field.sort, field.options[0].order);
        field.field.sort
    };
    for (value, expected) in [
        (json!(0), Some(0)),
        (json!("0"), Some(0)),
        (json!(-1), Some(-1)),
        (json!(" -1.0 "), Some(-1)),
        (json!(3.0), Some(3)),
        (json!(null), None),
        (json!(""), None),
        (json!([]), None),
    ] {
        assert_eq!(position(value.clone()), expected, "{value}");
    }
}

#[test]
fn a_pivot_may_be_absent() {
    for absent in [json!(null), json!([]), json!({}), json!(""), json!(false)] {
        let groups = json!([{"id": 5, "pivot": absent}]);
        let users = read(&ListUsers::new(), &json!([{"id": 17, "groups": groups}]));
        assert_eq!(users.expect("rows")[0].groups[0].pivot, None, "{absent}");
    }
}

#[test]
fn only_objects_with_numbers_as_names_are_lists() {
    let row = json!({"id": 4501, "status": 8});
    for empty in [json!([]), json!({})] {
        assert_eq!(rows(&empty), Ok(Rows::default()), "{empty}");
    }
    for list in [json!([row]), json!({"7": row}), json!({"-1": row})] {
        assert_eq!(rows(&list).map(|rows| rows.len()), Ok(1), "{list}");
    }
    for other in [
        json!(null),
        json!(7),
        json!({"tickets": [row]}),
        json!({"tickets": []}),
        json!({"7": row, "total": row}),
        json!({"id": 4501}),
        json!(false),
        json!(0),
        json!(""),
        json!("0"),
    ] {
        assert_eq!(rows(&other), Err(ErrorKind::Decode), "{other}");
    }
    // Lists inside rows are more lenient.
    let fields = |fields: Value| {
        let rows = rows(&json!([{"id": 4501, "status": 8, "ticket_fields": fields}]));
        let fields = rows.expect("rows")[0].fields.clone();
        (fields.len(), fields.errors().len())
    };
    for (list, expected) in [
        (json!([null, {"id": 31}]), (1, 1)),
        (json!({"4": {"id": 31}, "5": null}), (1, 1)),
        (json!(false), (0, 0)),
        (json!(null), (0, 0)),
        (json!({"id": 31}), (1, 0)),
        (json!({"fields": {"id": 31}}), (0, 1)),
        (json!("none"), (0, 1)),
        (json!({"4": {"id": 31}, "total": 1}), (1, 0)),
    ] {
        assert_eq!(fields(list.clone()), expected, "{list}");
    }
}

#[test]
fn a_list_is_not_an_object() {
    for other in [json!([[4501, "s", 8]]), json!({"1": [4501, "s", 8]})] {
        let rows = rows(&other).expect("rows");
        assert_eq!((rows.len(), rows.errors().len()), (0, 1), "{other}");
    }
    for other in [json!([{"id": 4501, "status_id": 8}]), json!({"ticket": [4501, 8]})] {
        let ticket = read(&GetTicket::new(4501), &other);
        assert_eq!(ticket.map(|details| details.ticket.id), Err(ErrorKind::Decode), "{other}");
    }
    for rows in [json!([[301, "Title"]]), json!([{"title": 301}, {"id": 301}])] {
        let articles = read(&ListArticles::new(12), &json!({"articles": rows}));
        assert_eq!(articles.expect("rows").articles.errors().len(), 1, "{rows}");
    }
    for other in [json!({"id": 301}), json!(null)] {
        let articles = read(&ListArticles::new(12), &json!({"articles": other}));
        assert_eq!(articles.map(|list| list.articles.len()), Err(ErrorKind::Decode), "{other}");
    }
    let field = read(&ListFields::new(), &json!([{"custom_field": [31, 1, 1]}]));
    assert_eq!(field.expect("rows").errors().len(), 1);
}

#[test]
fn an_empty_response_means_not_found() {
    fn is_not_found<O: Operation>(operation: &O, body: &Value) -> Option<bool> {
        let result = judge(operation, Ok(response(200, body.to_string())));
        result.err().map(|error| error.is_not_found())
    }

    let (ticket, article) = (GetTicket::new(4501), GetArticle::new(12, 301));
    for empty in [json!([]), json!(null), json!({})] {
        assert_eq!(is_not_found(&ticket, &empty), Some(true), "{empty}");
        assert_eq!(is_not_found(&article, &empty), Some(true), "{empty}");
    }
    for empty in [json!(null), json!([]), json!({}), json!(false)] {
        let empty = json!({"ticket": empty, "comments": []});
        assert_eq!(is_not_found(&ticket, &empty), Some(true), "{empty}");
    }
    for other in [json!(0), json!(""), json!([null]), json!({"comments": []}), json!({"ticket": 7})]
    {
        assert_eq!(is_not_found(&ticket, &other), Some(false), "{other}");
        assert_eq!(is_not_found(&article, &other), Some(false), "{other}");
    }
    assert_eq!(is_not_found(&ticket, &json!({"ticket": null, "error": "No"})), Some(false));
}
