//! The help desk: its tickets, people and fields.

mod agent;
mod channel;
mod chat;
mod chat_messages;
mod client;
mod client_records;
mod demo;
mod demo_knowledge_base;
mod effect;
mod files;
mod history;
mod knowledge_base;
mod lookup;
mod serial;
mod ticket;
mod time;

pub use self::agent::Agent;
pub(crate) use self::channel::Channel;
pub(crate) use self::chat::{Author, Chat};
pub use self::client::{
    Client, ClientAddress, ClientCompany, ClientEmail, ClientMessenger, ClientPhone, ClientSite,
};
pub use self::effect::{Action, Effect};
pub use self::files::CommentFile;
pub(crate) use self::files::{Files, KeptFile, percent_encode};
pub(crate) use self::knowledge_base::{Article, Category, KnowledgeBase, PlacedArticle, Section};
pub(crate) use self::serial::Serial;
pub use self::ticket::{Alteration, Change, Comment, Ticket};
pub(crate) use self::time::now;

use serde::{Deserialize, Serialize};

use crate::api_error::{ApiError, ErrorCode};

/// The state of the help desk.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Desk {
    #[serde(default = "one")]
    pub(crate) company_id: u64,
    /// The base of URLs in responses.
    #[serde(skip)]
    pub(crate) base_url: String,
    #[serde(default)]
    pub(crate) tickets: Vec<Ticket>,
    #[serde(default)]
    pub(crate) clients: Vec<Client>,
    #[serde(default)]
    pub(crate) agents: Vec<Agent>,
    #[serde(default)]
    pub(crate) groups: Vec<Group>,
    #[serde(default)]
    pub(crate) fields: Vec<Field>,
    #[serde(default)]
    pub(crate) channels: Vec<Channel>,
    #[serde(default)]
    pub(crate) chats: Vec<Chat>,
    #[serde(default)]
    pub(crate) knowledge_base: KnowledgeBase,
    /// Every tag a ticket ever had. Never removed: the id of a tag is its index plus 1.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    #[serde(default)]
    pub(crate) client_companies: Vec<ClientCompany>,
    #[serde(default)]
    pub(crate) files: Files,
    #[serde(default, rename = "last_ticket_id")]
    pub(crate) ticket_ids: Serial,
    #[serde(default, rename = "last_comment_id")]
    pub(crate) comment_ids: Serial,
    #[serde(default, rename = "last_client_id")]
    pub(crate) client_ids: Serial,
    /// Ids of emails, phones and all other contacts of clients.
    #[serde(default, rename = "last_contact_id")]
    pub(crate) contact_ids: Serial,
    #[serde(default, rename = "last_client_company_id")]
    pub(crate) client_company_ids: Serial,
    #[serde(default, rename = "last_agent_id")]
    pub(crate) agent_ids: Serial,
    #[serde(default, rename = "last_chat_id")]
    pub(crate) chat_ids: Serial,
    #[serde(default, rename = "last_change_id")]
    pub(crate) change_ids: Serial,
    /// What changed since the effects were last taken.
    #[serde(skip)]
    pub(crate) effects: Vec<Effect>,
}

impl Desk {
    /// Adds a new ticket.
    pub(crate) fn add_ticket(&mut self, ticket: Ticket) {
        self.learn_tags(&ticket);
        self.note("ticket", ticket.id, Action::Created);
        for comment in &ticket.comments {
            self.note("comment", comment.id, Action::Created);
        }
        self.tickets.push(ticket);
    }

    /// Replaces a ticket and records the difference in its history. Does nothing if the ticket is
    /// unchanged.
    pub(crate) fn replace_ticket(&mut self, mut ticket: Ticket, author: Option<u64>) {
        let Some(at) = self.tickets.iter().position(|known| known.id == ticket.id) else {
            return;
        };
        let data = history::compare(&self.tickets[at], &ticket);
        if data.is_empty() {
            return;
        }
        let now = now();
        let effect = Effect::new("ticket", ticket.id, Action::Changed);
        self.effects.push(Effect { data: data.clone(), ..effect });
        for comment in ticket.comments.iter().skip(self.tickets[at].comments.len()) {
            self.note("comment", comment.id, Action::Created);
        }
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

    /// Notes an effect, for the journal.
    pub(crate) fn note(&mut self, item: &'static str, id: u64, action: Action) {
        self.effects.push(Effect::new(item, id, action));
    }

    /// Returns the effects since the last call, in order.
    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    fn learn_tags(&mut self, ticket: &Ticket) {
        for tag in &ticket.tags {
            if !self.tags.contains(tag) {
                self.tags.push(tag.clone());
            }
        }
    }
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) id: u64,
    pub(crate) name: String,
}

/// An additional field of tickets.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    pub(crate) id: u64,
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: FieldKind,
    /// The parent level, in a nested list.
    #[serde(default)]
    pub(crate) parent: Option<u64>,
    #[serde(default)]
    pub(crate) options: Vec<FieldOption>,
}

impl Field {
    /// Finds an option by its id or caption.
    pub(crate) fn option(&self, value: &str) -> Result<&FieldOption, ApiError> {
        let matches =
            |option: &&FieldOption| option.id.to_string() == value || option.value == value;
        let option = self.options.iter().find(matches);
        option.ok_or_else(|| {
            let id = self.id;
            ErrorCode::UnknownOption
                .error(format_args!("the additional field {id} has no option \"{value}\""))
        })
    }
}

/// The type of a field, numbered as `ticket_field_type_id` (EN 51411, RU 49527).
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FieldKind {
    Text = 1,
    List = 2,
    Checkbox = 3,
    /// One level of a nested list.
    Nested = 4,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldOption {
    pub(crate) id: u64,
    pub(crate) value: String,
    /// The option of the parent level that it belongs to.
    #[serde(default)]
    pub(crate) parent: Option<u64>,
}

/// The id of the company, unless a seed has another.
fn one() -> u64 {
    1
}
