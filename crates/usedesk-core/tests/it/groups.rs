//! Listing the groups.

use php_oracle::Php;
use serde_json::{Value, json};
use usedesk_core::groups::{Group, ListGroups};
use usedesk_core::users::UserRole;
use usedesk_core::{GroupId, UserId};

use crate::support::{assert_php_reads, judge, on_the_wire, reads_anything, response};

fn read(body: &Value) -> Vec<Group> {
    judge(&ListGroups::new(), Ok(response(200, body.to_string()))).expect("readable").into_vec()
}

fn documented() -> Value {
    json!([{
        "id": 5, "name": "Support", "company_id": 1, "deleted": 1,
        "deleted_at": "2024-05-01 12:34:56", "custom_working_time": 1,
        "timezone": "Europe/Riga", "is_demo": 0,
        "users": [{
            "id": 17, "name": "Bob", "email": "bob@example.com", "position": "Agent",
            "role": "employee", "phone": null, "avatar": "https://files.example/bob.png",
            "pivot": {"user_group_id": 5, "user_id": 17},
        }],
    }])
}

#[test]
fn on_the_wire_there_is_only_the_token() {
    insta::assert_snapshot!("list_groups", on_the_wire(&ListGroups::new()));
    let Some(php) = Php::start("groups_on_the_wire") else { return };
    assert_php_reads(&php, &ListGroups::new(), json!({}));
}

#[test]
fn groups_as_documented() {
    let groups = read(&documented());
    insta::assert_snapshot!(format!("{groups:#?}"));
    let again: Vec<Group> = serde_json::from_value(serde_json::to_value(&groups).unwrap()).unwrap();
    assert_eq!(again, groups);
}

#[test]
fn groups_in_every_representation() {
    for empty in [json!([]), json!({})] {
        assert!(read(&empty).is_empty());
    }
    let bare = &read(&json!([{"id": "5"}]))[0];
    assert_eq!((bare.id, &*bare.name, bare.deleted), (GroupId(5), "", None));
    assert!(bare.users.is_empty() && bare.deleted_at.is_none());
    for empty in [json!(null), json!([]), json!({}), json!("")] {
        let rows = json!({"3": {
            "id": 5, "company_id": empty, "deleted": empty, "timezone": null,
            "deleted_at": "0000-00-00 00:00:00", "users": empty,
        }});
        assert_eq!(read(&rows)[0], *bare);
    }
    for pivot in [json!([]), json!({}), json!({"user_id": "0"})] {
        let users = json!([{"id": "17", "role": "boss", "phone": 371_200, "pivot": pivot}]);
        let groups = read(&json!([{"id": 5, "deleted": "1", "users": users}]));
        let member = &groups[0].users[0];
        assert_eq!((groups[0].deleted, member.id), (Some(true), UserId(17)));
        assert_eq!(member.role, Some(UserRole::from("boss")));
        assert_eq!(member.phone.as_deref(), Some("371200"));
        assert_eq!(member.pivot.as_ref().and_then(|pivot| pivot.user_id), None);
    }
}

#[test]
fn any_response_decodes_or_is_an_error() {
    reads_anything::<ListGroups>(&documented());
}
