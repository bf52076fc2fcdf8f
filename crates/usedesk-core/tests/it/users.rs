//! Listing, creating, updating and deleting agents.

use php_oracle::Php;
use proptest::prelude::*;
use serde_json::{Value, json};
use usedesk_core::users::{
    CreateUser, DeleteUser, ListUsers, MAX_AVATAR_BYTES, SavedUser, UiLanguage, UpdateUser, User,
    UserRole,
};
use usedesk_core::{Attachment, Encoding, ErrorKind, GroupId, MAX_ID, Operation, Safety, UserId};

use crate::support::{
    assert_php_reads, body, config, judge, on_the_wire, php_files, reads_anything, response, text,
    violations,
};

const PASSWORD: &str = "p4ss & \"wörd\"";

fn picture() -> Attachment {
    Attachment::from_bytes("bob.png", "PNG")
}

fn list() -> ListUsers {
    ListUsers::new().role(UserRole::Admin).group(5).query("Боб & co").user(17)
}

fn minimal() -> CreateUser {
    CreateUser::new("Bob", "bob@example.com", PASSWORD, 5)
}

fn create() -> CreateUser {
    minimal().role(UserRole::Support).phone("+371 2000").send_invite().lang(UiLanguage::Kazakh)
}

fn update() -> UpdateUser {
    UpdateUser::new(17)
        .name("Боб")
        .email("bob@example.com")
        .role(UserRole::Employee)
        .group(6)
        .phone("")
        .chat_online(true)
        .ticket_online(false)
}

#[test]
fn on_the_wire_all_parameters_and_none() {
    let new = || UpdateUser::new(17);
    let list = [on_the_wire(&list()), on_the_wire(&ListUsers::new())];
    insta::assert_snapshot!("list_users", list.join("\n\n"));
    let create = [
        on_the_wire(&create()),
        on_the_wire(&minimal()),
        body(&create().avatar(picture()), Encoding::Json),
    ];
    insta::assert_snapshot!("create_user", create.join("\n\n"));
    let update = [
        on_the_wire(&update().delete_avatar()),
        on_the_wire(&new().delete_avatar()),
        on_the_wire(&new().chat_online(false).ticket_online(true)),
        body(&new().avatar(picture()), Encoding::Form),
    ];
    insta::assert_snapshot!("update_user", update.join("\n\n"));
    insta::assert_snapshot!("delete_user", on_the_wire(&DeleteUser::new(17)));
}

#[test]
fn php_reads_what_was_meant() {
    let Some(php) = Php::start("users_php_reads_what_was_meant") else { return };
    let meant = json!({"user_type": "admin", "group_id": 5, "query": "Боб & co", "user_id": 17});
    assert_php_reads(&php, &list(), meant);
    let meant = json!({
        "name": "Bob", "email": "bob@example.com", "password": PASSWORD, "group": 5,
        "role": "support", "phone": "+371 2000", "send_invite": true, "lang": "kk",
    });
    assert_php_reads(&php, &create(), meant.clone());
    assert_php_reads(&php, &create().avatar(picture()), meant);
    // Words in JSON too.
    let meant = json!({
        "user_id": 17, "name": "Боб", "email": "bob@example.com", "role": "employee", "group": 6,
        "phone": "", "chat_online_status": "true", "ticket_online_status": "false",
    });
    assert_php_reads(&php, &update(), meant.clone());
    assert_php_reads(&php, &update().avatar(picture()), meant.clone());
    let mut deleted = meant;
    deleted["avatar"] = "delete".into();
    assert_php_reads(&php, &update().avatar(picture()).delete_avatar(), deleted);
    assert_php_reads(&php, &DeleteUser::new(17), json!({"user_id": 17}));

    for files in [
        php_files(&php, &create().avatar(picture())),
        php_files(&php, &update().delete_avatar().avatar(picture())),
    ] {
        assert_eq!(
            (&files["avatar"]["name"], &files["avatar"]["size"]),
            (&"bob.png".into(), &3.into())
        );
    }
}

#[test]
fn every_rule() {
    let too_large = Attachment::from_bytes("", vec![0; MAX_AVATAR_BYTES + 1]);
    let no_role = || UserRole::from("");
    let lines = [
        violations(&ListUsers::new().role(no_role()).group(0).query("").user(0), Encoding::Form),
        violations(
            &CreateUser::new("", "", "", MAX_ID + 1)
                .role(no_role())
                .avatar(too_large.clone())
                .lang(UiLanguage::from("")),
            Encoding::Form,
        ),
        violations(
            &UpdateUser::new(0).name("").email("").role(no_role()).group(0).avatar(too_large),
            Encoding::Form,
        ),
        violations(&UpdateUser::new(17), Encoding::Form),
        violations(&DeleteUser::new(0), Encoding::Form),
    ];
    insta::assert_snapshot!(lines.map(|lines| lines.join("\n")).join("\n\n"));
    let largest = Attachment::from_bytes("a.png", vec![0; MAX_AVATAR_BYTES]);
    assert_eq!(violations(&minimal().avatar(largest), Encoding::Form), [""; 0]);
    for alone in [
        UpdateUser::new(17).phone(""),
        UpdateUser::new(17).chat_online(false),
        UpdateUser::new(17).ticket_online(false),
        UpdateUser::new(17).delete_avatar(),
        UpdateUser::new(17).avatar(picture()),
    ] {
        assert_eq!(violations(&alone, Encoding::Form), [""; 0], "{alone:?}");
    }
}

