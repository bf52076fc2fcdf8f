//! The comments of a ticket and their files.

use serde::de::MapAccess;
use serde::{Deserialize, Deserializer, Serialize};

use crate::clients::Client;
use crate::date_time::UtcDateTime;
use crate::decode::lenient::{self, FromJson, Scalar, Text, members::Members};
use crate::ids::{ClientId, CommentId, TicketId, UserId};
use crate::tickets::{AuthorSide, CommentType};
use crate::users::User;

/// A comment of a ticket.
#[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Comment {
    /// The id.
    #[serde_with(skip_apply)]
    pub id: CommentId,
    /// The text, in HTML: sanitize it before you show it.
    pub message: String,
    /// Which side wrote the comment.
    pub from: Option<AuthorSide>,
    /// Who can see the comment.
    #[serde(rename = "type")]
    pub comment_type: Option<CommentType>,
    /// The agent who wrote the comment.
    pub user_id: Option<UserId>,
    /// The client who wrote the comment.
    pub client_id: Option<ClientId>,
    /// The client's name.
    pub client_name: Option<String>,
    /// The ticket.
    pub ticket_id: Option<TicketId>,
    /// Whether this is the first comment of the ticket.
    pub is_first: Option<bool>,
    /// Whether the comment was delivered.
    pub delivered: Option<bool>,
    /// Whether the comment was read (`readed` on the wire).
    #[serde(rename = "readed")]
    pub read: Option<bool>,
    /// When the comment was written, [presumably in UTC](UtcDateTime#source).
    pub published_at: Option<UtcDateTime>,
    /// A file beside the [others](Self::files). Undocumented, seen in a public client of the API.
    pub file: Option<CommentFile>,
    /// The files.
    pub files: Vec<CommentFile>,
    /// The addresses that got a copy.
    pub cc: Vec<String>,
    /// The addresses that got a blind copy.
    pub bcc: Vec<String>,
    /// The client who wrote the comment. Undocumented, seen in a public client of the API.
    pub client: Option<Box<Client>>,
    /// The agent who wrote the comment. Undocumented, seen in a public client of the API, with more
    /// members than these.
    pub user: Option<Box<User>>,
}

/// A file of a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CommentFile {
    /// The name; empty if only the URL was sent.
    pub name: String,
    /// The URL (`file` on the wire). Whether downloading needs a login is not documented.
    #[serde(rename = "file")]
    pub url: String,
}

// By hand, since a file is an object or only its URL.
impl FromJson for CommentFile {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        let Text(url) = Text::from_scalar(scalar)?;
        Some(Self { name: String::new(), url })
    }

    fn from_members<'de, A: MapAccess<'de>>(
        members: &mut Members<'de, A>,
    ) -> Result<Option<Self>, A::Error> {
        #[serde_with::apply(_ => #[serde(default, deserialize_with = "lenient::read")])]
        #[derive(Deserialize)]
        struct File {
            name: String,
            file: String,
        }

        let file = members.read()?.ok();
        Ok(file.map(|File { name, file }| Self { name, url: file }))
    }
}

impl<'de> Deserialize<'de> for CommentFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::required(deserializer)
    }
}
