//! The help desk itself: its tickets, people and fields.

mod agent;
mod channel;
mod chat;
mod chat_messages;
mod client;
mod client_records;
mod demo;
mod demo_knowledge_base;
mod files;
mod history;
mod knowledge_base;
mod lookup;
mod serial;
mod ticket;

pub use self::agent::Agent;
pub(crate) use self::channel::Channel;
pub(crate) use self::chat::{Author, Chat};
pub use self::client::{
    Client, ClientAddress, ClientCompany, ClientEmail, ClientMessenger, ClientPhone, ClientSite,
};
pub use self::files::CommentFile;
pub(crate) use self::files::{Files, KeptFile};
pub(crate) use self::knowledge_base::{Article, Category, KnowledgeBase, Placed, Section};
pub(crate) use self::serial::Serial;
pub use self::ticket::{Alteration, Change, Comment, Ticket};

use jiff::Timestamp;

use crate::api_error::{ApiError, ErrorCode};

/// Everything the sandbox knows.
pub(crate) struct Desk {
    pub(crate) company_id: u64,
    /// Where links in answers lead.
    pub(crate) base_url: String,
    pub(crate) tickets: Vec<Ticket>,
    pub(crate) clients: Vec<Client>,
    pub(crate) agents: Vec<Agent>,
    pub(crate) groups: Vec<Group>,
    pub(crate) fields: Vec<Field>,
    pub(crate) channels: Vec<Channel>,
    pub(crate) chats: Vec<Chat>,
    pub(crate) knowledge_base: KnowledgeBase,
    /// Every tag that a ticket ever had; the place of a tag is its id, so none is removed.
    pub(crate) tags: Vec<String>,
    client_companies: Vec<ClientCompany>,
    pub(crate) files: Files,
    pub(crate) ticket_ids: Serial,
    pub(crate) comment_ids: Serial,
    client_ids: Serial,
    /// For e-mails, phones and everything else that hangs on a client.
    pub(crate) contact_ids: Serial,
    client_company_ids: Serial,
    pub(crate) agent_ids: Serial,
    pub(crate) chat_ids: Serial,
    change_ids: Serial,
}

impl Desk {
    /// Takes in a new ticket.
    pub(crate) fn add_ticket(&mut self, ticket: Ticket) {
        self.learn_tags(&ticket);
        self.tickets.push(ticket);
    }

    /// Puts a changed ticket in the place of the old one and writes its history. A ticket that is
    /// as it was leaves no trace.
    pub(crate) fn replace_ticket(&mut self, mut ticket: Ticket, author: Option<u64>) {
        let Some(at) = self.tickets.iter().position(|known| known.id == ticket.id) else {
            return;
        };
        let data = history::compare(&self.tickets[at], &ticket);
        if data.is_empty() {
            return;
        }
        let now = now();
        ticket.changes.push(Change {
            id: self.change_ids.take(),
            trigger_id: None,
            user_id: author,
            ticket_id: ticket.id,
            data,
            changed_at: now.clone(),
            old_status: self.tickets[at].status,
            new_status: ticket.status,
            company_id: self.company_id,
        });
        ticket.last_updated_at = now;
        self.learn_tags(&ticket);
        self.tickets[at] = ticket;
    }

    fn learn_tags(&mut self, ticket: &Ticket) {
        for tag in &ticket.tags {
            if !self.tags.contains(tag) {
                self.tags.push(tag.clone());
            }
        }
    }
}

pub(crate) struct Group {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
}

/// An additional field of tickets.
pub(crate) struct Field {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
    pub(crate) kind: FieldKind,
    /// The level above, in a nested list.
    pub(crate) parent: Option<u64>,
    pub(crate) options: Vec<FieldOption>,
}

impl Field {
    /// The option that a value names by its id or its caption.
    pub(crate) fn option(&self, value: &str) -> Result<&FieldOption, ApiError> {
        let is_meant =
            |option: &&FieldOption| option.id.to_string() == value || option.value == value;
        let option = self.options.iter().find(is_meant);
        option.ok_or_else(|| {
            let id = self.id;
            ErrorCode::UnknownOption
                .because(format_args!("the additional field {id} has no option \"{value}\""))
        })
    }
}

/// With the numbers of `ticket_field_type_id` (EN 51411, RU 49527).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldKind {
    Text = 1,
    List = 2,
    Checkbox = 3,
    /// One level of a nested list.
    Nested = 4,
}

pub(crate) struct FieldOption {
    pub(crate) id: u64,
    pub(crate) value: &'static str,
    /// The option one level up that it belongs to.
    pub(crate) parent: Option<u64>,
}

/// The form of dates in answers: no zone, taken to be UTC.
pub(crate) fn now() -> String {
    Timestamp::now().strftime("%Y-%m-%d %H:%M:%S").to_string()
}
