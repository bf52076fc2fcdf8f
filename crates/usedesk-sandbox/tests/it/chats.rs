//! `/chat/addMessage`, `/chat/sendMessage` and `/chat/changeAssignee`.

use serde_json::{Value, json};
use usedesk_sandbox::{ErrorCode, Sandbox};

use crate::client::{Client, JSON, assert_documented, call, each, update};

const HELLO: &str = "company_id=1&channel_id=4&message[text]=Hello";

#[test]
fn a_message_without_a_chat_opens_one() {
    let sandbox = Sandbox::start().unwrap();
    let known = format!("{HELLO}&message[from][client_id]=902");
    assert_eq!(
        call(&sandbox, "/chat/addMessage", &known),
        json!({
            "chat_id": 7001, "company_id": 1, "ticket_id": null, "channel_id": 4,
            "client_id": 902,
        })
    );
    let shown = call(&sandbox, "/ticket", "ticket_id=4503");
    let ticket = &shown["ticket"];
    assert_eq!((&ticket["subject"], &ticket["status_id"]), (&json!("Hello"), &json!(8)));
    assert_eq!((&ticket["channel_id"], &ticket["client_id"]), (&json!(4), &json!(902)));
    assert_eq!((&ticket["group"], &ticket["assignee_id"]), (&Value::Null, &Value::Null));
    let [comment] = shown["comments"].as_array().unwrap().as_slice() else { panic!("{shown}") };
    for (member, value) in [
        ("id", json!(8003)),
        ("message", json!("Hello")),
        ("from", json!("client")),
        ("type", json!("public")),
        ("client_id", json!(902)),
        ("client_name", json!("John Smith")),
        ("user_id", Value::Null),
        ("ticket_id", json!(4503)),
        ("is_first", json!(1)),
    ] {
        assert_eq!(comment[member], value, "{member}");
    }
}

#[test]
fn a_message_without_a_client_creates_one() {
    let sandbox = Sandbox::start().unwrap();
    let from = "message[from][name]=Zoe+Lim&message[from][email]=zoe@example.com";
    let response = call(&sandbox, "/chat/addMessage", &format!("{HELLO}&{from}"));
    assert_eq!((&response["client_id"], &response["chat_id"]), (&json!(903), &json!(7001)));
    let shown = call(&sandbox, "/ticket", "ticket_id=4503");
    assert_eq!(shown["ticket"]["client_name"], "Zoe Lim");
    assert_eq!(shown["ticket"]["email"], "zoe@example.com");
    // The next message creates another client and chat.
    let response = call(&sandbox, "/chat/addMessage", HELLO);
    assert_eq!((&response["client_id"], &response["chat_id"]), (&json!(904), &json!(7002)));
    let shown = call(&sandbox, "/ticket", "ticket_id=4504");
    assert_eq!(shown["ticket"]["client_name"], "Guest");
    // The created client can be read.
    update(&sandbox, 4501, "client_id=903");
    assert_eq!(sandbox.ticket(4501).unwrap().client_id, 903);
}

#[test]
fn messages_are_added_to_a_chat() {
    let sandbox = Sandbox::start().unwrap();
    call(&sandbox, "/chat/addMessage", HELLO);
    let more = "company_id=1&channel_id=4&chat_id=7001&message[text]=Anyone?";
    let expected = json!({
        "chat_id": 7001, "company_id": 1, "ticket_id": 4503, "channel_id": 4, "client_id": 903,
    });
    assert_eq!(call(&sandbox, "/chat/addMessage", more), expected);
    let response = call(&sandbox, "/chat/sendMessage", "chat_id=7001&user_id=18&text=Yes,+here");
    assert_eq!(response, json!({ "status": "success" }));

    let shown = call(&sandbox, "/ticket", "ticket_id=4503");
    let comments = &shown["comments"];
    assert_eq!(each(comments, "message"), ["Hello", "Anyone?", "Yes, here"]);
    assert_eq!(each(comments, "id"), [8003, 8004, 8005]);
    assert_eq!(each(comments, "from"), ["client", "client", "user"]);
    assert_eq!(each(comments, "is_first"), [1, 0, 0]);
    assert_eq!((&comments[2]["user_id"], &comments[2]["client_id"]), (&json!(18), &Value::Null));
    assert_eq!(comments[2]["user"]["name"], "Leo Park");
    let other = format!("{more}&message[from][client_id]=902");
    assert_eq!(call(&sandbox, "/chat/addMessage", &other)["client_id"], 902);
    let ticket = sandbox.ticket(4503).unwrap();
    assert_eq!((ticket.comments[3].client_id, ticket.client_id), (Some(902), 903));
    // A client's message leaves the ticket new, an agent's opens it.
    assert_eq!(ticket.status, 1);
    let [first, second, _] = ticket.changes.as_slice() else { panic!("{ticket:?}") };
    assert_eq!((first.user_id, first.old_status, first.new_status), (None, 8, 8));
    assert_eq!(
        (first.data[0].target.as_str(), &first.data[0].value),
        ("message_from_client", &json!(8004))
    );
    assert_eq!((second.user_id, second.old_status, second.new_status), (Some(18), 8, 1));
    let targets: Vec<_> = second.data.iter().map(|data| data.target.as_str()).collect();
    assert_eq!(targets, ["status_id", "comment_from_agent"]);
}

