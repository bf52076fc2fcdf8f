//! Ids and open enums: decoded leniently, encoded without loss.

use std::collections::HashSet;
use std::fmt::Debug;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use usedesk_core::clients::Address;
use usedesk_core::tickets::UpdateTicket;
use usedesk_core::{
    AuthorSide, CommentType, Maybe, RetryPolicy, TicketId, TicketPriority, TicketStatus, TicketType,
};

fn round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> Value {
    let json = serde_json::to_value(value).expect("it serializes");
    assert_eq!(serde_json::from_value::<T>(json.clone()).expect("it deserializes"), *value);
    json
}

proptest! {
    #[test]
    fn open_enums_keep_any_text(text in any::<String>()) {
        prop_assert_eq!(round_trip(&TicketPriority::from(&*text)), json!(text.clone()));
        prop_assert_eq!(round_trip(&TicketType::from(&*text)), json!(text.clone()));
        prop_assert_eq!(round_trip(&CommentType::from(&*text)), json!(text.clone()));
        prop_assert_eq!(round_trip(&AuthorSide::from(&*text)), json!(text.clone()));
    }

    #[test]
    fn a_status_keeps_any_number(number in any::<u64>()) {
        prop_assert_eq!(round_trip(&TicketStatus::from(number)), json!(number));
        let from_text: TicketStatus = serde_json::from_value(json!(number.to_string())).unwrap();
        prop_assert_eq!(from_text, TicketStatus::from(number));
    }

    #[test]
    fn an_id_is_a_number_or_a_string_with_one(number in any::<u64>()) {
        prop_assert_eq!(round_trip(&TicketId(number)), json!(number));
        let from_text: TicketId = serde_json::from_value(json!(number.to_string())).unwrap();
        prop_assert_eq!(from_text, TicketId(number));
        prop_assert_eq!(number.to_string().parse(), Ok(TicketId(number)));
    }

    #[test]
    fn a_signed_id_is_an_id_when_it_is_not_negative(number in any::<i64>()) {
        prop_assert_eq!(TicketId::try_from(number).is_ok(), number >= 0);
    }
}

#[test]
fn known_values_have_their_own_variants() {
    assert_eq!(TicketPriority::from("urgent"), TicketPriority::Urgent);
    assert_eq!(TicketType::from("incident"), TicketType::Incident);
    assert_eq!(CommentType::from("private"), CommentType::Private);
    assert_eq!(AuthorSide::from("user"), AuthorSide::Agent);
    let known = (1..=10).map(TicketStatus::from);
    assert!(known.clone().all(|status| !matches!(status, TicketStatus::Other(_))));
    assert!(known.map(TicketStatus::number).eq(1..=10));
    assert!(matches!(TicketStatus::from(11), TicketStatus::Other(_)));
    assert_eq!(format!("{:?}", TicketStatus::from(11)), "Other(11)");
}

#[test]
fn the_error_of_an_invalid_id_has_the_value() {
    insta::assert_snapshot!(
        "12a".parse::<TicketId>().unwrap_err(),
        @r#"an identifier must be a non-negative integer, found "12a""#
    );
    insta::assert_snapshot!(
        TicketId::try_from(-5_i64).unwrap_err(),
        @"an identifier must be a non-negative integer, found -5"
    );
    for wrong in [json!(-1), json!(1.5), json!("x"), json!(null), json!([]), json!(true)] {
        assert!(serde_json::from_value::<TicketId>(wrong.clone()).is_err(), "{wrong}");
    }
}

/// Each value is one of its enum's values in one way, so derived equality compares by value.
#[test]
fn values_are_equal_by_their_text_or_number() {
    let number = |number: u64| TicketStatus::from(number);
    assert_eq!((number(2), number(11)), (TicketStatus::Solved, number(11)));
    assert_ne!(number(11), number(12));
    let set = HashSet::from([TicketType::Task, TicketType::from("task"), TicketType::from("x")]);
    assert_eq!(set.len(), 2);
}

#[test]
fn setters_of_optional_values() {
    let new = || UpdateTicket::new(4501);
    let none: Option<String> = None;
    assert_eq!(new().maybe(none, UpdateTicket::subject), new());
    assert_eq!(new().maybe(Some("a"), UpdateTicket::subject), new().subject("a"));
    assert_eq!(new().maybe(Some(["a", "b"]), UpdateTicket::tags), new().tags(["a", "b"]));
    assert_eq!(new().maybe(Some(17), UpdateTicket::assignee), new().assignee(17));
    let address =
        Address::new().maybe(Some("Riga"), Address::city).maybe(None::<&str>, Address::street);
    assert_eq!(address, Address::new().city("Riga"));
    let policy = RetryPolicy::default().maybe(Some(2), RetryPolicy::max_attempts);
    assert_eq!(policy, RetryPolicy::default().max_attempts(2));
}
