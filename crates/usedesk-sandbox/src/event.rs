//! Calls that Usedesk makes to a server of its user.

mod encoding;
mod kind;
mod payload;

use std::fmt;
use std::io;

use serde_json::Value;

use self::encoding::Encoding;
use self::kind::Kind;
use crate::desk::Desk;

/// The secret of events unless [`Event::secret`] sets another.
pub const DEFAULT_SECRET: &str = "sandbox-secret";

/// A call that Usedesk makes to a server of yours, made with [`Sandbox::fire`](crate::Sandbox::fire).
///
/// Its payload has the documented members (EN 51405, 51406, 51413), filled from the desk at the
/// moment of firing. It goes out as JSON with the secret [`DEFAULT_SECRET`], unless told otherwise.
///
/// ```
/// use usedesk_sandbox::{ScriptedResponse, Event, Sandbox};
///
/// # fn main() -> std::io::Result<()> {
/// let sandbox = Sandbox::start()?;
/// // Your server. Here it is another sandbox, which says yes to anything.
/// let server = Sandbox::start()?;
/// server.script(ScriptedResponse::status(200));
///
/// let reply = sandbox.fire(server.url(), &Event::ticket_created(4501).secret("5f2c").as_form())?;
///
/// assert_eq!(reply.status, 200);
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
    /// What Usedesk sends when the URL is saved: a member `ping`, and no secret.
    pub fn ping() -> Self {
        Self::of(Kind::Ping)
    }

    /// A ticket was created.
    pub fn ticket_created(ticket: u64) -> Self {
        Self::of(Kind::TicketCreated(ticket))
    }

    /// A ticket was changed, as the last entry in its history says. It must have one.
    pub fn ticket_changed(ticket: u64) -> Self {
        Self::of(Kind::TicketChanged(ticket))
    }

    /// A comment was written.
    pub fn comment_created(comment: u64) -> Self {
        Self::of(Kind::CommentCreated(comment))
    }

    /// A client rated how a ticket was handled.
    pub fn rating(ticket: u64, rating: u64) -> Self {
        Self::of(Kind::Rating(ticket, rating))
    }

    /// Somebody wrote in a chat: its last message. With only one message, the chat is new.
    pub fn chat_message(chat: u64) -> Self {
        Self::of(Kind::ChatMessage(chat))
    }

    /// A comment was delivered over WhatsApp. As in the documented sample, there is no secret.
    pub fn whatsapp_delivery(comment: u64) -> Self {
        Self::of(Kind::WhatsAppDelivery(comment))
    }

    /// A dynamic block wants its HTML for a ticket: it is in the body of the reply. The secret goes
    /// as `secret_key`.
    pub fn dynamic_block(ticket: u64) -> Self {
        Self::of(Kind::DynamicBlock(ticket))
    }

    /// Exactly this payload, with no secret but what it holds itself: for what was seen on a real
    /// desk and differs from the documentation.
    pub fn custom(payload: Value) -> Self {
        Self::of(Kind::Custom(payload))
    }

    /// Sets the secret.
    pub fn secret(mut self, secret: impl Into<String>) -> Self {
        self.secret = secret.into();
        self
    }

    /// Sends it as JSON, as Usedesk does with the setting "JSON request". This is the default.
    pub fn as_json(mut self) -> Self {
        self.encoding = Encoding::Json;
        self
    }

    /// Sends it as `application/x-www-form-urlencoded`.
    pub fn as_form(mut self) -> Self {
        self.encoding = Encoding::Form;
        self
    }

    /// Sends it as `multipart/form-data`.
    pub fn as_multipart(mut self) -> Self {
        self.encoding = Encoding::Multipart;
        self
    }

    /// Media type and body. Fails if the desk does not have what the event is about.
    pub(crate) fn encode(&self, desk: &Desk) -> io::Result<(String, Vec<u8>)> {
        let payload = payload::of(&self.kind, &self.secret, desk)?;
        Ok(encoding::encode(self.encoding, &payload))
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
