//! Reading a page of a ticket list, in the spellings that the server was seen to use.

use std::hint::black_box;

use bytes::Bytes;
use http::Response;
use serde::Deserialize;
use serde_json::{Value, json};
use usedesk_core::tickets::ListTickets;
use usedesk_core::{Operation, RawResponse};
use usedesk_sandbox::quirks;

use crate::{Case, Work};

/// The cases of this module.
pub const CASES: &[Case] = &[
    Case { name: "decode/numbers/usedesk", prepare: || ours(numbers(100)) },
    Case { name: "decode/numbers/strict", prepare: || strict(numbers(100)) },
    Case { name: "decode/mixed/usedesk", prepare: || ours(mixed(100)) },
    Case { name: "decode/php/usedesk", prepare: || ours(php(100)) },
    Case { name: "decode/php/strict", prepare: || strict(php(100)) },
    Case { name: "decode/quirks/usedesk", prepare: || ours(quirky(100)) },
];

/// Reads the page as the handles do.
#[must_use]
pub fn ours(page: String) -> Work {
    let response = Response::new(Bytes::from(page));
    Box::new(move || {
        let tickets = ListTickets::decode(&RawResponse::new(black_box(&response)));
        tickets.map_or(0, |tickets| tickets.len())
    })
}

/// Reads the page as a program that trusts the documentation would.
#[must_use]
pub fn strict(page: String) -> Work {
    Box::new(move || {
        let tickets: Result<Vec<Ticket>, _> = serde_json::from_slice(black_box(page.as_bytes()));
        tickets.map_or(0, |tickets| tickets.len())
    })
}

/// As the documentation shows it.
#[derive(Deserialize)]
#[expect(dead_code, reason = "read and not used, as by someone who needs only some of them")]
pub(crate) struct Ticket {
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

/// As documented: numbers are numbers, and texts as they are.
#[must_use]
pub fn numbers(rows: u64) -> String {
    page(1, rows).to_string()
}

/// Every second number is a text.
fn mixed(rows: u64) -> String {
    let mut page = page(1, rows);
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
fn php(rows: u64) -> String {
    quirks::escape(&numbers(rows))
}

/// As the sandbox's quirks write it: numbers are strings, absent is `"0"`, empty lists are `{}`, and
/// texts are escaped.
fn quirky(rows: u64) -> String {
    quirks::to_text(page(1, rows))
}

/// The rows of a page, the first with this id.
#[must_use]
pub fn page(first: u64, rows: u64) -> Value {
    (first..first + rows).map(row).collect()
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