#[test]
fn safety_of_each_operation() {
    assert_eq!(ListUsers::SAFETY, Safety::Read);
    assert_eq!(CreateUser::SAFETY, Safety::Once);
    assert_eq!(UpdateUser::SAFETY, Safety::Idempotent);
    assert_eq!(DeleteUser::SAFETY, Safety::Idempotent);
}

fn documented() -> Value {
    json!([{
        "id": 17, "name": "Bob", "email": "bob@example.com", "position": "Agent", "role": "support",
        "phone": "+371 2000", "chat_online_status": 1, "online_status": 0,
        "avatar": "https://files.example/bob.png",
        "groups": [{
            "id": 5, "name": "Support", "company_id": 1, "deleted": 0,
            "deleted_at": "0000-00-00 00:00:00", "custom_working_time": 1,
            "timezone": "Europe/Riga", "is_demo": 0, "pivot": {"user_id": 17, "user_group_id": 5},
        }],
    }])
}

fn read(body: &Value) -> Vec<User> {
    judge(&ListUsers::new(), Ok(response(200, body.to_string()))).expect("readable").into_vec()
}

#[test]
fn agents_as_documented() {
    let users = read(&documented());
    insta::assert_snapshot!(format!("{users:#?}"));
    let again: Vec<User> = serde_json::from_value(serde_json::to_value(&users).unwrap()).unwrap();
    assert_eq!(again, users);
}

#[test]
fn agents_in_every_representation() {
    for empty in [json!([]), json!({})] {
        assert!(read(&empty).is_empty());
    }
    let bare = &read(&json!([{"id": "17"}]))[0];
    assert_eq!((bare.id, bare.role.as_ref()), (UserId(17), None));
    for empty in [json!(null), json!([]), json!({}), json!("")] {
        let row = json!({
            "id": 17, "role": empty, "phone": empty, "online_status": empty,
            "avatar": empty, "groups": empty,
        });
        assert_eq!(read(&json!({"2": row}))[0], *bare);
    }
    let groups = json!([{"id": "5", "deleted": "1", "deleted_at": "2024-05-01 00:00:00"}]);
    let row = json!({"id": 17, "online_status": "1", "chat_online_status": true, "groups": groups});
    let user = &read(&json!([row]))[0];
    assert_eq!((user.online_status, user.chat_online_status), (Some(true), Some(true)));
    let off = &read(&json!([{"id": 17, "online_status": 0, "chat_online_status": false}]))[0];
    assert_eq!((off.online_status, off.chat_online_status), (Some(false), Some(false)));
    assert_eq!((bare.online_status, bare.chat_online_status), (None, None));
    let group = &user.groups[0];
    assert_eq!(
        (group.id, group.deleted, group.deleted_at.is_some()),
        (GroupId(5), Some(true), true)
    );
}

/// Creating, updating and deleting an agent have the same response.
#[test]
fn the_response_is_the_agents_id() {
    fn read<O: Operation<Output = SavedUser>>(
        operation: &O,
        body: &'static str,
    ) -> Result<UserId, ErrorKind> {
        let result = judge(operation, Ok(response(200, body)));
        result.map(|saved| saved.user_id).map_err(|error| error.kind())
    }

    let all = |body| {
        let results =
            [read(&minimal(), body), read(&update(), body), read(&DeleteUser::new(17), body)];
        assert!(results.iter().all(|result| *result == results[0]), "{results:?}");
        results[0]
    };
    assert_eq!(all(r#"{"status":"success","user_id":17}"#), Ok(UserId(17)));
    assert_eq!(all(r#"{"status":true,"user_id":"17","more":1}"#), Ok(UserId(17)));
    assert_eq!(all(r#"{"status":"success"}"#), Err(ErrorKind::Decode));
    assert_eq!(all(r#"{"error":"no","code":1}"#), Err(ErrorKind::Rejected));
    assert_eq!(all(r#"{"status":"denied"}"#), Err(ErrorKind::Rejected));
    assert_eq!(all(r#"{"status":"forbidden","user_id":17}"#), Err(ErrorKind::Rejected));
    assert_eq!(all(r#"{"status":"success","user_id":0}"#), Err(ErrorKind::Decode));
    assert_eq!(all(r#"{"user_id":17}"#), Ok(UserId(17)));
    assert_eq!(all("[17]"), Err(ErrorKind::Decode));
    assert_eq!(all("[]"), Err(ErrorKind::Decode));
}

#[test]
fn any_response_decodes_or_is_an_error() {
    reads_anything::<ListUsers>(&documented());
    let saved = json!({"status": "success", "user_id": 17});
    reads_anything::<CreateUser>(&saved);
    reads_anything::<UpdateUser>(&saved);
    reads_anything::<DeleteUser>(&saved);
}

proptest! {
    /// Whatever else is wrong with the request.
    #[test]
    fn the_password_is_in_no_debug_and_no_violation(password in "[!-~]{12}", name in text(0..=3, &[])) {
        let create = CreateUser::new(name, "", &*password, 0);
        let error = config(Encoding::Form).call(&create).expect_err("no group");
        for printed in [format!("{create:?} {create:#?}"), format!("{error} {error:?}")] {
            prop_assert!(!printed.contains(&password), "{}", printed);
        }
        prop_assert!(create == create.clone());
        prop_assert!(create != CreateUser::new("", "", "another", 0));
    }
}
