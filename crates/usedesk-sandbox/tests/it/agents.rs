//! `/users`, `/groups`, and adding, changing and deleting agents.

use serde_json::{Value, json};
use usedesk_sandbox::{ErrorCode, Sandbox};

use crate::client::{Client, assert_documented, call, call_multipart, each, update};

#[test]
fn agents_have_every_documented_member() {
    let sandbox = Sandbox::start().unwrap();
    let group = |id, name| {
        json!({
            "id": id, "name": name, "company_id": 1, "deleted": 0,
            "deleted_at": "0000-00-00 00:00:00", "custom_working_time": 0, "timezone": "UTC",
            "is_demo": 0, "pivot": { "user_id": 18, "user_group_id": id },
        })
    };
    assert_eq!(
        call(&sandbox, "/users", ""),
        json!([{
            "id": 18, "name": "Leo Park", "email": "leo@example.com", "position": "Accountant",
            "role": "employee", "phone": null, "chat_online_status": 0, "online_status": 1,
            "avatar": null, "groups": [group(5, "Support"), group(6, "Billing")],
        }])
    );
}

#[test]
fn groups_have_every_documented_member() {
    let sandbox = Sandbox::start().unwrap();
    let groups = call(&sandbox, "/uapi/groups", "");
    assert_eq!(each(&groups, "id"), [5, 6]);
    assert_eq!(
        groups[1],
        json!({
            "id": 6, "name": "Billing", "company_id": 1, "deleted": 0,
            "deleted_at": "0000-00-00 00:00:00", "custom_working_time": 0, "timezone": "UTC",
            "is_demo": 0, "users": [{
                "id": 18, "name": "Leo Park", "email": "leo@example.com",
                "position": "Accountant", "role": "employee", "phone": null, "avatar": null,
                "pivot": { "user_group_id": 6, "user_id": 18 },
            }],
        })
    );
}

/// Public clients read with GET, and one reads a single agent.
#[test]
fn agents_and_groups_can_be_read_with_get() {
    let sandbox = Sandbox::start().unwrap();
    let get = |path: &str| {
        Client::connect(&sandbox).get(&format!("{path}api_token=sandbox-token")).json()
    };
    assert_eq!(get("/groups?"), call(&sandbox, "/groups", ""));
    assert_eq!(get("/users?"), call(&sandbox, "/users", ""));
    assert_eq!(get("/user?user_id=18&"), call(&sandbox, "/users", "")[0]);
    assert_eq!(get("/user?user_id=19&")["code"], ErrorCode::UnknownAgent.number());
}

#[test]
fn agents_are_filtered() {
    let sandbox = Sandbox::start().unwrap();
    for (filter, found) in [
        ("", vec![18]),
        ("user_type=employee", vec![18]),
        ("user_type=admin", vec![17]),
        ("user_type=support", vec![]),
        ("user_id=17", vec![17]),
        ("user_id=18", vec![18]),
        ("user_id=17&user_type=employee", vec![]),
        ("user_id=19", vec![]),
        ("group_id=6", vec![18]),
        ("group_id=6&user_type=admin", vec![]),
        ("group_id=7", vec![]),
        ("query=LEO@", vec![18]),
        ("query=park", vec![18]),
        ("query=anna", vec![]),
        ("query=anna&user_type=admin", vec![17]),
    ] {
        assert_eq!(each(&call(&sandbox, "/users", filter), "id"), found, "{filter}");
    }
}

#[test]
fn an_agent_is_added_with_defaults() {
    let sandbox = Sandbox::start().unwrap();
    let created = "name=Eva+Roze&email=eva@example.com&password=secret&group=6";
    assert_eq!(
        call(&sandbox, "/create/user", created),
        json!({ "status": "success", "user_id": 19 })
    );
    let eva = sandbox.agent(19).unwrap();
    assert_eq!((eva.name.as_str(), eva.email.as_str()), ("Eva Roze", "eva@example.com"));
    assert_eq!((eva.role.as_str(), eva.lang.as_str()), ("employee", "ru"));
    assert_eq!((eva.groups.as_slice(), eva.default_group), (&[6][..], 6));
    assert_eq!((eva.phone, eva.avatar, eva.position), (None, None, String::new()));
    assert!(!eva.chat_online && !eva.ticket_online);
    assert_eq!(each(&call(&sandbox, "/users", "group_id=6"), "id"), [18, 19]);
    assert_eq!(each(&call(&sandbox, "/groups", "")[1]["users"], "id"), [18, 19]);
    // A ticket assigned to the new agent goes to their group.
    update(&sandbox, 4501, "assignee_id=19");
    let ticket = sandbox.ticket(4501).unwrap();
    assert_eq!((ticket.group, ticket.assignee), (Some(6), Some(19)));
}

