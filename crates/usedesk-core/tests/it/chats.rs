//! Messages and assignees of chats.

use php_oracle::Php;
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use usedesk_core::chats::{
    AddMessage, AssigneeChanged, ChangeAssignee, MessageAdded, MessageSent, SendMessage,
};
use usedesk_core::{ChatId, Encoding, ErrorKind, MAX_ID, Operation, Safety, TicketId, UserId};

use crate::support::{
    assert_php_reads, judge, on_the_wire, reads_anything, response, text, violations,
};

/// How many messages PHP is asked about, each in both encodings.
const MESSAGES: u32 = 200;

fn full_message() -> AddMessage {
    AddMessage::new(153_561, 860, "Где мой заказ?\n& co")
        .chat(1)
        .client(32_917_577)
        .sender_chat(1)
        .name("Ann [a]")
        .email("ann@example.com")
}

fn message() -> AddMessage {
    AddMessage::new(153_561, 860, "Hi")
}

fn added() -> Value {
    json!({
        "chat_id": 1, "company_id": 153_561, "ticket_id": 3_409_849, "channel_id": 860,
        "client_id": 11_115_637,
    })
}

fn sent() -> Value {
    json!({"status": "success", "chat_id": 675, "ticket_id": 4501})
}

fn changed() -> Value {
    json!({"chat_id": "675", "user_id": "17", "url": "https://secure.usedesk.com/chats/675"})
}

fn read<O: Operation>(operation: &O, body: &Value) -> O::Output {
    judge(operation, Ok(response(200, body.to_string()))).expect("readable")
}

#[test]
fn on_the_wire_all_parameters_and_few() {
    let messages = [full_message(), message()];
    let both = messages.map(|message| on_the_wire(&message)).join("\n\n");
    insta::assert_snapshot!("chat_add_message", both);
    let send = SendMessage::new(675, 17, "a & b");
    insta::assert_snapshot!("chat_send_message", on_the_wire(&send));
    let change = ChangeAssignee::new(675, 17);
    insta::assert_snapshot!("chat_change_assignee", on_the_wire(&change));
}

#[test]
fn php_reads_what_was_meant() {
    let Some(php) = Php::start("chats_php_reads_what_was_meant") else { return };
    let from = json!({
        "client_id": 32_917_577, "chat_id": 1, "name": "Ann [a]", "email": "ann@example.com",
    });
    let meant = json!({
        "company_id": 153_561, "channel_id": 860, "chat_id": 1,
        "message": {"text": "Где мой заказ?\n& co", "from": from},
    });
    assert_php_reads(&php, &full_message(), meant);
    let meant = json!({"company_id": 153_561, "channel_id": 860, "message": {"text": "Hi"}});
    assert_php_reads(&php, &message(), meant);
    let meant = json!({"chat_id": 675, "user_id": 17, "text": "<b>"});
    assert_php_reads(&php, &SendMessage::new(675, 17, "<b>"), meant);
    assert_php_reads(&php, &ChangeAssignee::new(675, 17), json!({"chat_id": 675, "user_id": 17}));
}

