//! Calls that Usedesk makes to its users' servers.

mod encoding;
mod kind;
mod payload;

use std::fmt;
use std::io;

use serde_json::Value;

pub(crate) use self::encoding::Encoding;
use self::kind::Kind;
use crate::delivery::Post;
use crate::desk::Desk;
use crate::quirks::Quirks;

/// Default secret of events, unless [`Event::secret`] sets another.
pub const DEFAULT_SECRET: &str = "sandbox-secret";

/// A call that Usedesk makes to your server, sent with [`Sandbox::fire`](crate::Sandbox::fire).
///
/// Its payload has the documented members (EN 51405, 51406, 51413), filled from the desk when it is
/// sent. By default it is sent as JSON with the secret [`DEFAULT_SECRET`].
///
/// ```
/// use usedesk_sandbox::{Event, Sandbox, ScriptedResponse};
///
/// # fn main() -> std::io::Result<()> {
/// let sandbox = Sandbox::start()?;
/// // Your server. Here another sandbox stands in for it.
/// let server = Sandbox::start()?;
/// server.script(ScriptedResponse::status(200));
///
/// let response = sandbox.fire(server.url(), &Event::ticket_created(4501).secret("5f2c").as_form())?;
///
/// assert_eq!(response.status, 200);
/// assert_eq!(server.requests()[0].parameters["ticket"]["subject"], "Invoice is wrong");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq)]
#[must_use = "an event does nothing until Sandbox::fire sends it"]
pub struct Event {
    kind: Kind,
    secret: String,
    encoding: Encoding,
}

impl Event {
    /// A ping, sent when the URL is saved: a member `ping` and no secret.
    pub fn ping() -> Self {
        Self::of(Kind::Ping)
    }

    /// A ticket was created.
    pub fn ticket_created(ticket: u64) -> Self {
        Self::of(Kind::TicketCreated(ticket))
    }

    /// A ticket was changed: the last entry in its history. It must have one.
    pub fn ticket_changed(ticket: u64) -> Self {
        Self::of(Kind::TicketChanged(ticket))
    }

    /// A comment was created.
    pub fn comment_created(comment: u64) -> Self {
        Self::of(Kind::CommentCreated(comment))
    }

    /// A client rated a ticket.
    pub fn rating(ticket: u64, rating: u64) -> Self {
        Self::of(Kind::Rating(ticket, rating))
    }

    /// A chat has a new message: its last one. With only one message, the chat is new.
    pub fn chat_message(chat: u64) -> Self {
        Self::of(Kind::ChatMessage(chat))
    }

    /// A comment was delivered over WhatsApp. Has no secret, as in the documented sample.
    pub fn whatsapp_delivery(comment: u64) -> Self {
        Self::of(Kind::WhatsAppDelivery(comment))
    }

    /// A dynamic block requests its HTML for a ticket, expected in the body of the response. The
    /// secret is sent as `secret_key`.
    pub fn dynamic_block(ticket: u64) -> Self {
        Self::of(Kind::DynamicBlock(ticket))
    }

    /// Sends exactly this payload and adds no secret. For payloads of a live desk that differ from
    /// the documentation.
    pub fn custom(payload: Value) -> Self {
        Self::of(Kind::Custom(payload))
    }

    /// Sets the secret.
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secret = secret.into();
        self
    }

    /// Sends the event as JSON, the default, as Usedesk does with the setting "JSON request".
    pub fn as_json(self) -> Self {
        self.encoding(Encoding::Json)
    }

    /// Sends the event as `application/x-www-form-urlencoded`.
    pub fn as_form(self) -> Self {
        self.encoding(Encoding::Form)
    }

    /// Sends the event as `multipart/form-data`.
    pub fn as_multipart(self) -> Self {
        self.encoding(Encoding::Multipart)
    }

    pub(crate) fn encoding(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Returns its name: that of the function that creates it.
    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Ping => "ping",
            Kind::TicketCreated(_) => "ticket_created",
            Kind::TicketChanged(_) => "ticket_changed",
            Kind::CommentCreated(_) => "comment_created",
            Kind::Rating(..) => "rating",
            Kind::ChatMessage(_) => "chat_message",
            Kind::WhatsAppDelivery(_) => "whatsapp_delivery",
            Kind::DynamicBlock(_) => "dynamic_block",
            Kind::Custom(_) => "custom",
        }
    }

    /// Returns what to send to a URL. Fails if the desk lacks the subject of the event.
    pub(crate) fn post(&self, desk: &Desk, quirks: Quirks, url: &str) -> io::Result<Post> {
        let payload = payload::of(&self.kind, &self.secret, desk)?;
        let payload = match self.kind {
            Kind::Custom(_) => payload,
            _ => quirks.respell(payload, false),
        };
        let (content_type, body) = encoding::encode(self.encoding, &payload, quirks);
        Ok(Post { url: url.to_owned(), event: self.name(), content_type, body })
    }

    fn of(kind: Kind) -> Self {
        Self { kind, secret: DEFAULT_SECRET.to_owned(), encoding: Encoding::Json }
    }
}

impl fmt::Debug for Event {
    /// Leaves the secret out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("kind", &self.kind)
            .field("encoding", &self.encoding)
            .finish_non_exhaustive()
    }
}