#[test]
fn an_agent_is_added_with_everything() {
    let sandbox = Sandbox::start().unwrap();
    let response = send_file(
        &sandbox,
        "/create/user",
        &[
            ("name", "Eva"),
            ("email", "eva@example.com"),
            ("password", "secret"),
            ("group", "5"),
            ("role", "support"),
            ("phone", "+371 1"),
            ("send_invite", "true"),
            ("lang", "pt-br"),
        ],
        "me.png",
        b"picture",
    );
    assert_eq!(response["user_id"], 19);
    let eva = sandbox.agent(19).unwrap();
    assert_eq!((eva.role.as_str(), eva.lang.as_str()), ("support", "pt-br"));
    assert_eq!(eva.phone.as_deref(), Some("+371 1"));
    assert_eq!(avatar_of(&sandbox, 19), b"picture");
    assert_eq!(call(&sandbox, "/groups", "")[0]["users"][2]["avatar"], eva.avatar.unwrap());
}

#[test]
fn an_update_keeps_omitted_parameters() {
    let sandbox = Sandbox::start().unwrap();
    let before = sandbox.agent(18).unwrap();
    assert_eq!(
        call(&sandbox, "/update/user", "user_id=18"),
        json!({ "status": "success", "user_id": 18 })
    );
    assert_eq!(sandbox.agent(18).unwrap(), before);
}

#[test]
fn an_agent_is_changed() {
    let sandbox = Sandbox::start().unwrap();
    let everything = "user_id=17&name=Anna+B&email=ab@example.com&role=support&group=6\
        &phone=&chat_online_status=false&ticket_online_status=false";
    call(&sandbox, "/update/user", everything);
    let anna = sandbox.agent(17).unwrap();
    assert_eq!((anna.name.as_str(), anna.email.as_str()), ("Anna B", "ab@example.com"));
    assert_eq!((anna.role.as_str(), anna.phone), ("support", None));
    // The new group becomes the default group, in addition to the old one.
    assert_eq!((anna.groups.as_slice(), anna.default_group), (&[5, 6][..], 6));
    assert!(!anna.chat_online && !anna.ticket_online);
    call(&sandbox, "/update/user", "user_id=17&chat_online_status=true&group=5&phone=1");
    let anna = sandbox.agent(17).unwrap();
    assert!(anna.chat_online && !anna.ticket_online);
    assert_eq!((anna.groups.as_slice(), anna.default_group), (&[5, 6][..], 5));
    assert_eq!(anna.phone.as_deref(), Some("1"));
    assert_eq!(call(&sandbox, "/users", "user_id=17")[0]["chat_online_status"], 1);
}

#[test]
fn an_avatar_is_set_and_deleted() {
    let sandbox = Sandbox::start().unwrap();
    let set = || send_file(&sandbox, "/update/user", &[("user_id", "18")], "me.png", b"picture");
    assert_eq!(set()["status"], "success");
    assert_eq!(avatar_of(&sandbox, 18), b"picture");
    assert!(call(&sandbox, "/users", "")[0]["avatar"].is_string());
    // An empty file name changes nothing.
    send_file(&sandbox, "/update/user", &[("user_id", "18")], "", b"");
    assert_eq!(avatar_of(&sandbox, 18), b"picture");
    call(&sandbox, "/update/user", "user_id=18&avatar=delete");
    assert_eq!(sandbox.agent(18).unwrap().avatar, None);
    assert_eq!(call(&sandbox, "/users", "")[0]["avatar"], Value::Null);
}

#[test]
fn an_avatar_is_limited_to_15_mb() {
    let sandbox = Sandbox::start().unwrap();
    let mut picture = vec![0; 15 * 1024 * 1024];
    let fields = [("user_id", "18")];
    assert_eq!(
        send_file(&sandbox, "/update/user", &fields, "me.png", &picture)["status"],
        "success"
    );
    picture.push(0);
    let response = send_file(&sandbox, "/update/user", &fields, "me.png", &picture);
    assert_eq!(response["code"], ErrorCode::FileTooLarge.number());
    assert_eq!(avatar_of(&sandbox, 18).len(), 15 * 1024 * 1024);
    assert_documented(ErrorCode::FileTooLarge.number());
}

