//! Create a comment.

use std::borrow::Cow;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::decode::{RawResponse, ResponseError, lenient};
use crate::encode::Attachment;
use crate::ids::{CommentId, RuleId, TicketId, UserId};
use crate::operation::{Operation, Safety};
use crate::tickets::{AuthorSide, CommentType, MAX_MESSAGE, MessageStatus};
use crate::violations::{Rule, Violations};

/// Adds a comment to a ticket: `POST /create/comment`, articles 51381 (English) and 33740
/// (Russian).
///
/// Public or private is part of every comment here: without it the server takes it for private,
/// and a reply would not reach the client. Like any action, a comment opens a ticket that is
/// [new](crate::TicketStatus::New).
///
/// # Errors
///
/// Sending it fails with [`Invalid`](crate::ErrorKind::Invalid), and nothing is sent, when a rule
/// below is broken. Of any other failure
/// [`Error::may_have_acted`](crate::Error::may_have_acted) tells whether the comment may be there
/// all the same: sending it twice adds it twice. It is there when
/// [`Error::is_success_without_id`](crate::Error::is_success_without_id) is true.
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
    // In Latin letters, where the documentation has Cyrillic ones that look alike.
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
    /// A comment that the client sees: a reply. The message is HTML of 1 to
    /// [`MAX_MESSAGE`] characters; escape what is not meant as HTML.
    pub fn public(ticket: impl Into<TicketId>, message: impl Into<String>) -> Self {
        Self::new(ticket.into(), message.into(), CommentType::Public)
    }

    /// An internal comment, which only agents see. An agent is mentioned in it as
    /// `[~agent@example.com]`.
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

    /// Sends a copy to this address too: `cc`.
    pub fn cc(mut self, email: impl Into<String>) -> Self {
        self.cc.push(email.into());
        self
    }

    /// Sends a blind copy to this address too: `bcc`.
    pub fn bcc(mut self, email: impl Into<String>) -> Self {
        self.bcc.push(email.into());
        self
    }

    /// Adds a file: `files[]`, at most [`MAX_FILES`](crate::MAX_FILES).
    pub fn attach(mut self, file: Attachment) -> Self {
        self.files.push(file);
        self
    }

    /// Lets the client be the author: `from`. By default it is the company's first agent.
    pub fn from_client(mut self) -> Self {
        self.from = Some(AuthorSide::Client);
        (self.user_id, self.trigger_id) = (None, None);
        self
    }

    /// Lets this agent be the author: `from` and `user_id`.
    pub fn from_agent(mut self, agent: impl Into<UserId>) -> Self {
        self.from = Some(AuthorSide::Agent);
        (self.user_id, self.trigger_id) = (Some(agent.into()), None);
        self
    }

    /// Says which side the author is on and names nobody: `from`. It takes back what
    /// [`from_agent`](Self::from_agent) and [`from_rule`](Self::from_rule) set.
    ///
    /// Three public clients send [`Agent`](AuthorSide::Agent) so, and one
    /// [`WhatsApp`](AuthorSide::WhatsApp); no page describes it. The author is then
    /// the company's first agent (51381), or the bot, as one of those clients saw it.
    pub fn from_side(mut self, side: AuthorSide) -> Self {
        self.from = Some(side);
        (self.user_id, self.trigger_id) = (None, None);
        self
    }

    /// Lets this rule be the author, shown as the bot: `from` and `trigger_id`. In older
    /// documentation only.
    pub fn from_rule(mut self, rule: impl Into<RuleId>) -> Self {
        self.from = Some(AuthorSide::Trigger);
        (self.user_id, self.trigger_id) = (None, Some(rule.into()));
        self
    }

    /// The id of a WhatsApp Business template, for channels by Pact: `template_id`.
    pub fn template_id(mut self, id: impl Into<String>) -> Self {
        self.template_id = Some(id.into());
        self
    }

    /// The name of a WhatsApp Business template, for channels by Landbot and Infobip:
    /// `template_name`.
    pub fn template_name(mut self, name: impl Into<String>) -> Self {
        self.template_name = Some(name.into());
        self
    }

    /// What is filled into the template, in this order: `template_variables`.
    pub fn template_variables<T: Into<String>>(
        mut self,
        variables: impl IntoIterator<Item = T>,
    ) -> Self {
        self.template_variables = variables.into_iter().map(Into::into).collect();
        self
    }

    /// The language of the template: `template_lang`; `ru` by default.
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
        violations.check_id("ticket_id", self.ticket_id.0);
        violations.check_length("message", &self.message, 1..=MAX_MESSAGE);
        for (parameter, addresses) in [("cc", &self.cc), ("bcc", &self.bcc)] {
            for (position, address) in addresses.iter().enumerate() {
                if address.is_empty() {
                    let parameter = format_args!("{parameter}[{position}]");
                    violations.push(parameter, Rule::NotEmpty, "an empty text");
                }
            }
        }
        violations.check_optional_id("user_id", self.user_id.map(|id| id.0));
        let side = self.from.as_ref().map(AuthorSide::as_str);
        violations.check_optional_length("from", side, usize::MAX);
        violations.check_optional_id("trigger_id", self.trigger_id.map(|id| id.0));
        let template = [
            ("template_id", &self.template_id),
            ("template_name", &self.template_name),
            ("template_lang", &self.template_lang),
        ];
        for (parameter, text) in template {
            if text.as_ref().is_some_and(String::is_empty) {
                violations.push(parameter, Rule::NotEmpty, "an empty text");
            }
        }
    }

    fn decode(answer: &RawResponse<'_>) -> Result<CreatedComment, ResponseError> {
        answer.saved()
    }
}

/// The server's word that it added the comment.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CreatedComment {
    /// The comment's id.
    #[serde_with(skip_apply)]
    #[serde(deserialize_with = "lenient::id")]
    pub comment_id: CommentId,
    /// What became of the message, where the channel sends it out. Documented for new tickets
    /// only.
    pub message_status: Option<MessageStatus>,
}
