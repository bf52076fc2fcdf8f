//! The rules of `update_ticket`: exactly the documented values are accepted.

use proptest::prelude::*;
use usedesk_core::tickets::{GetTicket, UpdateTicket};
use usedesk_core::{Encoding, MAX_ID, OptionId, TicketPriority, TicketStatus, TicketType};

use crate::support::{self, config, text};

fn violations(update: &UpdateTicket) -> Vec<String> {
    support::violations(update, Encoding::Form)
}

fn new() -> UpdateTicket {
    UpdateTicket::new(1)
}

fn is_valid(update: &UpdateTicket) -> bool {
    violations(update).is_empty()
}

#[test]
fn all_violations_in_a_fixed_order() {
    let long_field = "f".repeat(256);
    let update = UpdateTicket::new(0)
        .subject("")
        .client(0)
        .group(MAX_ID + 1)
        .assignee(0)
        .on_behalf_of(0)
        .tags(["", "a,b"])
        .tag("t".repeat(250))
        .priority("much too urgent".into())
        .ticket_type(TicketType::from(""))
        .field(31, "a;b")
        .field(31, &*long_field)
        .field(0, OptionId(0))
        .list(31, 0)
        .list(71, 9)
        .clear_list(71);
    let lines = violations(&update);
    assert_eq!(lines, violations(&update.clone()));
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_violation_has_its_parts() {
    let error = config(Encoding::Form).call(&new().subject("я".repeat(256))).expect_err("too long");
    let violation = error.violations().and_then(|all| all.iter().next()).expect("one");
    assert_eq!(violation.parameter(), "subject");
    assert_eq!(violation.limit(), Some(255));
    assert_eq!(violation.found(), "256");
    assert!(!error.may_have_acted());
}

#[test]
fn an_update_changes_something() {
    let nothing = [new(), new().silent(), new().on_behalf_of(2), new().tags([""; 0])];
    for update in nothing {
        assert_eq!(violations(&update).len(), 1, "{update:?}");
    }
    insta::assert_snapshot!(
        violations(&new().silent()).join("\n"),
        @"(parameters) must change something, found nothing to change"
    );
    assert!(is_valid(&new().silent().status(TicketStatus::Open)));
}

#[test]
fn ids_range_from_1_to_the_largest_php_integer() {
    let with = |id: u64| {
        [
            UpdateTicket::new(id).subject("s"),
            new().client(id),
            new().group(id),
            new().assignee(id),
            new().subject("s").on_behalf_of(id),
            new().field(id, "x"),
            new().field(1, OptionId(id)),
            new().list(id, 1),
            new().list(1, id),
            new().clear_list(id),
        ]
    };
    for update in with(1).iter().chain(&with(MAX_ID)) {
        assert_eq!(violations(update), [""; 0]);
    }
    for update in with(0).iter().chain(&with(MAX_ID + 1)) {
        assert_eq!(violations(update).len(), 1, "{update:?}");
    }
    for id in [0, MAX_ID + 1] {
        assert_eq!(support::violations(&GetTicket::new(id), Encoding::Form).len(), 1);
    }
}

#[test]
fn a_field_can_be_set_once() {
    for update in [
        new().field(1, "a").field(1, "b"),
        new().field(1, "a").list(1, 2),
        new().field(1, "a").clear_list(1),
        new().list(1, 2).list(1, 3),
        new().list(1, 2).clear_list(1),
    ] {
        assert_eq!(violations(&update).len(), 1, "{update:?}");
    }
    assert!(is_valid(&new().field(1, "a").field(2, "a").list(3, 4).clear_list(5)));
}

#[test]
fn all_field_ids_together_have_at_most_255_characters() {
    let fields = |ids: &[u64]| ids.iter().fold(new(), |update, id| update.field(*id, ""));
    // 51 ids of four digits and the 50 semicolons between them are 254 characters.
    let mut ids: Vec<u64> = (1000..1051).collect();
    assert!(is_valid(&fields(&ids)));
    ids[0] = 10_000;
    assert!(is_valid(&fields(&ids)), "255 characters");
    ids[1] = 10_001;
    assert_eq!(violations(&fields(&ids)), ["field_id must have at most 255 characters, found 256"]);
}

#[test]
fn setters_that_replace_and_setters_that_add() {
    assert_eq!(new().tag("a").tags(["b", "c"]).tag("d"), new().tags(["b", "c", "d"]));
    assert_eq!(new().group(1).clear_group(), new().clear_group());
    assert_eq!(new().unassign(), new().clear_assignee().clear_group());
    assert_eq!(new().unassign().assignee(3).group(2), new().assignee(3).group(2));
}

proptest! {
    #[test]
    fn a_subject_has_1_to_255_characters(subject in text(0..=300, &[])) {
        let length = subject.chars().count();
        prop_assert_eq!(is_valid(&new().subject(subject)), (1..=255).contains(&length));
    }

    #[test]
    fn the_limits_count_characters_and_not_bytes(character in any::<char>(), length in 254..=257_usize) {
        let text = String::from_iter(vec![character; length]);
        prop_assert_eq!(is_valid(&new().subject(&*text)), length <= 255);
        prop_assert_eq!(is_valid(&new().field(1, &*text)), length <= 255 && character != ';');
        prop_assert_eq!(is_valid(&new().tag(text)), length <= 255 && character != ',');
    }

    #[test]
    fn a_field_has_up_to_255_characters_and_no_semicolon(value in text(0..=260, &[])) {
        let valid = value.chars().count() <= 255 && !value.contains(';');
        prop_assert_eq!(is_valid(&new().field(1, value)), valid);
    }

    #[test]
    fn tags_are_not_empty_have_no_comma_and_255_characters_in_all(
        tags in proptest::collection::vec(text(0..=60, &[]), 0..8),
    ) {
        let length = tags.join(", ").chars().count();
        let valid = length <= 255 && tags.iter().all(|tag| !tag.is_empty() && !tag.contains(','));
        prop_assert_eq!(is_valid(&new().subject("s").tags(tags)), valid);
    }

    #[test]
    fn words_have_1_to_10_characters(word in text(0..=14, &[])) {
        let valid = (1..=10).contains(&word.chars().count());
        prop_assert_eq!(is_valid(&new().priority(TicketPriority::from(&*word))), valid);
        prop_assert_eq!(is_valid(&new().ticket_type(TicketType::from(&*word))), valid);
    }

    #[test]
    fn any_status_that_php_can_hold_is_accepted(number in any::<u64>()) {
        prop_assert_eq!(is_valid(&new().status(TicketStatus::from(number))), number <= MAX_ID);
    }

    #[test]
    fn encoding_never_panics(
        ids in proptest::collection::vec(any::<u64>(), 8),
        texts in proptest::collection::vec(any::<String>(), 5),
    ) {
        let update = UpdateTicket::new(ids[0])
            .subject(&*texts[0])
            .client(ids[1])
            .group(ids[2])
            .assignee(ids[3])
            .tags([&*texts[1], &*texts[2]])
            .priority(TicketPriority::from(&*texts[3]))
            .field(ids[4], &*texts[4])
            .list(ids[5], ids[6])
            .clear_list(ids[7]);
        for encoding in [Encoding::Form, Encoding::Json] {
            let _ = config(encoding).call(&update);
        }
    }
}