#[test]
fn php_reads_any_texts() {
    let Some(php) = Php::start("chats_php_reads_any_texts") else { return };
    let name = || option::of(text(1..=20, &[]));
    let mut runner =
        TestRunner::new(ProptestConfig { cases: MESSAGES, ..ProptestConfig::default() });
    let result = runner.run(&(text(1..=60, &[]), name(), name()), |(text, name, email)| {
        let mut message = AddMessage::new(1, 2, &*text);
        let mut meant = json!({"company_id": 1, "channel_id": 2, "message": {"text": text}});
        if let Some(name) = name {
            message = message.name(&*name);
            meant["message"]["from"]["name"] = name.into();
        }
        if let Some(email) = email {
            message = message.email(&*email);
            meant["message"]["from"]["email"] = email.into();
        }
        assert_php_reads(&php, &message, meant);
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

#[test]
fn all_violations_in_a_fixed_order() {
    let message =
        AddMessage::new(0, MAX_ID + 1, "").chat(0).client(0).sender_chat(0).name("").email("");
    insta::assert_snapshot!(violations(&message, Encoding::Form).join("\n"), @r"
    company_id must be at least 1, found 0
    channel_id must be at most 9223372036854775807, found 9223372036854775808
    chat_id must be at least 1, found 0
    message[text] must not be empty, found an empty text
    message[from][client_id] must be at least 1, found 0
    message[from][chat_id] must be at least 1, found 0
    message[from][name] must not be empty, found an empty text
    message[from][email] must not be empty, found an empty text
    ");
    insta::assert_snapshot!(violations(&SendMessage::new(0, 0, ""), Encoding::Json).join("\n"), @r"
    chat_id must be at least 1, found 0
    user_id must be at least 1, found 0
    text must not be empty, found an empty text
    ");
    insta::assert_snapshot!(violations(&ChangeAssignee::new(0, 0), Encoding::Json).join("\n"), @r"
    chat_id must be at least 1, found 0
    user_id must be at least 1, found 0
    ");
}

#[test]
fn responses_as_documented() {
    let (added, sent, changed) = (
        read(&message(), &added()),
        read(&SendMessage::new(675, 17, "Hi"), &sent()),
        read(&ChangeAssignee::new(675, 17), &changed()),
    );
    insta::assert_snapshot!(
        "responses_as_documented",
        format!("{added:#?}\n{sent:#?}\n{changed:#?}")
    );
    let json = serde_json::to_value(&added).unwrap();
    assert_eq!(serde_json::from_value::<MessageAdded>(json).unwrap(), added);
    let json = serde_json::to_value(&sent).unwrap();
    assert_eq!(serde_json::from_value::<MessageSent>(json).unwrap(), sent);
    let json = serde_json::to_value(&changed).unwrap();
    assert_eq!(serde_json::from_value::<AssigneeChanged>(json).unwrap(), changed);
}

#[test]
fn responses_in_every_representation() {
    for empty in [json!(null), json!(0), json!("0"), json!(""), json!(false), json!([])] {
        let body = json!({"chat_id": "5603949", "ticket_id": empty, "client_id": empty});
        let added = read(&message(), &body);
        assert_eq!((added.chat_id, added.ticket_id), (ChatId(5_603_949), None));
        assert_eq!(added.client_id, None);

        let body = json!({"status": "success", "ticket_id": empty});
        let sent = read(&SendMessage::new(675, 17, "Hi"), &body);
        assert_eq!((sent.chat_id, sent.ticket_id), (None, None));
    }
    let sent = json!({"status": "success", "chat_id": "675", "ticket_id": "4501"});
    let sent = read(&SendMessage::new(675, 17, "Hi"), &sent);
    assert_eq!((sent.chat_id, sent.ticket_id), (Some(ChatId(675)), Some(TicketId(4501))));

    let changed = read(&ChangeAssignee::new(675, 17), &json!({"chat_id": 675, "user_id": 17}));
    assert_eq!((changed.user_id, changed.url), (Some(UserId(17)), None));
}

/// The documented response for a channel that is not a chat.
#[test]
fn a_channel_that_is_not_a_chat_is_rejected() {
    let error = judge(&message(), Ok(response(200, r#"{"status": false}"#))).expect_err("rejected");
    assert_eq!((error.kind(), error.message()), (ErrorKind::Rejected, None));
}

#[test]
fn responses_without_success_are_errors() {
    let send = SendMessage::new(675, 17, "Hi");
    for (body, kind) in [
        (r#"{"status": "failed"}"#, ErrorKind::Rejected),
        (r#"{"status": "queued"}"#, ErrorKind::Rejected),
        (r#"{"status": "success", "error": "no"}"#, ErrorKind::Rejected),
        ("{}", ErrorKind::Decode),
        ("[]", ErrorKind::Decode),
        (r#"{"chat_id": 675}"#, ErrorKind::Decode),
    ] {
        let error = judge(&send, Ok(response(200, body))).expect_err("no success");
        assert_eq!(error.kind(), kind, "{body}");
    }
    for body in ["{}", r#"{"ticket_id": 4501}"#] {
        let error = judge(&message(), Ok(response(200, body))).expect_err("no chat");
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
        let change = ChangeAssignee::new(675, 17);
        let error = judge(&change, Ok(response(200, body))).expect_err("no chat");
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
    }
}

#[test]
fn safety_of_each_operation() {
    assert_eq!(AddMessage::SAFETY, Safety::Once);
    assert_eq!(SendMessage::SAFETY, Safety::Once);
    assert_eq!(ChangeAssignee::SAFETY, Safety::Idempotent);
}

#[test]
fn any_response_decodes_or_is_an_error() {
    reads_anything::<AddMessage>(&added());
    reads_anything::<SendMessage>(&sent());
    reads_anything::<ChangeAssignee>(&changed());
}
