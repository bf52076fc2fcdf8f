//! The message of a new ticket or comment, and its author.

use super::parameters::{self, Parameters};
use super::ticket_parameters;
use crate::api_error::{ApiError, ErrorCode};
use crate::desk::{Comment, Desk};
use crate::php::ReceivedFile;

const SIDES: &[&str] = &[CLIENT, USER, TRIGGER, WHATSAPP];
pub(super) const CLIENT: &str = "client";
pub(super) const USER: &str = "user";
const TRIGGER: &str = "trigger";
/// Sent by one public client; means neither an agent nor a client here.
const WHATSAPP: &str = "whatsapp";

pub(super) struct Message<'a> {
    text: String,
    from: &'static str,
    /// The agent, if `from` is `user`.
    pub(super) user_id: Option<u64>,
    files: Vec<&'a ReceivedFile>,
}

impl<'a> Message<'a> {
    /// Reads the parameters of a message. `side` is the default of `from`.
    pub(super) fn read(
        desk: &Desk,
        parameters: Parameters<'a>,
        side: &'static str,
    ) -> Result<Self, ApiError> {
        let text = parameters.message("message")?.into_owned();
        let from = parameters.word("from", SIDES, ErrorCode::UnknownWord)?.unwrap_or(side);
        let named = ticket_parameters::acting_agent(desk, parameters)?;
        if parameters.number("trigger_id")?.is_none() && from == TRIGGER {
            return Err(parameters::missing("trigger_id"));
        }
        // Without `user_id` the author is the first agent.
        let agent = named.or_else(|| desk.agents.first().map(|agent| agent.id));
        let user_id = agent.filter(|_| from == USER);
        Ok(Self { text, from, user_id, files: parameters.files("files")? })
    }

    /// Converts the message to a public comment that is not the first.
    pub(super) fn into_comment(self, desk: &mut Desk, ticket_id: u64, client_id: u64) -> Comment {
        Comment {
            id: desk.comment_ids.take(),
            message: self.text,
            from: self.from.to_owned(),
            kind: "public".to_owned(),
            user_id: self.user_id,
            client_id: (self.from == CLIENT).then_some(client_id),
            ticket_id,
            is_first: 0,
            delivered: 1,
            readed: 0,
            published_at: crate::desk::now(),
            files: self.files.into_iter().map(|file| desk.files.keep(file)).collect(),
            cc: Vec::new(),
            bcc: Vec::new(),
        }
    }
}
