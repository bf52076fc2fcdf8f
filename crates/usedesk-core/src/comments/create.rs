//! Creating a comment.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::decode::{RawResponse, ResponseError, lenient};
use crate::encode::Attachment;
use crate::ids::{CommentId, RuleId, TicketId, UserId};
use crate::operation::{Operation, Safety};
use crate::tickets::author::author_setters;
use crate::tickets::{AuthorSide, CommentType, MAX_MESSAGE, MessageStatus};
use crate::violations::Violations;

/// Adds a comment to a ticket: `POST /create/comment`, articles 51381 (English) and 33740
/// (Russian).
///
/// The type, public or private, is always sent: without it the server makes the comment private,
/// and a reply would not reach the client. Like any action, a comment opens a ticket that is
/// [new](crate::TicketStatus::New).
///
/// The author is the company's first agent unless a `from_…` setter sets another. With
/// [`from_side`](Self::from_side) it is the first agent, too (51381), or the bot, according to a
/// public client.
///
/// # Errors
///
/// Fails with [`Invalid`](crate::ErrorKind::Invalid) if a rule below is violated (nothing is sent),
/// and with [`Rejected`](crate::ErrorKind::Rejected) if the server rejects the request. If
/// [`Error::may_have_acted`](crate::Error::may_have_acted) is true, the comment may exist, and
/// sending the request again may add it twice. If
/// [`Error::is_success_without_id`](crate::Error::is_success_without_id) is true, it does exist.
///
/// # Examples
///
/// ```
/// use usedesk_core::{Attachment, comments::CreateComment};
///
/// let reply = CreateComment::public(4501, "<p>Here is the new invoice.</p>")
///     .from_agent(17)
///     .cc("accounting@example.com")
///     .attach(Attachment::from_bytes("invoice.pdf", b"%PDF-1.7".to_vec()));
/// let note = CreateComment::private(4501, "[~leo@example.com] please have a look");
/// # let _ = (reply, note);
/// ```
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "a request does nothing until it is sent"]
pub struct CreateComment {
    ticket_id: TicketId,
    message: String,
    // The name has Latin letters; the documentation has look-alike Cyrillic ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cc: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bcc: Vec<String>,
    user_id: Option<UserId>,
    r#type: CommentType,
    #[serde(skip)]
    files: Vec<Attachment>,
    from: Option<AuthorSide>,
    trigger_id: Option<RuleId>,
    template_id: Option<String>,
    template_name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    template_variables: Vec<String>,
    template_lang: Option<String>,
}

impl CreateComment {
    /// Creates a request for a public comment, a reply to the client. The message is HTML, 1 to
    /// [`MAX_MESSAGE`] characters. Escape plain text.
    pub fn public(ticket: impl Into<TicketId>, message: impl Into<String>) -> Self {
        Self::new(ticket.into(), message.into(), CommentType::Public)
    }

    /// Creates a request for a private comment, which only agents see. The message is as in
    /// [`public`](Self::public); `[~agent@example.com]` mentions an agent.
    pub fn private(ticket: impl Into<TicketId>, message: impl Into<String>) -> Self {
        Self::new(ticket.into(), message.into(), CommentType::Private)
    }

    fn new(ticket_id: TicketId, message: String, r#type: CommentType) -> Self {
        Self {
            ticket_id,
            message,
            cc: Vec::new(),
            bcc: Vec::new(),
            user_id: None,
            r#type,
            files: Vec::new(),
            from: None,
            trigger_id: None,
            template_id: None,
            template_name: None,
            template_variables: Vec::new(),
            template_lang: None,
        }
    }

    /// Adds an address that gets a copy: `cc`. It must not be empty.
    pub fn cc(mut self, email: impl Into<String>) -> Self {
        self.cc.push(email.into());
        self
    }

    /// Adds an address that gets a blind copy: `bcc`. It must not be empty.
    pub fn bcc(mut self, email: impl Into<String>) -> Self {
        self.bcc.push(email.into());
        self
    }

    /// Adds a file: `files[]`, at most [`MAX_FILES`](crate::MAX_FILES).
    pub fn attach(mut self, file: Attachment) -> Self {
        self.files.push(file);
        self
    }

    author_setters!();

    /// Sets the id of a WhatsApp Business template, for Pact channels: `template_id`.
    pub fn template_id(mut self, id: impl Into<String>) -> Self {
        self.template_id = Some(id.into());
        self
    }

    /// Sets the name of a WhatsApp Business template, for Landbot and Infobip channels:
    /// `template_name`.
    pub fn template_name(mut self, name: impl Into<String>) -> Self {
        self.template_name = Some(name.into());
        self
    }

    /// Sets the values of the variables of the template, in order: `template_variables`.
    pub fn template_variables<T: Into<String>>(
        mut self,
        variables: impl IntoIterator<Item = T>,
    ) -> Self {
        self.template_variables = variables.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the language of the template: `template_lang`, by default `ru`.
    pub fn template_lang(mut self, language: impl Into<String>) -> Self {
        self.template_lang = Some(language.into());
        self
    }
}

impl Operation for CreateComment {
    type Output = CreatedComment;

    const NAME: &'static str = "create_comment";
    const METHOD: Method = Method::POST;
    const SAFETY: Safety = Safety::Once;

    fn path(&self) -> Cow<'_, str> {
        "/create/comment".into()
    }

    fn attachments(&self) -> &[Attachment] {
        &self.files
    }

    fn check(&self, violations: &mut Violations) {
        violations.check_id("ticket_id", self.ticket_id);
        violations.check_length("message", &self.message, 1..=MAX_MESSAGE);
        for (parameter, addresses) in [("cc", &self.cc), ("bcc", &self.bcc)] {
            for (position, address) in addresses.iter().enumerate() {
                violations.check_not_empty(format_args!("{parameter}[{position}]"), address);
            }
        }
        violations.check_id("user_id", self.user_id);
        violations.check_not_empty("from", &self.from);
        violations.check_id("trigger_id", self.trigger_id);
        violations.check_not_empty("template_id", &self.template_id);
        violations.check_not_empty("template_name", &self.template_name);
        violations.check_not_empty("template_lang", &self.template_lang);
    }

    fn decode(response: &RawResponse<'_>) -> Result<CreatedComment, ResponseError> {
        response.saved()
    }
}

/// Acknowledgement of a new comment.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CreatedComment {
    /// The id of the comment.
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::id")]
    pub comment_id: CommentId,
    /// Whether the message was delivered, if the channel sends it to the client. Documented for new
    /// tickets only.
    pub message_status: Option<MessageStatus>,
}
