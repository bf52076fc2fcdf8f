//! Reading a page of a ticket list, in the spellings that the server was seen to use.

use std::hint::black_box;

use bytes::Bytes;
use http::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use usedesk_core::tickets::ListTickets;
use usedesk_core::{Operation, PAGE_SIZE, RawResponse};

use crate::{Case, Failure, Work};

/// The cases of this module.
pub const CASES: &[Case] = &[
    Case { name: "decode/plain/usedesk", prepare: || read(plain(), usedesk) },
    Case { name: "decode/plain/value", prepare: || read(plain(), value) },
    Case { name: "decode/plain/strict", prepare: || read(plain(), strict) },
    Case { name: "decode/strings/usedesk", prepare: || read(half_strings(), usedesk) },
    Case { name: "decode/strings/value", prepare: || read(half_strings(), value) },
    // Strict structs cannot read a number in a string.
    Case { name: "decode/php/usedesk", prepare: || read(php(), usedesk) },
    Case { name: "decode/php/value", prepare: || read(php(), value) },
    Case { name: "decode/php/strict", prepare: || read(php(), strict) },
];

fn usedesk(page: &Bytes) -> Result<usize, Failure> {
    let response = Response::new(page.clone());
    let tickets = ListTickets::decode(&RawResponse::new(&response));
    Ok(tickets.map_err(|error| format!("{error:?}"))?.len())
}

/// As a careful program does: accepts numbers in strings and survives a missing member.
fn value(page: &Bytes) -> Result<usize, Failure> {
    let page: Value = serde_json::from_slice(page)?;
    if let Some(error) = page.get("error") {
        return Err(error.to_string().into());
    }
    let rows = page.as_array().ok_or("not a list")?;
    let tickets: Vec<_> =
        rows.iter().map(Ticket::from_value).collect::<Option<_>>().ok_or("no id")?;
    Ok(tickets.len())
}

/// As a program does that trusts the documentation. An error is not a list, so it is not read.
fn strict(page: &Bytes) -> Result<usize, Failure> {
    let tickets: Vec<Ticket> = serde_json::from_slice(page)?;
    Ok(tickets.len())
}

fn read(page: String, decode: fn(&Bytes) -> Result<usize, Failure>) -> Work {
    let page = Bytes::from(page);
    assert_eq!(decode(&page).ok(), Some(PAGE_SIZE));
    Box::new(move || decode(black_box(&page)).unwrap_or_default())
}

/// As the documentation shows it.
#[derive(Deserialize)]
#[expect(dead_code, reason = "read and not used, as by someone who needs only some of them")]
struct Ticket {
    id: u64,
    subject: String,
    status: u64,
    priority: String,
    #[serde(rename = "type")]
    kind: String,
    client_id: u64,
    client_name: String,
    assignee_id: Option<u64>,
    group: Option<u64>,
    channel_id: u64,
    channel_email: Option<String>,
    created_at: String,
    last_updated_at: String,
    last_comment: String,
    remind_at: Option<String>,
    tags: Vec<Tag>,
    #[serde(rename = "ticket_fields")]
    fields: Vec<Field>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "as above")]
struct Tag {
    name: String,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "as above")]
struct Field {
    id: u64,
    name: String,
    value: Option<String>,
}

impl Ticket {
    fn from_value(row: &Value) -> Option<Self> {
        let number = |name: &str| number(&row[name]);
        let text = |name: &str| text(&row[name]);
        Some(Self {
            id: number("id")?,
            subject: text("subject").unwrap_or_default(),
            status: number("status").unwrap_or_default(),
            priority: text("priority").unwrap_or_default(),
            kind: text("type").unwrap_or_default(),
            client_id: number("client_id").unwrap_or_default(),
            client_name: text("client_name").unwrap_or_default(),
            assignee_id: number("assignee_id"),
            group: number("group"),
            channel_id: number("channel_id").unwrap_or_default(),
            channel_email: text("channel_email"),
            created_at: text("created_at").unwrap_or_default(),
            last_updated_at: text("last_updated_at").unwrap_or_default(),
            last_comment: text("last_comment").unwrap_or_default(),
            remind_at: text("remind_at"),
            tags: items(&row["tags"]).filter_map(Tag::from_value).collect(),
            fields: items(&row["ticket_fields"]).filter_map(Field::from_value).collect(),
        })
    }
}

impl Tag {
    fn from_value(tag: &Value) -> Option<Self> {
        Some(Self { name: text(&tag["name"])? })
    }
}

impl Field {
    fn from_value(field: &Value) -> Option<Self> {
        Some(Self {
            id: number(&field["id"])?,
            name: text(&field["name"]).unwrap_or_default(),
            value: text(&field["value"]),
        })
    }
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// As documented: numbers are numbers, and texts are not escaped.
fn plain() -> String {
    page(1).to_string()
}

/// Every second number is a string.
fn half_strings() -> String {
    let mut page = page(1);
    let mut as_text = false;
    each_number(&mut page, &mut |number| {
        as_text = !as_text;
        if as_text {
            *number = Value::from(number.to_string());
        }
    });
    page.to_string()
}

/// As PHP escapes texts: `\u0430` and `\/`.
fn php() -> String {
    let escape = |character: char| match character {
        '/' => "\\/".to_owned(),
        character if character.is_ascii() => character.to_string(),
        character => character
            .encode_utf16(&mut [0; 2])
            .iter()
            .map(|unit| format!("\\u{unit:04x}"))
            .collect::<Vec<_>>()
            .concat(),
    };
    plain().chars().map(escape).collect()
}

/// A full page of tickets, the first with this id.
#[must_use]
pub fn page(first: u64) -> Value {
    (first..first + PAGE_SIZE as u64).map(row).collect()
}

fn row(id: u64) -> Value {
    json!({
        "id": id,
        "subject": format!("Возврат за заказ {id}"),
        "status": id % 10 + 1,
        "priority": "medium",
        "type": "question",
        "client_id": 90_000 + id,
        "client_name": "Мария Иванова",
        "assignee_id": (!id.is_multiple_of(3)).then_some(17),
        "group": (!id.is_multiple_of(4)).then_some(5),
        "channel_id": 3,
        "channel_email": "desk@example.com",
        "created_at": "2026-11-02 09:15:00",
        "last_updated_at": "2026-11-03 16:40:12",
        "last_comment": COMMENT.repeat(5),
        "remind_at": null,
        "tags": if id.is_multiple_of(2) { json!([{"name": "billing"}, {"name": "refund"}]) } else { json!([]) },
        "ticket_fields": [
            {"id": 31, "name": "City", "value": "Riga"},
            {"id": 32, "name": "Invoice paid", "value": null},
            {"id": 33, "name": "Product", "value": "507"},
        ],
    })
}

/// 100 characters or so, with HTML.
const COMMENT: &str = "<p>Здравствуйте! Посылка пришла <b>повреждённой</b>, прошу вернуть деньги за \
                       заказ на карту.</p>\n";

fn each_number(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Number(_) => change(value),
        Value::Array(items) => items.iter_mut().for_each(|item| each_number(item, change)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| each_number(member, change));
        }
        _ => {}
    }
}
