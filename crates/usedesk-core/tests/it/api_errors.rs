//! API errors: codes, messages, and success without an id.

use std::fmt::Display;

use serde_json::{Value, json};
use usedesk_core::chats::{AddMessage, ChangeAssignee};
use usedesk_core::clients::{CreateClient, UpdateClient};
use usedesk_core::comments::CreateComment;
use usedesk_core::tickets::{CreateTicket, GetTicket, UpdateTicket};
use usedesk_core::users::{CreateUser, DeleteUser, UpdateUser};
use usedesk_core::{Error, ErrorCode, ErrorKind, Operation};

use crate::support::{judge, response};

fn error(status: u16, body: &(impl Display + ?Sized)) -> Error {
    let update = UpdateTicket::new(4501).subject("s");
    judge(&update, Ok(response(status, body.to_string()))).expect_err("not a success")
}

#[test]
fn each_code_is_classified() {
    use ErrorKind::{RateLimited, Rejected};

    let rows = [
        (111, ErrorCode::ServerError, Rejected, ""),
        (112, ErrorCode::InvalidToken, Rejected, "unauthorized"),
        (113, ErrorCode::TicketNotFound, Rejected, "not found"),
        (114, ErrorCode::EmptyMessage, Rejected, ""),
        (115, ErrorCode::AccessDenied, Rejected, "unauthorized"),
        (116, ErrorCode::InvalidTags, Rejected, ""),
        (117, ErrorCode::AgentNotFound, Rejected, "not found"),
        (118, ErrorCode::GroupNotFound, Rejected, "not found"),
        (119, ErrorCode::ClientNotFound, Rejected, "not found"),
        (120, ErrorCode::FileTooLarge, Rejected, ""),
        (121, ErrorCode::TooManyRequests, RateLimited, ""),
        (401, ErrorCode::from("401"), Rejected, "unauthorized"),
        (403, ErrorCode::from("403"), Rejected, ""),
        (404, ErrorCode::from("404"), Rejected, "not found"),
        (429, ErrorCode::from("429"), RateLimited, ""),
        (9_000, ErrorCode::from("9000"), Rejected, ""),
    ];
    for (number, code, kind, meaning) in rows {
        let spellings = [json!(number), json!(f64::from(number)), json!(format!(" {number} "))];
        for spelling in spellings {
            let bodies = [
                json!({"error": "no", "code": spelling}),
                json!({"error": {"message": "no", "code": spelling}}),
                json!({"status": "error", "message": "no", "code": spelling}),
                json!({"status": "denied", "code": spelling}),
            ];
            for (body, status) in bodies.iter().zip([200, 200, 400, 200]) {
                let error = error(status, body);
                assert_eq!((error.code(), error.kind()), (Some(&code), kind), "{body}");
                assert_eq!(error.is_unauthorized(), meaning == "unauthorized", "{body}");
                assert_eq!(error.is_not_found(), meaning == "not found", "{body}");
                assert_eq!(error.may_have_acted(), kind != RateLimited, "{body}");
            }
        }
    }
    assert!(error(401, "").is_unauthorized() && !error(403, "").is_unauthorized());
    assert!(error(404, "").is_not_found() && !error(410, "").is_not_found());
    for no_code in [json!(null), json!(""), json!(true), json!([112]), json!({"112": 112})] {
        assert_eq!(error(200, &json!({"error": "no", "code": no_code})).code(), None, "{no_code}");
    }
}

#[test]
fn reasons_in_errors_are_in_the_message() {
    let rows = [
        (
            json!({"subject": ["The subject field is required."]}),
            "subject: The subject field is required.",
        ),
        (json!({"a": ["one", "two"], "b": "three"}), "a: one; two; b: three"),
        (json!(["one", "two"]), "one; two"),
        (json!("one"), "one"),
        (json!([{"field": "a", "message": "one"}]), "field: a; message: one"),
        (json!({"a": [null, true], "b": {"c": ["one"]}}), "b: c: one"),
    ];
    for (errors, expected) in rows {
        for status in [200, 422] {
            let message = |body: Value| {
                let error = error(status, &body);
                assert_eq!(error.kind(), ErrorKind::Rejected, "{body}");
                error.message().map(str::to_owned)
            };
            assert_eq!(message(json!({"errors": errors})).as_deref(), Some(expected));
            let with_text = Some(format!("No: {expected}"));
            for mut body in [
                json!({"message": "No"}),
                json!({"error": "No"}),
                json!({"status": "success", "error": "No"}),
            ] {
                body["errors"] = errors.clone();
                assert_eq!(message(body), with_text);
            }
        }
        let ticket = json!({"ticket": {"id": 1, "status_id": 1}, "errors": errors}).to_string();
        let error = judge(&GetTicket::new(1), Ok(response(200, ticket))).expect_err("rejected");
        assert_eq!((error.kind(), error.message()), (ErrorKind::Rejected, Some(expected)));
    }
    for none in [json!(null), json!(false), json!(0), json!(""), json!([]), json!({})] {
        let body = json!({"status": "success", "errors": none}).to_string();
        assert!(judge(&UpdateTicket::new(1).subject("s"), Ok(response(200, body))).is_ok());
        let rejected = error(422, &json!({"errors": none}));
        assert_eq!((rejected.kind(), rejected.message()), (ErrorKind::Rejected, None), "{none}");
    }
    let long = error(422, &json!({"errors": vec!["x".repeat(300); 100]}));
    let message = long.message().expect("a part of it");
    assert!(message.chars().count() == 4_097 && message.ends_with('…'), "{}", message.len());
}

