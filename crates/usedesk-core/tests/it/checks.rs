//! The checks of an operation that a user writes: the same as those of this crate.

use std::borrow::Cow;

use serde::Serialize;
use usedesk_core::{
    AsNumber, AsText, Encoding, GroupId, MAX_ID, Method, Minute, Operation, Rule, Safety, TicketId,
    TicketPriority, TicketStatus, UtcDateTime, Value, Violations, quote,
};

use crate::support::violations;

/// An identifier of a user's own.
#[derive(Clone, Copy, Serialize)]
struct MacroId(u64);

impl AsNumber for MacroId {
    fn as_number(&self) -> Option<u64> {
        Some(self.0)
    }
}

/// A text of a user's own.
#[derive(Serialize)]
struct Hotkey(String);

impl AsText for Hotkey {
    fn as_text(&self) -> Option<&str> {
        Some(&self.0)
    }
}

#[derive(Serialize)]
struct RunMacro {
    macro_id: MacroId,
    ticket_ids: Vec<TicketId>,
    group_id: Option<GroupId>,
    status: Option<TicketStatus>,
    priority: Option<TicketPriority>,
    hotkey: Option<Hotkey>,
    note: Option<String>,
    tags: Vec<String>,
    times: u32,
    at: Option<Minute>,
}

impl Operation for RunMacro {
    type Output = Value;

    const NAME: &'static str = "run_macro";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Once;

    fn path(&self) -> Cow<'_, str> {
        "/macro".into()
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("macro_id", self.macro_id);
        violations.check_ids("ticket_ids", &self.ticket_ids);
        violations.check_id("group_id", self.group_id);
        violations.check_id("status", self.status);
        violations.check_not_empty("priority", &self.priority);
        violations.check_length("hotkey", &self.hotkey, 2..=3);
        violations.check_length("note", self.note.as_deref(), 1..=5);
        for tag in &self.tags {
            violations.check_without(format_args!("tags[{tag}]"), tag, ';');
        }
        violations.check_joined_length("tags", &self.tags, "; ", 6);
        violations.check_range("times", u64::from(self.times), 1..=10);
        violations.check_minute("at", self.at);
        if self.note.as_deref() == Some("no\n") {
            violations.push("note", Rule::Custom("be polite".into()), quote("no\n"));
        }
        violations.check_change(self.times != 7);
    }
}

fn lines(operation: &RunMacro) -> String {
    violations(operation, Encoding::Json).join("\n")
}

#[test]
fn the_checks_of_an_operation_of_a_user() {
    let time = |text: &str| Minute::floor(UtcDateTime::from_civil(text.parse().expect("a time")));
    let valid = RunMacro {
        macro_id: MacroId(1),
        ticket_ids: vec![TicketId(1), TicketId(MAX_ID)],
        group_id: None,
        status: None,
        priority: None,
        hotkey: None,
        note: None,
        tags: vec!["a".to_owned(), "bcd".to_owned()],
        times: 1,
        at: None,
    };
    assert_eq!(lines(&valid), "");
    let invalid = RunMacro {
        macro_id: MacroId(0),
        ticket_ids: vec![TicketId(1), TicketId(MAX_ID + 1)],
        group_id: Some(GroupId(0)),
        status: Some(TicketStatus::Other(0)),
        priority: Some("".into()),
        hotkey: Some(Hotkey("я".to_owned())),
        note: Some(String::new()),
        tags: vec!["a;".to_owned(), "bcd".to_owned()],
        times: 11,
        at: Some(time("2024-05-01 12:34:56")),
    };
    insta::assert_snapshot!(lines(&invalid), @r#"
    macro_id must be at least 1, found 0
    ticket_ids must be at most 9223372036854775807, found 9223372036854775808
    group_id must be at least 1, found 0
    status must be at least 1, found 0
    priority must not be empty, found an empty text
    hotkey must have at least 2 characters, found 1
    note must not be empty, found an empty text
    tags[a;] must not contain ';', found "a;"
    tags must have at most 6 characters, found 7
    times must be at most 10, found 11
    "#);
    let other = RunMacro {
        hotkey: Some(Hotkey("long".to_owned())),
        note: Some("no\n".to_owned()),
        times: 7,
        at: Some(time("-000001-05-01T00:00:00")),
        ..valid
    };
    insta::assert_snapshot!(lines(&other), @r#"
    hotkey must have at most 3 characters, found 4
    at must be in the year 0 or later, found -001-05-01 00:00
    note must be polite, found "no\n"
    (parameters) must change something, found nothing to change
    "#);
}

/// An empty text has the same message wherever a text must not be empty.
#[test]
fn an_empty_text_breaks_one_rule() {
    let mut violations = Violations::default();
    violations.check_not_empty("a", "");
    violations.check_length("a", Some(&String::new()), 1..=10);
    assert_eq!(violations.len(), 2);
    assert!(violations.iter().all(|violation| *violation.rule() == Rule::NotEmpty));
    assert_eq!(Rule::MinLength(1).to_string(), Rule::NotEmpty.to_string());
}
