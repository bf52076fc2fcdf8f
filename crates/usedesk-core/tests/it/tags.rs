//! Listing the tags.

use php_oracle::Php;
use serde_json::{Value, json};
use usedesk_core::tags::{ListTags, Tag};
use usedesk_core::{CompanyId, Encoding, ErrorCode, ErrorKind, MAX_ID, TagId};

use crate::support::{assert_php_reads, judge, on_the_wire, reads_anything, response, violations};

fn everything() -> ListTags {
    ListTags::new().page(2).query("возврат & co")
}

fn read(body: &Value) -> Vec<Tag> {
    judge(&ListTags::new(), Ok(response(200, body.to_string()))).expect("readable").into_vec()
}

fn documented() -> Value {
    json!([
        {"ticket_tag_id": 77, "tag_company_id": 1, "name": "refund", "ticket_count": 12},
        {"ticket_tag_id": 78, "tag_company_id": 1, "name": "billing", "ticket_count": 0},
    ])
}

#[test]
fn on_the_wire_all_parameters_and_none() {
    let requests = [everything(), ListTags::new()];
    insta::assert_snapshot!("list_tags", requests.map(|list| on_the_wire(&list)).join("\n\n"));
}

#[test]
fn php_reads_what_was_meant() {
    let Some(php) = Php::start("tags_php_reads_what_was_meant") else { return };
    assert_php_reads(&php, &everything(), json!({"offset": 2, "query": "возврат & co"}));
}

#[test]
fn rules() {
    let list = ListTags::new().page(MAX_ID + 1).query("");
    insta::assert_snapshot!(violations(&list, Encoding::Form).join("\n"), @r"
    offset must be at most 9223372036854775807, found 9223372036854775808
    query must not be empty, found an empty text
    ");
    for page in [0, MAX_ID] {
        assert_eq!(violations(&ListTags::new().page(page), Encoding::Form), [""; 0]);
    }
}

#[test]
fn tags_as_documented() {
    let tags = read(&documented());
    insta::assert_snapshot!(format!("{tags:#?}"));
    let again: Vec<Tag> = serde_json::from_value(serde_json::to_value(&tags).unwrap()).unwrap();
    assert_eq!(again, tags);
}

#[test]
fn tags_in_every_representation() {
    for empty in [json!([]), json!({})] {
        assert!(read(&empty).is_empty());
    }
    let row =
        json!({"ticket_tag_id": "77", "tag_company_id": "1", "name": 2024, "ticket_count": "3"});
    for rows in [json!([row]), json!({"4": row})] {
        let tag = &read(&rows)[0];
        assert_eq!((tag.id, tag.company_id), (TagId(77), Some(CompanyId(1))));
        assert_eq!((&*tag.name, tag.ticket_count), ("2024", 3));
    }
    let bare = &read(&json!([{"ticket_tag_id": 77}]))[0];
    assert_eq!((bare.company_id, &*bare.name, bare.ticket_count), (None, "", 0));
    for zero in [json!(null), json!(""), json!("0"), json!(0)] {
        let rows = json!([{"ticket_tag_id": 77, "ticket_count": zero, "tag_company_id": zero}]);
        assert_eq!(read(&rows)[0], *bare);
    }
    let rejected = response(200, r#"{"error":"no","code":112}"#);
    let error = judge(&ListTags::new(), Ok(rejected)).expect_err("rejected");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Rejected, Some(&ErrorCode::InvalidToken)));
    let without_id = response(200, r#"[{"name":"refund"}]"#);
    let tags = judge(&ListTags::new(), Ok(without_id)).expect("a list");
    assert_eq!((tags.len(), tags.errors().len()), (0, 1));
}

#[test]
fn any_response_decodes_or_is_an_error() {
    reads_anything::<ListTags>(&documented());
}
