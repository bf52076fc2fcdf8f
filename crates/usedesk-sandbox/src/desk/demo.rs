//! The demo data, as listed in `docs/sandbox.md`.

use std::collections::BTreeMap;

use super::{
    Agent, Channel, Client, ClientEmail, Comment, Desk, Field, FieldKind, FieldOption, Files,
    Group, KnowledgeBase, Serial, Ticket,
};

impl Desk {
    /// Creates the demo desk, served at `url`.
    pub(crate) fn demo(url: &str) -> Self {
        Self {
            company_id: 1,
            base_url: url.to_owned(),
            tickets: vec![invoice_ticket(), parcel_ticket()],
            clients: vec![
                client(901, "Maria Silva", "maria@example.com", "2026-10-05 08:30:00"),
                client(902, "John Smith", "john@example.com", "2026-11-03 16:40:00"),
            ],
            agents: vec![anna(), leo()],
            groups: vec![
                Group { id: 5, name: "Support".to_owned() },
                Group { id: 6, name: "Billing".to_owned() },
            ],
            fields: vec![
                field(31, "City", FieldKind::Text, None, vec![]),
                field(32, "Invoice paid", FieldKind::Checkbox, None, vec![]),
                field(
                    33,
                    "Product",
                    FieldKind::List,
                    None,
                    vec![
                        option(506, "Basic", None),
                        option(507, "Standard", None),
                        option(508, "Premium", None),
                    ],
                ),
                field(
                    71,
                    "Region",
                    FieldKind::Nested,
                    None,
                    vec![option(9, "Europe", None), option(10, "Asia", None)],
                ),
                field(
                    72,
                    "Country",
                    FieldKind::Nested,
                    Some(71),
                    vec![option(15, "Latvia", Some(9)), option(16, "Japan", Some(10))],
                ),
            ],
            channels: vec![
                channel(3, "Support mailbox", "email", Some("support@example.com")),
                channel(4, "Website chat", "chat", None),
                channel(6, "WhatsApp", "whatsapp", None),
            ],
            chats: Vec::new(),
            knowledge_base: KnowledgeBase::demo(),
            agent_ids: Serial::after(18),
            chat_ids: Serial::after(7000),
            tags: Vec::new(),
            client_companies: Vec::new(),
            files: Files::served_at(url),
            ticket_ids: Serial::after(4502),
            comment_ids: Serial::after(8002),
            client_ids: Serial::after(902),
            contact_ids: Serial::after(902),
            client_company_ids: Serial::after(0),
            change_ids: Serial::after(0),
            effects: Vec::new(),
        }
    }
}

fn channel(id: u64, name: &str, kind: &str, email: Option<&str>) -> Channel {
    let email = email.map(str::to_owned);
    Channel { id, name: name.to_owned(), kind: kind.to_owned(), email }
}

/// Creates a client whose only email has the same id.
fn client(id: u64, name: &str, email: &str, created_at: &str) -> Client {
    Client {
        id,
        name: name.to_owned(),
        position: None,
        note: None,
        vip: false,
        spammer: false,
        avatar: None,
        zendesk_id: None,
        client_company: None,
        emails: vec![ClientEmail { id, email: email.to_owned() }],
        phones: Vec::new(),
        messengers: Vec::new(),
        sites: Vec::new(),
        addresses: Vec::new(),
        created_at: created_at.to_owned(),
        updated_at: created_at.to_owned(),
    }
}

fn invoice_ticket() -> Ticket {
    Ticket {
        id: 4501,
        subject: "Invoice is wrong".to_owned(),
        status: 8,
        priority: "medium".to_owned(),
        kind: "question".to_owned(),
        client_id: 901,
        group: Some(5),
        assignee: Some(17),
        channel_id: 3,
        additional_id: String::new(),
        remind_at: None,
        tags: Vec::new(),
        fields: BTreeMap::new(),
        comments: vec![Comment {
            id: 8001,
            message: "<p>Hello, my invoice for October is <b>wrong</b>.</p>".to_owned(),
            from: "client".to_owned(),
            kind: "public".to_owned(),
            user_id: None,
            client_id: Some(901),
            ticket_id: 4501,
            is_first: 1,
            delivered: 1,
            readed: 0,
            published_at: "2026-11-02 09:15:00".to_owned(),
            files: Vec::new(),
            cc: Vec::new(),
            bcc: Vec::new(),
        }],
        changes: Vec::new(),
        published_at: "2026-11-02 09:15:00".to_owned(),
        last_updated_at: "2026-11-02 09:15:00".to_owned(),
    }
}

fn parcel_ticket() -> Ticket {
    Ticket {
        id: 4502,
        subject: "Where is my parcel?".to_owned(),
        status: 1,
        priority: "low".to_owned(),
        kind: "question".to_owned(),
        client_id: 902,
        group: None,
        assignee: None,
        channel_id: 3,
        additional_id: String::new(),
        remind_at: Some("2026-11-06 10:00:00".to_owned()),
        tags: Vec::new(),
        fields: BTreeMap::new(),
        comments: vec![Comment {
            id: 8002,
            message: "<p>It should have come on Monday.</p>".to_owned(),
            from: "client".to_owned(),
            kind: "public".to_owned(),
            user_id: None,
            client_id: Some(902),
            ticket_id: 4502,
            is_first: 1,
            delivered: 1,
            readed: 1,
            published_at: "2026-11-03 16:40:00".to_owned(),
            files: Vec::new(),
            cc: Vec::new(),
            bcc: Vec::new(),
        }],
        changes: Vec::new(),
        published_at: "2026-11-03 16:40:00".to_owned(),
        last_updated_at: "2026-11-03 16:40:00".to_owned(),
    }
}

fn anna() -> Agent {
    Agent {
        id: 17,
        name: "Anna Berg".to_owned(),
        email: "anna@example.com".to_owned(),
        role: "admin".to_owned(),
        position: "Head of support".to_owned(),
        phone: Some("+371 2000 0017".to_owned()),
        lang: "en".to_owned(),
        chat_online: true,
        ticket_online: true,
        avatar: None,
        groups: vec![5],
        default_group: 5,
    }
}

fn leo() -> Agent {
    Agent {
        id: 18,
        name: "Leo Park".to_owned(),
        email: "leo@example.com".to_owned(),
        role: "employee".to_owned(),
        position: "Accountant".to_owned(),
        phone: None,
        lang: "en".to_owned(),
        chat_online: false,
        ticket_online: true,
        avatar: None,
        groups: vec![5, 6],
        default_group: 6,
    }
}

fn field(
    id: u64,
    name: &str,
    kind: FieldKind,
    parent: Option<u64>,
    options: Vec<FieldOption>,
) -> Field {
    Field { id, name: name.to_owned(), kind, parent, options }
}

fn option(id: u64, value: &str, parent: Option<u64>) -> FieldOption {
    FieldOption { id, value: value.to_owned(), parent }
}
