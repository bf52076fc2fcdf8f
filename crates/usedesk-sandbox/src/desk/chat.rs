//! Conversations in chats. Each is a ticket, too, whose comments are its messages.

use std::collections::BTreeMap;

use super::{ClientEmail, Comment, Desk, Ticket, now};
use crate::api_error::{ApiError, ErrorCode};

/// The subject of a ticket is the start of the chat, this many characters of it.
const SUBJECT_LENGTH: usize = 255;

/// A conversation in a channel of the type `chat`.
#[derive(Clone, Copy)]
pub(crate) struct Chat {
    pub(crate) id: u64,
    pub(crate) client_id: u64,
    pub(crate) ticket_id: u64,
}

/// Who says something.
#[derive(Clone, Copy)]
pub(crate) enum Author {
    Agent(u64),
    Client(u64),
}

impl Desk {
    pub(crate) fn known_chat(&self, id: u64) -> Result<Chat, ApiError> {
        let chat = self.chats.iter().find(|chat| chat.id == id);
        chat.copied()
            .ok_or_else(|| ErrorCode::UnknownChat.because(format_args!("there is no chat {id}")))
    }

    /// Begins a chat with what a client says, and its ticket.
    pub(crate) fn open_chat(&mut self, channel_id: u64, client_id: u64, text: &str) -> Chat {
        let (id, ticket_id) = (self.chat_ids.take(), self.ticket_ids.take());
        let chat = Chat { id, client_id, ticket_id };
        let mut message = self.message(chat, Author::Client(client_id), text);
        message.is_first = 1;
        self.chats.push(chat);
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
            tags: Vec::new(),
            fields: BTreeMap::new(),
            published_at: message.published_at.clone(),
            last_updated_at: message.published_at.clone(),
            comments: vec![message],
            changes: Vec::new(),
        });
        chat
    }

    /// Adds a message to a chat. That of an agent is an action, which opens a new ticket.
    pub(crate) fn say(&mut self, chat: Chat, author: Author, text: &str) {
        let message = self.message(chat, author, text);
        let Some(mut ticket) = self.ticket(chat.ticket_id).cloned() else { return };
        if message.user_id.is_some() {
            ticket.open_if_new();
        }
        let agent = message.user_id;
        ticket.comments.push(message);
        self.replace_ticket(ticket, agent);
    }

    /// Takes in someone who writes for the first time.
    pub(crate) fn add_guest(&mut self, name: String, email: Option<String>) -> u64 {
        let id = self.add_client();
        let emails = email.map(|email| ClientEmail { id: self.contact_ids.take(), email });
        if let Some(client) = self.clients.iter_mut().find(|client| client.id == id) {
            client.name = name;
            client.emails.extend(emails);
        }
        id
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
