//! Updating a ticket with every parameter, with the SDK and as one would write it by hand.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::Value;
use usedesk_core::tickets::UpdateTicket;
use usedesk_core::{TicketPriority, TicketStatus, TicketType};

use crate::Failure;

/// As long as real ones.
pub const TOKEN: &str = "0123456789abcdef0123456789abcdef01234567";

/// What a program knows about a change, in types of its own.
pub struct Change {
    ticket: u64,
    subject: String,
    client: u64,
    group: u64,
    assignee: u64,
    author: u64,
    tags: Vec<String>,
    fields: Vec<(u64, String)>,
    lists: Vec<(u64, u64)>,
}

impl Change {
    /// Every parameter of `POST /update/ticket`, with values as in real life.
    #[must_use]
    pub fn example() -> Self {
        Self {
            ticket: 4501,
            subject: "Возврат за заказ 1024 😀".to_owned(),
            client: 90_211,
            group: 7,
            assignee: 17,
            author: 23,
            tags: ["billing", "refund", "vip"].map(str::to_owned).into(),
            fields: [(31, "Riga"), (32, "true"), (33, "507")]
                .map(|(field, value)| (field, value.to_owned()))
                .into(),
            lists: vec![(71, 9), (72, 15)],
        }
    }

    /// With the SDK.
    pub fn operation(&self) -> UpdateTicket {
        let mut update = UpdateTicket::new(self.ticket)
            .subject(&self.subject)
            .client(self.client)
            .group(self.group)
            .assignee(self.assignee)
            .on_behalf_of(self.author)
            .tags(&self.tags)
            .priority(TicketPriority::Urgent)
            .status(TicketStatus::Solved)
            .silent()
            .ticket_type(TicketType::Problem);
        for (field, value) in &self.fields {
            update = update.field(*field, value);
        }
        for &(field, option) in &self.lists {
            update = update.list(field, option);
        }
        update
    }

    /// By hand, as names and values. Nothing is checked.
    #[must_use]
    pub fn pairs(&self) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        let (field_ids, field_values) = self.joined_fields();
        let mut pairs = vec![
            ("api_token".into(), TOKEN.into()),
            ("ticket_id".into(), self.ticket.to_string().into()),
            ("subject".into(), (&self.subject).into()),
            ("client_id".into(), self.client.to_string().into()),
            ("group_id".into(), self.group.to_string().into()),
            ("assignee_id".into(), self.assignee.to_string().into()),
            ("user_id".into(), self.author.to_string().into()),
            ("tag".into(), self.tags.join(", ").into()),
            ("priority".into(), "urgent".into()),
            ("status".into(), "2".into()),
            ("silent".into(), "true".into()),
            ("type".into(), "problem".into()),
            ("field_id".into(), field_ids.into()),
            ("field_value".into(), field_values.into()),
        ];
        for (index, (field, option)) in self.lists.iter().enumerate() {
            pairs.push((format!("lists[{index}][id]").into(), field.to_string().into()));
            pairs.push((format!("lists[{index}][value]").into(), option.to_string().into()));
        }
        pairs
    }

    /// By hand, for serde. Nothing is checked.
    #[must_use]
    pub fn parameters(&self) -> impl Serialize {
        #[derive(Serialize)]
        struct Parameters<'a> {
            api_token: &'a str,
            ticket_id: u64,
            subject: &'a str,
            client_id: u64,
            group_id: u64,
            assignee_id: u64,
            user_id: u64,
            tag: String,
            priority: &'a str,
            status: u64,
            silent: bool,
            r#type: &'a str,
            field_id: String,
            field_value: String,
            lists: Vec<Level>,
        }

        #[derive(Serialize)]
        struct Level {
            id: u64,
            value: u64,
        }

        let (field_id, field_value) = self.joined_fields();
        Parameters {
            api_token: TOKEN,
            ticket_id: self.ticket,
            subject: &self.subject,
            client_id: self.client,
            group_id: self.group,
            assignee_id: self.assignee,
            user_id: self.author,
            tag: self.tags.join(", "),
            priority: "urgent",
            status: 2,
            silent: true,
            r#type: "problem",
            field_id,
            field_value,
            lists: self.lists.iter().map(|&(id, value)| Level { id, value }).collect(),
        }
    }

    fn joined_fields(&self) -> (String, String) {
        let ids: Vec<_> = self.fields.iter().map(|(id, _)| id.to_string()).collect();
        let values: Vec<_> = self.fields.iter().map(|(_, value)| value.as_str()).collect();
        (ids.join(";"), values.join(";"))
    }
}

/// Checks a response by hand: the server reports errors with status 200, too.
///
/// # Errors
///
/// Fails with the error of the response.
pub fn check(status: http::StatusCode, body: &Value) -> Result<(), Failure> {
    if let Some(error) = body.get("error") {
        return Err(format!("{status}: {error}").into());
    }
    if !status.is_success() || body["status"] != "success" {
        return Err(format!("{status}: {body}").into());
    }
    Ok(())
}
