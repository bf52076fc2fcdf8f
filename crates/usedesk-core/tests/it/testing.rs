//! Responses made by hand are decoded as those of the server.

use proptest::prelude::*;
use usedesk_core::clients::GetClient;
use usedesk_core::tickets::{
    ChangedValue, Comment, CreateTicket, GetTicket, ListTickets, TicketRow,
};
use usedesk_core::{ErrorKind, Operation, TicketStatus, UserId, Value, json, testing};

use crate::responses::any_json;
use crate::support::{judge, response};

/// Whether `testing::decode` and a call have the same result.
fn decodes_as_sent<O>(operation: &O, body: &Value) -> Result<(), TestCaseError>
where
    O: Operation<Output: PartialEq + std::fmt::Debug>,
{
    let sent = judge(operation, Ok(response(200, body.to_string())));
    match (testing::decode::<O>(body.clone()), sent) {
        (Ok(made), Ok(sent)) => prop_assert_eq!(made, sent),
        (made, sent) => prop_assert_eq!(
            made.map_err(|error| (error.kind(), error.to_string())).err(),
            sent.map_err(|error| (error.kind(), error.to_string())).err()
        ),
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_json_decodes_as_sent(body in any_json()) {
        decodes_as_sent(&ListTickets::new(), &body)?;
        decodes_as_sent(&GetTicket::new(4501), &body)?;
        decodes_as_sent(&GetClient::new(901), &body)?;
        decodes_as_sent(&CreateTicket::new("Letter", "Text").client(901), &body)?;
    }
}

#[test]
fn parts_of_responses() {
    let row: TicketRow = testing::decode_part(json!({"id": "4501", "status": "2"})).expect("a row");
    assert_eq!(row.status, Some(TicketStatus::Solved));
    // Not an API error.
    let comment: Comment = testing::decode_part(json!({"id": 1, "message": "Hi"})).expect("read");
    assert_eq!(comment.message, "Hi");
    assert!(testing::decode_part::<Comment>(json!({"message": "Hi"})).is_err());
    let error = testing::decode::<ListTickets>(json!(null)).expect_err("no list");
    assert_eq!(error.kind(), ErrorKind::Decode);
}

/// There is no token to redact.
#[test]
fn error_messages_made_by_hand_are_not_redacted() {
    for message in ["a\0b", "a \0 b", "a %00 b", "a &#0; b"] {
        let error = testing::decode::<GetTicket>(json!({"error": message})).expect_err("an error");
        assert_eq!(error.message(), Some(message));
        assert!(!error.to_string().contains("[redacted]"), "{error}");
    }
}

#[test]
fn changed_values_by_their_target() {
    let changed = |value: Value| testing::decode_part::<ChangedValue>(value).expect("an object");
    let status = changed(json!({"target": "status_id", "value": 2, "old_value": "x"}));
    let status = status.status().expect("a status");
    assert_eq!((status.old, status.new), (None, Some(TicketStatus::Solved)));
    for target in ["assignee", "assignee_id"] {
        let changed = changed(json!({"target": target, "value": {"id": "17"}, "old_value": 0}));
        let assignee = changed.assignee().expect("an agent");
        assert_eq!((assignee.old, assignee.new), (None, Some(UserId(17))));
        assert_eq!((changed.status(), changed.tags()), (None, None));
    }
    let subject = changed(json!({"target": "subject", "value": "b", "old_value": "a"}));
    let (old, new) = subject.subject().map(|both| (both.old, both.new)).expect("a text");
    assert_eq!((old.as_deref(), new.as_deref()), (Some("a"), Some("b")));
    let field = changed(json!({"target": "ticket_field", "value": 7}));
    assert_eq!(field.field().expect("a text").new.as_deref(), Some("7"));
    for tags in [json!("a, b"), json!("a,b,"), json!(["a", "b"]), json!([{"name": "a"}, "b"])] {
        let changed = changed(json!({"target": "removed_tags", "value": tags}));
        let tags = changed.tags().expect("tags");
        assert_eq!(tags, ["a", "b"]);
    }
    assert_eq!(changed(json!({"target": "new_tags"})).tags(), Some(Vec::new()));
    let removed = changed(json!({"target": "removed_tags", "value": "", "old_value": "a, b"}));
    assert_eq!(removed.tags().as_deref(), Some(&["a".to_owned(), "b".to_owned()][..]));
}
