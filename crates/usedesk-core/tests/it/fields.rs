//! Reading the list of additional fields.

use serde_json::{Value, json};
use usedesk_core::fields::{AdditionalField, FieldType, ListFields};
use usedesk_core::{ErrorCode, ErrorKind, FieldId, OptionId};

use crate::support::{judge, reads_anything, response};

fn read(body: &Value) -> Vec<AdditionalField> {
    judge(&ListFields::new(), Ok(response(200, body.to_string()))).expect("readable").into_vec()
}

fn documented() -> Value {
    json!([
        {
            "custom_field": {
                "id": 31, "company_id": 1, "ticket_field_type_id": 1, "name": "City",
                "value": null, "required": 1, "add_tag": 0, "add_filter": 1, "sort": 2,
                "active": 1, "hidden": 0, "api": 0, "deleted": 0, "mask": "",
                "ticket_interface": 1,
            },
            "field_options": [],
        },
        {
            "custom_field": {
                "id": 72, "company_id": 1, "ticket_field_type_id": 4, "name": "Country",
                "value": null, "required": 0, "add_tag": 0, "add_filter": 0, "sort": 1,
                "active": 1, "hidden": 0, "api": 1, "deleted": 0, "parent_field_id": 71,
            },
            "field_options": [
                {"id": 15, "ticket_field_id": 72, "value": "Latvia", "parent_option_id": [9], "order": 1},
            ],
        },
    ])
}

#[test]
fn any_response_decodes_or_is_an_error() {
    reads_anything::<ListFields>(&documented());
}

#[test]
fn fields_as_documented() {
    let fields = read(&documented());
    insta::assert_snapshot!(format!("{fields:#?}"));
    let again: Vec<AdditionalField> =
        serde_json::from_value(serde_json::to_value(&fields).unwrap()).unwrap();
    assert_eq!(again, fields);
}

#[test]
fn fields_in_other_representations() {
    for empty in [json!([]), json!({})] {
        assert!(read(&empty).is_empty());
    }
    let options = json!([{"id": "9", "value": 2024, "parent_option_id": {}}]);
    let field = json!({"id": "71", "ticket_field_type_id": "7", "required": "1"});
    let fields = read(&json!({"3": {"custom_field": field, "field_options": options}}));
    let AdditionalField { field, options, .. } = &fields[0];
    assert_eq!(
        (field.id, field.field_type, field.required),
        (FieldId(71), Some(FieldType::from(7)), Some(true))
    );
    assert_eq!((options[0].id, &*options[0].value), (OptionId(9), "2024"));
    let rejected = response(200, r#"{"error":"no","code":112}"#);
    let error = judge(&ListFields::new(), Ok(rejected)).expect_err("rejected");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Rejected, Some(&ErrorCode::InvalidToken)));
}