#[test]
fn tickets_stay_assigned_to_a_deleted_agent() {
    let sandbox = Sandbox::start().unwrap();
    update(&sandbox, 4501, "group_id=5&assignee_id=18");
    assert_eq!(
        call(&sandbox, "/delete/user", "user_id=18"),
        json!({ "status": "success", "user_id": 18 })
    );
    assert_eq!(sandbox.ticket(4501).unwrap().assignee, Some(18));
    let shown = call(&sandbox, "/ticket", "ticket_id=4501");
    assert_eq!(shown["ticket"]["assignee_id"], 18);
    assert_eq!(call(&sandbox, "/users", ""), json!([]));
    assert_eq!(call(&sandbox, "/groups", "")[1]["users"], json!([]));
    assert!(sandbox.agent(18).is_none());
    let again = call(&sandbox, "/delete/user", "user_id=18");
    assert_eq!(again["code"], ErrorCode::UnknownAgent.number());
    // The id is not reused, or the tickets would move to the new agent.
    let created = call(&sandbox, "/create/user", "name=E&email=e@e.com&password=s&group=6");
    assert_eq!(created["user_id"], 19);
}

#[test]
fn the_last_administrator_cannot_be_deleted() {
    let sandbox = Sandbox::start().unwrap();
    let response = call(&sandbox, "/delete/user", "user_id=17");
    assert_eq!(response["code"], ErrorCode::LastAdmin.number());
    assert_documented(ErrorCode::LastAdmin.number());
    assert!(sandbox.agent(17).is_some());
    call(&sandbox, "/update/user", "user_id=18&role=admin");
    assert_eq!(call(&sandbox, "/delete/user", "user_id=17")["status"], "success");
    let response = call(&sandbox, "/delete/user", "user_id=18");
    assert_eq!(response["code"], ErrorCode::LastAdmin.number());
}

#[test]
fn rejected_requests() {
    let sandbox = Sandbox::start().unwrap();
    let (anna, leo) = (sandbox.agent(17), sandbox.agent(18));
    let full = "name=E&email=e@e.com&password=s&group=6";
    for (path, parameters, code) in [
        ("/users", "user_type=boss", ErrorCode::UnknownRole),
        ("/users", "user_id=x", ErrorCode::WrongKind),
        ("/create/user", "email=e@e.com&password=s&group=6", ErrorCode::Missing),
        ("/create/user", "name=&email=e@e.com&password=s&group=6", ErrorCode::Missing),
        ("/create/user", "name=E&password=s&group=6", ErrorCode::Missing),
        ("/create/user", "name=E&email=e@e.com&group=6", ErrorCode::Missing),
        ("/create/user", "name=E&email=e@e.com&password=s", ErrorCode::Missing),
        ("/create/user", "name=E&email=e@e.com&password=s&group=7", ErrorCode::UnknownGroup),
        ("/create/user", &format!("{full}&role=boss"), ErrorCode::UnknownRole),
        ("/create/user", &format!("{full}&lang=fr"), ErrorCode::UnknownLanguage),
        ("/create/user", &format!("{full}&send_invite=perhaps"), ErrorCode::WrongKind),
        ("/create/user", &format!("{full}&avatar=delete"), ErrorCode::WrongKind),
        ("/update/user", "name=E", ErrorCode::Missing),
        ("/update/user", "user_id=19&name=E", ErrorCode::UnknownAgent),
        ("/update/user", "user_id=18&name=E&email=", ErrorCode::Missing),
        ("/update/user", "user_id=18&name=E&role=boss", ErrorCode::UnknownRole),
        ("/update/user", "user_id=18&name=E&group=7", ErrorCode::UnknownGroup),
        ("/update/user", "user_id=18&name=E&chat_online_status=yes", ErrorCode::WrongKind),
        ("/update/user", "user_id=18&name=E&avatar=remove", ErrorCode::WrongKind),
        ("/delete/user", "", ErrorCode::Missing),
        ("/delete/user", "user_id=19", ErrorCode::UnknownAgent),
    ] {
        let response = call(&sandbox, path, parameters);
        assert_eq!(response["code"], code.number(), "{path} {parameters}: {response}");
        assert_documented(code.number());
    }
    assert_eq!((sandbox.agent(17), sandbox.agent(18)), (anna, leo));
    assert!(sandbox.agent(19).is_none());
}

/// Posts fields and a file named `avatar` as multipart, with the token.
fn send_file(
    sandbox: &Sandbox,
    path: &str,
    fields: &[(&str, &str)],
    file_name: &str,
    file: &[u8],
) -> Value {
    let fields = fields.iter().map(|(name, value)| (*name, None, value.as_bytes()));
    let parts: Vec<_> = fields.chain([("avatar", Some(file_name), file)]).collect();
    call_multipart(sandbox, path, &parts)
}

/// Downloads the avatar of an agent from its URL in responses.
fn avatar_of(sandbox: &Sandbox, agent: u64) -> Vec<u8> {
    let url = sandbox.agent(agent).unwrap().avatar.unwrap();
    assert_eq!(call(sandbox, "/users", &format!("user_id={agent}"))[0]["avatar"], url);
    let response = Client::connect(sandbox).get(url.strip_prefix(sandbox.url()).unwrap());
    assert_eq!(response.status, 200);
    response.body
}
