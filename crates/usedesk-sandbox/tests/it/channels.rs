//! `/channels`, and the HTTP methods of all methods.

use serde_json::json;
use usedesk_sandbox::Sandbox;

use crate::client::{Client, FORM, each, read};

#[test]
fn channels_have_every_documented_member() {
    let sandbox = Sandbox::start().unwrap();
    assert_eq!(
        read(&sandbox, "/channels", ""),
        json!([
            { "channel_id": 3, "channel_name": "Support mailbox", "channel_type": "email" },
            { "channel_id": 4, "channel_name": "Website chat", "channel_type": "chat" },
            { "channel_id": 6, "channel_name": "WhatsApp", "channel_type": "whatsapp" },
        ])
    );
}

#[test]
fn channels_are_filtered_by_type() {
    let sandbox = Sandbox::start().unwrap();
    assert_eq!(each(&read(&sandbox, "/uapi/channels", "channel_type=chat"), "channel_id"), [4]);
    assert_eq!(read(&sandbox, "/channels", "channel_type=pigeon"), json!([]));
}

#[test]
fn methods_accept_their_http_methods_only() {
    let sandbox = Sandbox::start().unwrap();
    let mut client = Client::connect(&sandbox);
    for path in
        ["/channels", "/support/12/list", "/support/12/articles/list", "/support/12/articles/301"]
    {
        let response = client.post(path, FORM, "api_token=sandbox-token");
        assert_eq!((response.status, response.header("allow")), (405, Some("GET")), "{path}");
    }
    for path in [
        "/create/user",
        "/update/user",
        "/delete/user",
        "/chat/addMessage",
        "/chat/sendMessage",
        "/chat/changeAssignee",
        "/support/12/articles/301/add-views",
        "/support/12/articles/301/change-rating",
    ] {
        let response = client.get(&format!("{path}?api_token=sandbox-token"));
        assert_eq!((response.status, response.header("allow")), (405, Some("POST")), "{path}");
    }
}
