//! Identifiers, a type for each kind, so that they cannot be mixed up.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::decode::lenient::{self, FromJson, Scalar};
use crate::text::quote;
use crate::violations::AsNumber;

/// The error for a number or a text that is not an identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an identifier must be a non-negative integer, found {found}")]
pub struct ParseIdError {
    found: String,
}

macro_rules! ids {
    ($($(#[$doc:meta])+ $name:ident;)+) => {$(
        $(#[$doc])+
        ///
        /// Valid from 1 to [`MAX_ID`](crate::MAX_ID), which is checked when a request is sent.
        /// Deserialized from a JSON number or a numeric string, since the server sends either; 0
        /// means that there is none, so it is an error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        // For one integer type only: with two, a literal would not compile as an argument.
        impl From<u64> for $name {
            fn from(id: u64) -> Self {
                Self(id)
            }
        }

        impl TryFrom<i64> for $name {
            type Error = ParseIdError;

            fn try_from(id: i64) -> Result<Self, ParseIdError> {
                u64::try_from(id).map(Self).map_err(|_| ParseIdError { found: id.to_string() })
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                text.parse().map(Self).map_err(|_| ParseIdError { found: quote(text) })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl AsNumber for $name {
            fn as_number(&self) -> Option<u64> {
                Some(self.0)
            }
        }

        impl FromJson for $name {
            const ID_MEMBER: bool = true;

            fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
                scalar.id().map(Self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                lenient::id(deserializer)
            }
        }
    )+};
}

ids! {
    /// A ticket.
    TicketId;
    /// A client: a customer who writes to the help desk.
    ClientId;
    /// A group of agents.
    GroupId;
    /// An agent (the API says user).
    UserId;
    /// An additional field of tickets, or one level of a nested list.
    FieldId;
    /// An option of an additional field that is a list.
    OptionId;
    /// A channel by which tickets arrive.
    ChannelId;
    /// A comment of a ticket.
    CommentId;
    /// A company: the customer of Usedesk that the help desk belongs to.
    CompanyId;
    /// A chat.
    ChatId;
    /// A tag.
    TagId;
    /// A knowledge base (`account_id` on the wire).
    KnowledgeBaseId;
    /// A section of a knowledge base (the API also says collection).
    SectionId;
    /// A category of a section.
    CategoryId;
    /// An article of a knowledge base.
    ArticleId;
    /// A messenger of a client: its entry, not the client's name there.
    MessengerId;
    /// A website of a client: its entry.
    SiteId;
    /// A rule of the desk (the API says trigger).
    RuleId;
}
