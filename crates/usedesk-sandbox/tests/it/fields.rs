//! Additional fields and nested lists.

use serde_json::json;
use usedesk_sandbox::{ErrorCode, Sandbox, Ticket};

use crate::client::{Client, JSON, assert_rejected, updated};

const BOTH_LEVELS: &str = "lists[0][id]=71&lists[0][value]=9&lists[1][id]=72&lists[1][value]=15";

#[test]
fn a_checkbox_accepts_words_and_a_list_option_ids() {
    let sandbox = Sandbox::start().unwrap();
    assert_eq!(updated(&sandbox, "field_id=32&field_value=true").fields[&32], "true");
    let ticket = updated(&sandbox, "field_id=33;32&field_value=508;false");
    assert_eq!((ticket.fields[&32].as_str(), ticket.fields[&33].as_str()), ("false", "508"));
}

/// Not documented, but one public client does both.
#[test]
fn a_checkbox_accepts_1_and_a_list_captions() {
    let sandbox = Sandbox::start().unwrap();
    let ticket = updated(&sandbox, "field_id=32;33&field_value=1;Standard");
    assert_eq!(fields(&ticket), [(32, "true"), (33, "507")]);
    let ticket = updated(&sandbox, "lists[0][id]=71&lists[0][value]=Europe");
    assert_eq!(ticket.fields[&71], "9");
}

#[test]
fn json_numbers_are_accepted() {
    let sandbox = Sandbox::start().unwrap();
    let body = json!({
        "api_token": sandbox.token(), "ticket_id": 4501, "field_id": 33, "field_value": 507
    });
    Client::connect(&sandbox).post("/update/ticket", JSON, body.to_string());
    assert_eq!(sandbox.ticket(4501).unwrap().fields[&33], "507");
}

#[test]
fn an_empty_text_clears_a_field() {
    let sandbox = Sandbox::start().unwrap();
    updated(&sandbox, "field_id=31;32&field_value=Riga;true");
    assert_eq!(fields(&updated(&sandbox, "field_id=31&field_value=")), [(32, "true")]);
}

#[test]
fn clearing_a_level_leaves_the_levels_below() {
    for clear in ["", "null"] {
        let sandbox = Sandbox::start().unwrap();
        updated(&sandbox, BOTH_LEVELS);
        let ticket = updated(&sandbox, &format!("lists[0][id]=71&lists[0][value]={clear}"));
        assert_eq!(fields(&ticket), [(72, "15")]);
        let ticket = updated(&sandbox, &format!("lists[0][id]=72&lists[0][value]={clear}"));
        assert_eq!(fields(&ticket), []);
    }
}

#[test]
fn json_null_clears_a_level() {
    let sandbox = Sandbox::start().unwrap();
    updated(&sandbox, BOTH_LEVELS);
    let lists = json!([{ "id": 71, "value": 9 }, { "id": 72, "value": null }]);
    let body = json!({ "api_token": sandbox.token(), "ticket_id": 4501, "lists": lists });
    Client::connect(&sandbox).post("/update/ticket", JSON, body.to_string());
    assert_eq!(fields(&sandbox.ticket(4501).unwrap()), [(71, "9")]);
}

#[test]
fn a_new_parent_leaves_the_level_below() {
    let sandbox = Sandbox::start().unwrap();
    updated(&sandbox, BOTH_LEVELS);
    let ticket = updated(&sandbox, "lists[0][id]=71&lists[0][value]=10");
    assert_eq!(fields(&ticket), [(71, "10"), (72, "15")]);
}

#[test]
fn rejected_fields() {
    for (code, parameters) in [
        (ErrorCode::Missing, "field_id=31"),
        (ErrorCode::Missing, "field_value=Riga"),
        (ErrorCode::WrongKind, "field_id=x&field_value=Riga"),
        (ErrorCode::WrongKind, "field_id=31;&field_value=Riga;"),
        (ErrorCode::WrongKind, "field_id[]=31&field_value[]=Riga"),
        (ErrorCode::FieldCounts, "field_id=31;32&field_value=Riga"),
        (ErrorCode::FieldCounts, "field_id=31&field_value=Riga;true"),
        (ErrorCode::UnknownField, "field_id=34&field_value=x"),
        (ErrorCode::WrongFieldKind, "field_id=71&field_value=9"),
        (ErrorCode::BadCheckbox, "field_id=32&field_value=on"),
        (ErrorCode::BadCheckbox, "field_id=32&field_value="),
        (ErrorCode::UnknownOption, "field_id=33&field_value=9"),
        (ErrorCode::UnknownOption, "field_id=33&field_value=standard"),
        (ErrorCode::UnknownOption, "field_id=33&field_value="),
        (ErrorCode::UnknownOption, "field_id=31;33&field_value=Riga;1"),
    ] {
        assert_rejected(code.number(), parameters);
    }
}

#[test]
fn rejected_nested_lists() {
    for (code, parameters) in [
        (ErrorCode::WrongKind, "lists=71"),
        (ErrorCode::WrongKind, "lists[1][id]=71&lists[1][value]=9"),
        (ErrorCode::WrongKind, "lists[0][id]=x&lists[0][value]=9"),
        (ErrorCode::WrongKind, "lists[0][id]=71&lists[0][value][]=9"),
        (ErrorCode::Missing, "lists[]=71"),
        (ErrorCode::Missing, "lists[0][id]=71"),
        (ErrorCode::Missing, "lists[0][value]=9"),
        (ErrorCode::UnknownField, "lists[0][id]=73&lists[0][value]=9"),
        (ErrorCode::WrongFieldKind, "lists[0][id]=33&lists[0][value]=507"),
        (ErrorCode::UnknownOption, "lists[0][id]=71&lists[0][value]=15"),
        (ErrorCode::ParentMissing, "lists[0][id]=72&lists[0][value]=15"),
        (
            ErrorCode::ParentMissing,
            "lists[0][id]=72&lists[0][value]=15&lists[1][id]=71&lists[1][value]=9",
        ),
        (
            ErrorCode::WrongParent,
            "lists[0][id]=71&lists[0][value]=9&lists[1][id]=72&lists[1][value]=16",
        ),
        (
            ErrorCode::WrongParent,
            "lists[0][id]=71&lists[0][value]=&lists[1][id]=72&lists[1][value]=15",
        ),
    ] {
        assert_rejected(code.number(), parameters);
    }
}

fn fields(ticket: &Ticket) -> Vec<(u64, &str)> {
    ticket.fields.iter().map(|(id, value)| (*id, value.as_str())).collect()
}
