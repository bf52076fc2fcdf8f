//! Encoding `POST /update/ticket` with every parameter, and a long text.

use std::hint::black_box;

use serde::Serialize;
use usedesk_core::tickets::UpdateTicket;
use usedesk_core::{Operation, OptionId, TicketPriority, TicketStatus, TicketType};
use usedesk_core::{Violations, encode_form};

use crate::{Case, Work};

/// As long as real ones.
const TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";

const SUBJECT: &str = "Возврат за заказ 1024 😀";

/// The cases of this module.
pub const CASES: &[Case] = &[
    Case {
        name: "encode/usedesk",
        prepare: || {
            let update = update();
            Box::new(move || encode_form(TOKEN, black_box(&update)).as_ref().len())
        },
    },
    Case {
        name: "encode/serde_json",
        prepare: || {
            let plain = Plain::new();
            Box::new(move || serde_json::to_vec(black_box(&plain)).map_or(0, |json| json.len()))
        },
    },
    Case {
        name: "encode/check",
        prepare: || {
            let update = update();
            Box::new(move || {
                let mut violations = Violations::default();
                black_box(&update).check(&mut violations);
                violations.len() + encode_form(TOKEN, black_box(&update)).as_ref().len()
            })
        },
    },
    Case { name: "encode/html/english/usedesk", prepare: || form(html(ENGLISH)) },
    Case { name: "encode/html/english/form_urlencoded", prepare: || pairs(html(ENGLISH)) },
    Case { name: "encode/html/cyrillic/usedesk", prepare: || form(html(CYRILLIC)) },
    Case { name: "encode/html/cyrillic/form_urlencoded", prepare: || pairs(html(CYRILLIC)) },
];

const ENGLISH: &str = "<p class=\"note\">Hello! The parcel came <b>damaged</b>, I'd like my money \
                       back: order №1024 &amp; others.</p>\n";

const CYRILLIC: &str = "<p>Здравствуйте! Посылка пришла <b>повреждённой</b>, прошу вернуть деньги \
                        за заказ на карту.</p>\n";

fn html(line: &str) -> String {
    line.repeat(64 * 1024 / line.len())
}

fn form(message: String) -> Work {
    #[derive(Serialize)]
    struct Comment {
        message: String,
    }

    let comment = Comment { message };
    Box::new(move || encode_form(TOKEN, black_box(&comment)).as_ref().len())
}

fn pairs(message: String) -> Work {
    Box::new(move || {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("api_token", TOKEN).append_pair("message", black_box(&message));
        form.finish().len()
    })
}

fn update() -> UpdateTicket {
    UpdateTicket::new(4501)
        .subject(SUBJECT)
        .client(90_211)
        .group(7)
        .assignee(17)
        .on_behalf_of(23)
        .tags(["billing", "refund", "vip"])
        .priority(TicketPriority::Urgent)
        .status(TicketStatus::Solved)
        .silent()
        .ticket_type(TicketType::Problem)
        .field(31, "Riga")
        .field(32, true)
        .field(33, OptionId(507))
        .list(71, 9)
        .list(72, 15)
}

/// The same data as a plain struct that one would write for JSON by hand.
#[derive(Serialize)]
struct Plain {
    api_token: String,
    ticket_id: u64,
    subject: String,
    client_id: u64,
    group_id: u64,
    assignee_id: u64,
    user_id: u64,
    tag: String,
    priority: String,
    status: u64,
    silent: bool,
    r#type: String,
    field_id: String,
    field_value: String,
    lists: Vec<PlainLevel>,
}

#[derive(Serialize)]
struct PlainLevel {
    id: u64,
    value: u64,
}

impl Plain {
    fn new() -> Self {
        Self {
            api_token: TOKEN.to_owned(),
            ticket_id: 4501,
            subject: SUBJECT.to_owned(),
            client_id: 90_211,
            group_id: 7,
            assignee_id: 17,
            user_id: 23,
            tag: "billing, refund, vip".to_owned(),
            priority: "urgent".to_owned(),
            status: 2,
            silent: true,
            r#type: "problem".to_owned(),
            field_id: "31;32;33".to_owned(),
            field_value: "Riga;true;507".to_owned(),
            lists: vec![PlainLevel { id: 71, value: 9 }, PlainLevel { id: 72, value: 15 }],
        }
    }
}
