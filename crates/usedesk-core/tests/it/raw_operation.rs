//! Methods without a type, called in one expression.

use serde::Deserialize;
use usedesk_core::{
    Attachment, Encoding, Operation, RawOperation, RawParameters, Safety, Value, json,
};

use crate::support::{body, judge, on_the_wire, response, violations};

fn merge() -> RawOperation {
    RawOperation::post("/tickets/merge")
        .parameter("ticket_id", 4501)
        .parameter("tickets", json!([4502, 4503]))
        .parameter("note", "a & b")
}

#[test]
fn on_the_wire_as_any_operation() {
    let requests = [
        on_the_wire(&merge()),
        on_the_wire(&RawOperation::get("/languages").parameter("company_id", 7)),
        on_the_wire(&RawOperation::post("/languages")),
        body(&merge().attach(Attachment::from_bytes("a.txt", "a")), Encoding::Form),
    ];
    insta::assert_snapshot!(requests.join("\n\n"));
}

#[test]
fn the_rules_of_added_parameters_hold() {
    let wrong = RawOperation::post("languages")
        .parameter("api_token", "mine")
        .parameter("id", u64::MAX)
        .parameter("id", 1)
        .parameter("none", Value::Null);
    insta::assert_snapshot!(violations(&wrong, Encoding::Form).join("\n"));
}

#[test]
fn once_unless_told_otherwise() {
    assert_eq!(RawOperation::<Value>::SAFETY, Safety::Once);
    let unavailable = || judge(&merge(), Ok(response(503, "")));
    assert!(unavailable().expect_err("rejected").may_have_acted());
    let read = || merge().safety(Safety::Read).name("read_it");
    for error in [
        judge(&read(), Ok(response(503, ""))).expect_err("rejected"),
        judge(&RawParameters::new(read()), Ok(response(503, ""))).expect_err("rejected"),
        judge(&&read(), Ok(response(503, ""))).expect_err("rejected"),
    ] {
        assert!(!error.may_have_acted());
        assert!(error.to_string().contains("read_it"), "{error}");
    }
}

#[test]
fn any_output() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Language {
        id: u64,
    }

    let sent = || Ok(response(200, r#"[{"id": 7}]"#));
    assert_eq!(judge(&merge(), sent()).expect("JSON"), json!([{"id": 7}]));
    let typed = merge().output::<Vec<Language>>();
    assert_eq!(judge(&typed, sent()).expect("a list"), [Language { id: 7 }]);
    assert_eq!(typed.clone(), typed);
    let error = judge(&typed, Ok(response(200, r#"{"error": "no", "code": 113}"#)));
    assert!(error.expect_err("rejected").is_not_found());
}
