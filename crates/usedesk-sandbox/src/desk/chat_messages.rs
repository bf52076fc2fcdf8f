//! Opens chats and adds messages to them.

use std::collections::BTreeMap;

use super::{Action, Author, Chat, Comment, Desk, Ticket, now};

/// Length of a chat's subject, the start of its first message, in characters.
const SUBJECT_LENGTH: usize = 255;

impl Desk {
    /// Opens a chat and its ticket with a client's first message.
    pub(crate) fn open_chat(&mut self, channel_id: u64, client_id: u64, text: &str) -> Chat {
        let (id, ticket_id) = (self.chat_ids.take(), self.ticket_ids.take());
        let chat = Chat { id, client_id, ticket_id };
        let mut message = self.message(chat, Author::Client(client_id), text);
        message.is_first = 1;
        self.chats.push(chat);
        self.note("chat", id, Action::Created);
        self.add_ticket(Ticket {
            id: ticket_id,
            subject: text.chars().take(SUBJECT_LENGTH).collect(),
            status: Ticket::NEW,
            priority: "medium".to_owned(),
            kind: "question".to_owned(),
            client_id,
            group: None,
            assignee: None,
            channel_id,
            additional_id: String::new(),
            remind_at: None,
            tags: Vec::new(),
            fields: BTreeMap::new(),
            published_at: message.published_at.clone(),
            last_updated_at: message.published_at.clone(),
            comments: vec![message],
            changes: Vec::new(),
        });
        chat
    }

    /// Adds a message to a chat. A message of an agent is an action, which opens a new ticket.
    pub(crate) fn add_message(&mut self, chat: Chat, author: Author, text: &str) {
        let message = self.message(chat, author, text);
        let Some(mut ticket) = self.ticket(chat.ticket_id).cloned() else { return };
        if message.user_id.is_some() {
            ticket.open_if_new();
        }
        let agent = message.user_id;
        self.note("chat", chat.id, Action::Changed);
        ticket.comments.push(message);
        self.replace_ticket(ticket, agent);
    }

    fn message(&mut self, chat: Chat, author: Author, text: &str) -> Comment {
        let (from, user_id, client_id) = match author {
            Author::Agent(id) => ("user", Some(id), None),
            Author::Client(id) => ("client", None, Some(id)),
        };
        Comment {
            id: self.comment_ids.take(),
            message: text.to_owned(),
            from: from.to_owned(),
            kind: "public".to_owned(),
            user_id,
            client_id,
            ticket_id: chat.ticket_id,
            is_first: 0,
            delivered: 1,
            readed: 0,
            published_at: now(),
            files: Vec::new(),
            cc: Vec::new(),
            bcc: Vec::new(),
        }
    }
}