/// The thing was created, only its id is unknown.
#[test]
fn success_without_an_id_is_reported() {
    fn check<O: Operation>(operation: &O, id: &str)
    where
        O::Output: std::fmt::Debug,
    {
        let fails = |body: &Value| {
            let result = judge(operation, Ok(response(200, body.to_string())));
            let error = result.expect_err("no id");
            assert_eq!(error.kind(), ErrorKind::Decode, "{body}: {error}");
            assert!(error.may_have_acted(), "{body}: {error}");
            error
        };
        let mut bodies = vec![json!({"status": "success"}), json!({"status": true})];
        bodies.extend([json!(null), json!(0), json!("0"), json!(""), json!([]), json!("x")].map(
            |value| {
                let mut body = json!({"status": "success"});
                body[id] = value;
                body
            },
        ));
        for body in &bodies {
            let error = fails(body);
            assert!(error.is_success_without_id(), "{body}: {error}");
            assert!(error.to_string().contains("the server reported success for"));
        }
        // The server did not report success.
        for body in [json!({}), json!([]), json!(1)] {
            assert!(!fails(&body).is_success_without_id(), "{body}");
        }
        let mut body = json!({"status": "success"});
        body[id] = 7.into();
        judge(operation, Ok(response(200, body.to_string()))).expect("it has an id");
    }

    check(&CreateTicket::new("s", "m").client_email("a@example.com"), "ticket_id");
    check(&CreateComment::private(1, "m"), "comment_id");
    check(&CreateClient::new().name("n"), "client_id");
    check(&UpdateClient::new(1).name("n"), "client_id");
    check(&CreateUser::new("n", "a@example.com", "password", 5), "user_id");
    check(&UpdateUser::new(1).name("n"), "user_id");
    check(&DeleteUser::new(1), "user_id");
    check(&AddMessage::new(1, 2, "m"), "chat_id");
    check(&ChangeAssignee::new(1, 2), "chat_id");
}

/// As a `Value`, these bodies would take a hundred times their size.
#[test]
fn members_of_an_error_take_little_memory() {
    let many = |item: &str| vec![item; 4_000_000 / item.len()].join(",");
    let bodies = [
        format!(r#"{{"error":[{}]}}"#, many(r#"{"":0}"#)),
        format!(r#"{{"errors":[{}],"status":false}}"#, many("[]")),
        format!(r#"{{"status":{{{}}}}}"#, many(r#""":{}"#)),
        format!(r#"{{"message":[{}]}}"#, many("0")),
        format!(r#"{{"code":[{}],"error":1}}"#, many(r#""""#)),
        format!(r#"{{"error":"{}"}}"#, "x".repeat(4_000_000)),
        format!(r#"{{"ticket":[{}]}}"#, many(r#"{"":0}"#)),
        format!("[{}]", many(r#"{"":0}"#)),
    ];
    for body in bodies {
        let start = body[..20].to_owned();
        for status in [200, 422] {
            let response = response(status, body.clone());
            let counted = allocation_counter::measure(|| {
                let _ = judge(&GetTicket::new(1), Ok(response));
            });
            let peak = counted.bytes_max;
            assert!(peak < 1_000_000, "{start}… with {status}: {peak} bytes");
        }
    }
}

#[test]
fn not_found_depends_on_the_whole_body() {
    let is_not_found = |body: &'static str| {
        judge(&GetTicket::new(1), Ok(response(200, body))).expect_err("no ticket").is_not_found()
    };
    for empty in ["null", "[]", "{}", r#"{"ticket":null}"#, r#"{"ticket":[],"x":1}"#] {
        assert!(is_not_found(empty), "{empty}");
    }
    for other in [
        "null null",
        "[]]",
        r#"{"ticket":null}x"#,
        "[0]",
        r#"{"x":null}"#,
        r#"{"ticket":"05"}"#,
        "1",
        "<html>",
    ] {
        assert!(!is_not_found(other), "{other}");
    }
}

#[test]
fn the_beginning_of_a_long_error_is_kept() {
    let long = format!(r#"{{"error":[{}],"code":112}}"#, vec!["\"reason\""; 100_000].join(","));
    let error = error(200, &long);
    assert_eq!((error.kind(), error.code()), (ErrorKind::Rejected, Some(&ErrorCode::InvalidToken)));
    assert!(error.message().is_some_and(|message| message.starts_with(r#"["reason","reason","#)));
}
