//! Documented requests in each encoding.

use serde_json::{Value, json};

pub(super) const SECRET: &str = "5f2c9a";

const BOUNDARY: &str = "------7dK2b";

pub(super) const JSON: &str = "application/json";
pub(super) const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";
pub(super) const MULTIPART: &str = "multipart/form-data; boundary=------7dK2b";

/// A webhook of each kind. Values whose type is kept are texts, so that a form has the same.
pub(super) fn events() -> Vec<(&'static str, Value)> {
    vec![
        ("ticket_created", ticket_created()),
        ("ticket_changed", ticket_changed()),
        ("comment_created", comment_created()),
        ("rating", rating()),
        ("chat", chat()),
        ("whatsapp_delivery", whatsapp_delivery()),
        ("ping", json!({"ping": true})),
        ("empty", json!({"secret": SECRET})),
        (
            "agent_reply",
            json!({"secret": SECRET, "message": "Hi", "user_id": "17", "user_name": "Ann"}),
        ),
        ("unknown", json!({"secret": SECRET, "mood": {"before": "bad", "after": "good"}})),
    ]
}

pub(super) fn ticket_created() -> Value {
    json!({
        "secret": SECRET,
        "ticket": {
            "id": "4501", "status_id": 8, "subject": "Счёт", "client_id": 901,
            "assignee_id": null, "group": "0", "last_updated_at": "2024-05-01 12:34:56",
            "channel_id": 3, "email": "ann@example.com", "published_at": "2024-05-01 12:34:56",
            "company_id": 1, "additional_id": null, "message": "<p>Hi & bye</p>",
            "files": ["https://files.example/a.pdf?x=1&y=2"],
            "custom_fields": [{"id": 31, "name": "City", "value": "Riga"}],
            "custom_blocks": [
                {"name": "Orders", "url": "https://blocks.example", "secret_key": "b10ck5"},
            ],
        },
        "client": client(),
    })
}

fn ticket_changed() -> Value {
    json!({
        "secret": SECRET,
        "trigger": {
            "id": 5, "trigger_id": null, "user_id": 17, "ticket_id": 4501,
            "data": [
                {"target": "status_id", "value": "2", "old_value": "8"},
                {"target": "new_tags", "value": ["billing", "refund"]},
                {"target": "sla_close_time", "sla_id": 4},
                {"target": "mood", "value": "good"},
            ],
            "changed_at": "2024-05-02 00:00:00", "old_status": 8, "new_status": 2, "company_id": 1,
        },
        "client": client(),
        "assignee_id": 17,
        "custom_fields": [{"ticket_field_id": 31, "name": "City", "value": "Riga"}],
        "custom_blocks": [],
    })
}

fn comment_created() -> Value {
    json!({
        "secret": SECRET,
        "comment": {
            "id": 11, "message": "<b>Hi</b>", "from": "client", "type": "public",
            "user_id": null, "client_id": 901, "ticket_id": 4501, "is_first": 0, "delivered": 1,
            "readed": 0, "published_at": "2024-05-01 12:34:56", "file": null,
            "files": [
                "https://files.example/a.pdf",
                {"name": "b.png", "file": "https://files.example/b.png"},
            ],
        },
        "client": client(),
        "assignee_id": 17,
        "custom_fields": [{"id": 31, "name": "City", "value": "Riga"}],
    })
}

fn rating() -> Value {
    json!({
        "secret": SECRET,
        "csi": {
            "id": 6, "user_id": 17, "client_id": 901, "ticket_id": 4501, "rating": 5,
            "company_id": 1, "ticket_comment_id": 11, "comment": "quick",
            "created_at": "2024-05-03 10:00:00", "updated_at": "0000-00-00 00:00:00",
        },
    })
}

pub(super) fn chat() -> Value {
    json!({
        "chat_id": 77, "text": "0", "client_id": 901, "client": client(), "from": "client",
        "platform": "usedesk_tg", "secret": SECRET, "state": null,
        "ticket": {
            "id": 4501, "status_id": 1, "subject": "Chat", "client_id": 901, "message": "Hello",
            "files": [], "custom_fields": [{"id": 32, "name": "Paid", "value": "true"}],
        },
    })
}

