//! PHP reads our bodies as meant. The server runs PHP, so a real PHP is the oracle.

use php_oracle::Php;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use test_support::short_or_long;
use usedesk_core::tickets::{FieldValue, UpdateTicket};
use usedesk_core::{Encoding, MAX_ID, OptionId, TicketPriority, TicketStatus, TicketType};

use crate::support::{TOKEN, as_texts, php_reads, text};

/// The parameters that are not a change.
const NO_CHANGE: &[&str] = &["api_token", "ticket_id", "user_id", "silent"];

/// An update and its meaning: the request, and the parameters that the server should read.
#[derive(Clone, Debug)]
struct Case {
    update: UpdateTicket,
    meant: Map<String, Value>,
}

impl Case {
    fn add(
        mut self,
        name: &str,
        value: impl Into<Value>,
        update: impl Fn(UpdateTicket) -> UpdateTicket,
    ) -> Self {
        self.meant.insert(name.to_owned(), value.into());
        self.update = update(self.update);
        self
    }
}

fn id() -> impl Strategy<Value = u64> {
    prop_oneof![3 => 1..=1_000_u64, 1 => 1..=MAX_ID]
}

/// An id or `null`, if any.
fn assignment() -> impl Strategy<Value = Option<Option<u64>>> {
    option::of(option::of(id()))
}

fn field_value() -> impl Strategy<Value = FieldValue> {
    prop_oneof![
        text(0..=20, &[';']).prop_map(FieldValue::from),
        any::<bool>().prop_map(FieldValue::from),
        id().prop_map(|id| FieldValue::from(OptionId(id))),
    ]
}

fn scalars() -> impl Strategy<Value = Case> {
    let optional = (
        option::of(text(1..=60, &[])),
        option::of(id()),
        assignment(),
        assignment(),
        option::of(id()),
        vec(text(1..=12, &[',']), 0..5),
        option::of(prop_oneof![
            Just(TicketPriority::Low),
            Just(TicketPriority::Extreme),
            text(1..=10, &[]).prop_map(|text| TicketPriority::from(&*text)),
        ]),
        option::of((0..=MAX_ID).prop_map(TicketStatus::from)),
        any::<bool>(),
        option::of(Just(TicketType::Incident)),
    );
    (id(), optional).prop_map(|(ticket, optional)| {
        let (subject, client, group, assignee, user, tags, priority, status, silent, kind) =
            optional;
        let mut case = Case { update: UpdateTicket::new(ticket), meant: Map::new() };
        case.meant.insert("api_token".to_owned(), TOKEN.into());
        case.meant.insert("ticket_id".to_owned(), ticket.into());
        if let Some(subject) = subject {
            case = case.add("subject", &*subject, |update| update.subject(&*subject));
        }
        if let Some(client) = client {
            case = case.add("client_id", client, |update| update.client(client));
        }
        match group {
            Some(Some(group)) => case = case.add("group_id", group, |update| update.group(group)),
            Some(None) => case = case.add("group_id", "null", UpdateTicket::clear_group),
            None => {}
        }
        match assignee {
            Some(Some(agent)) => {
                case = case.add("assignee_id", agent, |update| update.assignee(agent));
            }
            Some(None) => case = case.add("assignee_id", "null", UpdateTicket::clear_assignee),
            None => {}
        }
        if let Some(user) = user {
            case = case.add("user_id", user, |update| update.on_behalf_of(user));
        }
        if !tags.is_empty() {
            case = case.add("tag", tags.join(", "), |update| update.tags(tags.clone()));
        }
        if let Some(priority) = priority {
            case =
                case.add("priority", priority.as_str(), |update| update.priority(priority.clone()));
        }
        if let Some(status) = status {
            case = case.add("status", status.number(), |update| update.status(status));
        }
        if silent {
            case = case.add("silent", true, UpdateTicket::silent);
        }
        if let Some(kind) = kind {
            case = case.add("type", kind.as_str(), |update| update.ticket_type(kind.clone()));
        }
        case
    })
}

fn updates() -> impl Strategy<Value = Case> {
    // One map, since a field may appear only once: as a field or as a level of a list.
    let field = prop_oneof![field_value().prop_map(Ok), option::of(id()).prop_map(Err),];
    (scalars(), btree_map(1..=10_000_u64, field, 0..8))
        .prop_map(|(mut case, fields)| {
            let (mut ids, mut values, mut lists) = (Vec::new(), Vec::new(), Vec::new());
            for (id, field) in fields {
                match field {
                    Ok(value) => {
                        ids.push(id.to_string());
                        values.push(value.to_string());
                        case.update = case.update.field(id, value);
                    }
                    Err(option) => {
                        let value = option.map(|option| option.to_string()).unwrap_or_default();
                        lists.push(json!({"id": id, "value": value}));
                        case.update = match option {
                            Some(option) => case.update.list(id, option),
                            None => case.update.clear_list(id),
                        };
                    }
                }
            }
            if !ids.is_empty() {
                case.meant.insert("field_id".to_owned(), ids.join(";").into());
                case.meant.insert("field_value".to_owned(), values.join(";").into());
            }
            if !lists.is_empty() {
                case.meant.insert("lists".to_owned(), lists.into());
            }
            case
        })
        .prop_filter("short tags, and a change", |case| {
            let changes = |name: &String| !NO_CHANGE.contains(&name.as_str());
            case.meant.get("tag").is_none_or(|tags| as_length(tags) <= 255)
                && case.meant.keys().any(changes)
        })
}

fn as_length(text: &Value) -> usize {
    text.as_str().map_or(0, |text| text.chars().count())
}

#[test]
fn php_reads_both_encodings_as_meant() {
    let Some(php) = Php::start("php_reads_both_encodings_as_meant") else { return };
    let cases = short_or_long(200, 2_000);
    let mut runner = TestRunner::new(ProptestConfig { cases, ..ProptestConfig::default() });
    let result = runner.run(&updates(), |case| {
        let meant = Value::Object(case.meant.clone());
        prop_assert_eq!(php_reads(&php, &case.update, Encoding::Form), as_texts(&meant));
        prop_assert_eq!(php_reads(&php, &case.update, Encoding::Json), meant);
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}
