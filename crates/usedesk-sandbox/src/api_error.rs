//! How the desk says no.

use std::fmt::Display;

use serde_json::{Value, json};

/// The `code` of a refusal, `{"error": "text", "code": N}` with HTTP 200.
///
/// Usedesk publishes no list of codes. 111 to 121 are known by meaning, from the README of the
/// vendor's own mobile SDK and from a public client; all others are our choice. Numbers do not
/// change once released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// An error on the server. The desk never has one: for [`ScriptedResponse::api_error`](crate::ScriptedResponse::api_error).
    ServerError = 111,
    /// `api_token` is missing or wrong.
    BadToken = 112,
    /// There is no ticket with this id.
    UnknownTicket = 113,
    /// A message has no text.
    NoMessage = 114,
    /// There is no knowledge base with this id, or the token does not open it.
    UnknownKnowledgeBase = 115,
    /// Tags are not text.
    BadTags = 116,
    /// There is no agent with this id.
    UnknownAgent = 117,
    /// There is no group with this id.
    UnknownGroup = 118,
    /// There is no client with this id.
    UnknownClient = 119,
    /// A file has more than 15 MB.
    FileTooLarge = 120,
    /// Too many requests. The desk has no limit: for [`ScriptedResponse::api_error`](crate::ScriptedResponse::api_error).
    TooManyRequests = 121,
    /// A required parameter is missing.
    Missing = 1001,
    /// A parameter is of the wrong kind: not a number, not text, not a list.
    WrongKind = 1002,
    /// A parameter has too many characters or bytes.
    TooLong = 1003,
    /// The agent does not belong to the group.
    AgentNotInGroup = 1105,
    /// The status is not one of 1 to 10.
    UnknownStatus = 1201,
    /// The priority is not one of the documented words.
    UnknownPriority = 1202,
    /// The type is not one of the documented words.
    UnknownType = 1203,
    /// There is no additional field with this id.
    UnknownField = 1301,
    /// `field_id` and `field_value` do not hold the same number of pieces.
    FieldCounts = 1302,
    /// A nested list came through `field_id`, or another field through `lists`.
    WrongFieldKind = 1303,
    /// A checkbox takes `true`, `1` or `false`.
    BadCheckbox = 1304,
    /// The option does not belong to the field.
    UnknownOption = 1305,
    /// A level of a nested list came without its parent level before it.
    ParentMissing = 1306,
    /// The option does not belong to the option chosen one level up.
    WrongParent = 1307,
    /// A filter by time is not `YYYY-MM-DD HH:MM`.
    BadTime = 1401,
    /// A parameter takes one of a few words and has another.
    UnknownWord = 1402,
    /// A phone of a client is not 10 to 15 digits.
    BadPhone = 1403,
    /// `status_vip` and `status_spam` exclude each other.
    VipAndSpam = 1404,
    /// `merge_id` names the client itself.
    MergeWithItself = 1405,
    /// The company is not the one of the desk.
    UnknownCompany = 1501,
    /// There is no chat with this id.
    UnknownChat = 1502,
    /// There is no article with this id.
    UnknownArticle = 1504,
    /// The role of an agent is not one of the documented words.
    UnknownRole = 1511,
    /// The language of an agent is not one of the documented words.
    UnknownLanguage = 1512,
    /// The last administrator cannot be deleted.
    LastAdmin = 1513,
    /// A number is too small or too large.
    OutOfRange = 1521,
    /// `type`, `sort` or `order` of a list of articles is not one of the documented words.
    UnknownListing = 1522,
}

impl ErrorCode {
    /// The number that goes over the wire.
    #[must_use]
    pub const fn number(self) -> u64 {
        self as u64
    }

    /// A refusal with this code.
    pub(crate) fn because(self, text: impl Display) -> ApiError {
        ApiError { code: self, text: text.to_string() }
    }
}

/// A request that the desk does not carry out.
#[derive(Debug)]
pub(crate) struct ApiError {
    code: ErrorCode,
    text: String,
}

impl ApiError {
    pub(crate) fn to_json(&self) -> Value {
        json!({ "error": self.text, "code": self.code.number() })
    }
}