#[test]
fn json_and_form_have_the_same_effect() {
    let sandbox = Sandbox::start().unwrap();
    let body = json!({
        "api_token": sandbox.token(), "company_id": 1, "channel_id": "4",
        "message": { "text": "Hello", "from": { "client_id": 901, "name": "ignored" } },
    });
    let response = Client::connect(&sandbox).post("/uapi/chat/addMessage", JSON, body.to_string());
    assert_eq!(response.json()["client_id"], 901);
    assert_eq!(sandbox.ticket(4503).unwrap().comments[0].message, "Hello");
}

#[test]
fn a_channel_of_another_type_is_rejected() {
    let sandbox = Sandbox::start().unwrap();
    for channel in [3, 6, 99] {
        let parameters = format!("company_id=1&channel_id={channel}&message[text]=Hello");
        assert_eq!(call(&sandbox, "/chat/addMessage", &parameters), json!({ "status": false }));
    }
    assert!(sandbox.ticket(4503).is_none());
}

#[test]
fn a_chat_is_assigned_to_an_agent() {
    let sandbox = Sandbox::start().unwrap();
    call(&sandbox, "/chat/addMessage", HELLO);
    let response = call(&sandbox, "/chat/changeAssignee", "chat_id=7001&user_id=18");
    let url = format!("{}/chats/7001", sandbox.url());
    assert_eq!(response, json!({ "chat_id": "7001", "user_id": "18", "url": url }));
    let ticket = sandbox.ticket(4503).unwrap();
    assert_eq!((ticket.assignee, ticket.group, ticket.status), (Some(18), Some(6), 1));
    let targets: Vec<_> = ticket.changes[0].data.iter().map(|data| data.target.as_str()).collect();
    assert_eq!(targets, ["group", "assignee_id", "status_id"]);
}

#[test]
fn a_chat_moves_with_a_merged_client() {
    let sandbox = Sandbox::start().unwrap();
    call(&sandbox, "/chat/addMessage", HELLO);
    call(&sandbox, "/update/client", "client_id=901&merge_id=903");
    let more = "company_id=1&channel_id=4&chat_id=7001&message[text]=It+is+me";
    assert_eq!(call(&sandbox, "/chat/addMessage", more)["client_id"], 901);
    let ticket = sandbox.ticket(4503).unwrap();
    assert_eq!((ticket.client_id, ticket.comments[1].client_id), (901, Some(901)));
}

#[test]
fn the_subject_is_the_start_of_the_first_message() {
    let sandbox = Sandbox::start().unwrap();
    let text = "ž".repeat(256);
    let parameters = format!("company_id=1&channel_id=4&message[text]={text}");
    call(&sandbox, "/chat/addMessage", &parameters);
    let ticket = sandbox.ticket(4503).unwrap();
    assert_eq!(ticket.subject, "ž".repeat(255));
    assert_eq!(ticket.comments[0].message, text);
}

#[test]
fn rejected_requests() {
    let sandbox = Sandbox::start().unwrap();
    call(&sandbox, "/chat/addMessage", HELLO);
    let before = sandbox.ticket(4503);
    let text = "company_id=1&channel_id=4&message[text]=x";
    for (path, parameters, code) in [
        ("/chat/addMessage", "channel_id=4&message[text]=x", ErrorCode::Missing),
        (
            "/chat/addMessage",
            "company_id=2&channel_id=4&message[text]=x",
            ErrorCode::UnknownCompany,
        ),
        ("/chat/addMessage", "company_id=1&message[text]=x", ErrorCode::Missing),
        ("/chat/addMessage", "company_id=1&channel_id=4", ErrorCode::Missing),
        ("/chat/addMessage", "company_id=1&channel_id=4&message=x", ErrorCode::WrongKind),
        ("/chat/addMessage", "company_id=1&channel_id=4&message[text]=", ErrorCode::NoMessage),
        (
            "/chat/addMessage",
            "company_id=1&channel_id=4&message[from][name]=x",
            ErrorCode::NoMessage,
        ),
        ("/chat/addMessage", &format!("{text}&message[from]=x"), ErrorCode::WrongKind),
        (
            "/chat/addMessage",
            &format!("{text}&message[from][client_id]=1"),
            ErrorCode::UnknownClient,
        ),
        ("/chat/addMessage", &format!("{text}&message[from][name][]=x"), ErrorCode::WrongKind),
        ("/chat/addMessage", &format!("{text}&chat_id=7002"), ErrorCode::UnknownChat),
        ("/chat/sendMessage", "user_id=18&text=x", ErrorCode::Missing),
        ("/chat/sendMessage", "chat_id=7001&text=x", ErrorCode::Missing),
        ("/chat/sendMessage", "chat_id=7001&user_id=18", ErrorCode::NoMessage),
        ("/chat/sendMessage", "chat_id=7002&user_id=18&text=x", ErrorCode::UnknownChat),
        ("/chat/sendMessage", "chat_id=7001&user_id=99&text=x", ErrorCode::UnknownAgent),
        ("/chat/changeAssignee", "user_id=18", ErrorCode::Missing),
        ("/chat/changeAssignee", "chat_id=7001", ErrorCode::Missing),
        ("/chat/changeAssignee", "chat_id=7002&user_id=18", ErrorCode::UnknownChat),
        ("/chat/changeAssignee", "chat_id=7001&user_id=99", ErrorCode::UnknownAgent),
    ] {
        let response = call(&sandbox, path, parameters);
        assert_eq!(response["code"], code.number(), "{path} {parameters}: {response}");
        assert_documented(code.number());
    }
    assert_eq!(sandbox.ticket(4503), before);
    assert!(sandbox.ticket(4504).is_none());
}
