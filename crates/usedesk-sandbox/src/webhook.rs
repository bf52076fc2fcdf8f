//! Where the desk posts what changes.

use std::fmt;
use std::io;

use crate::desk::{Action, Effect};
use crate::event::{DEFAULT_SECRET, Encoding, Event};
use crate::http;

/// A URL of your server to which the sandbox posts what changes in the desk, whoever changes it. Set
/// with [`Builder::webhook`](crate::Builder::webhook) or
/// [`Sandbox::set_webhooks`](crate::Sandbox::set_webhooks).
///
/// The first event is a ping. Events are sent in order, one at a time, without a retry. By default
/// all of [`WebhookEvent`] are sent, as JSON, with the secret [`DEFAULT_SECRET`].
#[derive(Clone, PartialEq, Eq)]
#[must_use = "a webhook does nothing until the sandbox has it"]
pub struct Webhook {
    pub(crate) url: String,
    pub(crate) secret: String,
    pub(crate) encoding: Encoding,
    pub(crate) events: Vec<WebhookEvent>,
}

/// A change of the desk that is posted to a [`Webhook`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WebhookEvent {
    /// A ticket was created, also by a chat.
    TicketCreated,
    /// A ticket was changed: there is a new entry in its history.
    TicketChanged,
    /// A comment was created, also the first one of a ticket or one in a chat.
    CommentCreated,
    /// A chat has a new message, by a client or an agent.
    ChatMessage,
}

impl Webhook {
    /// Creates a webhook for a URL.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when it is not an `http://` URL of this machine; other kinds when its host cannot
    /// be resolved.
    pub fn new(url: impl Into<String>) -> io::Result<Self> {
        let url = url.into();
        http::check(&url)?;
        Ok(Self {
            url,
            secret: DEFAULT_SECRET.to_owned(),
            encoding: Encoding::Json,
            events: WebhookEvent::ALL.to_vec(),
        })
    }

    /// Sets the secret.
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secret = secret.into();
        self
    }

    /// Sends events as `application/x-www-form-urlencoded`.
    pub fn as_form(mut self) -> Self {
        self.encoding = Encoding::Form;
        self
    }

    /// Sends events as `multipart/form-data`.
    pub fn as_multipart(mut self) -> Self {
        self.encoding = Encoding::Multipart;
        self
    }

    /// Sends only these events, besides the ping.
    pub fn only(mut self, events: &[WebhookEvent]) -> Self {
        self.events = events.to_vec();
        self
    }

    /// Returns the ping that comes first.
    pub(crate) fn ping(&self) -> Event {
        Event::ping().encoding(self.encoding)
    }

    /// Returns the event of an effect, if this webhook has it.
    pub(crate) fn event(&self, effect: &Effect) -> Option<Event> {
        let kind = WebhookEvent::of(effect).filter(|kind| self.events.contains(kind))?;
        let id = effect.id;
        let event = match kind {
            WebhookEvent::TicketCreated => Event::ticket_created(id),
            WebhookEvent::TicketChanged => Event::ticket_changed(id),
            WebhookEvent::CommentCreated => Event::comment_created(id),
            WebhookEvent::ChatMessage => Event::chat_message(id),
        };
        Some(event.secret(&self.secret).encoding(self.encoding))
    }
}

impl WebhookEvent {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::TicketCreated, Self::TicketChanged, Self::CommentCreated, Self::ChatMessage];

    /// Returns its name: `ticket_created`, `ticket_changed`, `comment_created` or `chat_message`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::TicketCreated => "ticket_created",
            Self::TicketChanged => "ticket_changed",
            Self::CommentCreated => "comment_created",
            Self::ChatMessage => "chat_message",
        }
    }

    /// Returns the event with this name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.word() == word)
    }

    /// Returns the event of an effect. Changes of clients, agents and articles have none.
    fn of(effect: &Effect) -> Option<Self> {
        match (effect.item, effect.action) {
            ("ticket", Action::Created) => Some(Self::TicketCreated),
            ("ticket", Action::Changed) => Some(Self::TicketChanged),
            ("comment", Action::Created) => Some(Self::CommentCreated),
            ("chat", Action::Created | Action::Changed) => Some(Self::ChatMessage),
            _ => None,
        }
    }
}

impl fmt::Debug for Webhook {
    /// Leaves the secret out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("url", &self.url)
            .field("encoding", &self.encoding)
            .field("events", &self.events)
            .finish_non_exhaustive()
    }
}