pub(super) fn whatsapp_delivery() -> Value {
    json!({
        "message_status": {
            "delivery_status": "DELIVERED", "comment_id": 11, "extras": {"ticket_id": 4501},
        },
    })
}

fn client() -> Value {
    json!({
        "id": 901, "name": "Ann", "avatar": null, "note": "pays late",
        "emails": [{"email": "ann@example.com", "client_id": 901}],
        "phones": [{"phone": "+371 20000000", "type": "mobile", "client_id": 901}],
        "additional_ids": [{"value": "A-7", "client_id": 901}],
    })
}

pub(super) fn block() -> Value {
    json!({
        "ticket_id": 4501, "subject": "Invoice", "client_id": 901, "contact": "ann@example.com",
        "channel_type": "email", "channel_id": 3, "from_email": "ann@example.com",
        "from_id": "ann",
        "client_data": {
            "name": "Ann", "emails": ["ann@example.com"],
            "phones": [{"type": "mobile", "phone": "+371 20000000"}],
            "social_services": [{"type": "vk", "url": "https://vk.example/ann", "uid": "8"}],
            "addresses": [
                {"country": "LV", "city": "Riga", "address": "Brivibas 1", "type": "home"},
            ],
            "messengers": [{"type": "telegram", "id": "@ann"}],
            "sites": ["https://ann.example"],
        },
        "channel_data": {"type": "email", "data": "x", "id": "3"},
        "is_auto_load": "1",
        "secret_key": SECRET,
        "shop": "north",
        "filter": {"state": "open", "years": ["2023", "2024"]},
    })
}

/// Encodes a payload in every encoding, as content type and body.
pub(super) fn encodings(payload: &Value) -> [(&'static str, Vec<u8>); 3] {
    let parameters = parameters(payload);
    [
        (JSON, payload.to_string().into_bytes()),
        (FORM, form(&parameters).into_bytes()),
        (MULTIPART, multipart(&parameters)),
    ]
}

/// Returns names and values like PHP's `http_build_query`: without nulls, flags as 0 and 1.
fn parameters(payload: &Value) -> Vec<(String, String)> {
    fn add(name: &str, value: &Value, parameters: &mut Vec<(String, String)>) {
        let inner = |key: &str| {
            if name.is_empty() { key.to_owned() } else { format!("{name}[{key}]") }
        };
        match value {
            Value::Null => {}
            Value::Bool(on) => parameters.push((name.to_owned(), u8::from(*on).to_string())),
            Value::Number(number) => parameters.push((name.to_owned(), number.to_string())),
            Value::String(text) => parameters.push((name.to_owned(), text.clone())),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    add(&inner(&index.to_string()), item, parameters);
                }
            }
            Value::Object(members) => {
                for (key, member) in members {
                    add(&inner(key), member, parameters);
                }
            }
        }
    }
    let mut parameters = Vec::new();
    add("", payload, &mut parameters);
    parameters
}

pub(super) fn form(parameters: &[(String, String)]) -> String {
    let escape = |text: &str| -> String {
        let plain = |byte: u8| byte.is_ascii_alphanumeric();
        let one = |byte: u8| match byte {
            b' ' => "+".to_owned(),
            _ if plain(byte) => char::from(byte).to_string(),
            _ => format!("%{byte:02x}"),
        };
        text.bytes().map(one).collect()
    };
    let pairs: Vec<_> = parameters
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect();
    pairs.join("&")
}

/// Encodes a multipart body with an extra file.
pub(super) fn multipart(parameters: &[(String, String)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in parameters {
        let name = name.replace('"', "\\\"");
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\
             Content-Type: text/plain; charset=UTF-8\r\n\r\n{value}\r\n"
        );
        body.extend_from_slice(head.as_bytes());
    }
    let file = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"upload\"; filename=\"a;b.bin\"\r\n\r\n"
    );
    body.extend_from_slice(file.as_bytes());
    body.extend_from_slice(b"\xff\xfe\r\n--");
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    body
}
