//! Errors of the API.

use std::fmt::Display;

use serde_json::{Value, json};

/// The `code` of an API error: `{"error": "text", "code": N}` with HTTP 200.
///
/// Usedesk publishes no list of codes. The meanings of 111 to 121 are known from the README of the
/// vendor's mobile SDK and from a public client; all other codes are our choice. Numbers do not
/// change once released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// A server error. Only returned when scripted with
    /// [`ScriptedResponse::api_error`](crate::ScriptedResponse::api_error).
    ServerError = 111,
    /// `api_token` is missing or wrong.
    BadToken = 112,
    /// There is no ticket with this id.
    UnknownTicket = 113,
    /// A message has no text.
    NoMessage = 114,
    /// There is no knowledge base with this id, or the token gives no access to it.
    UnknownKnowledgeBase = 115,
    /// `tag` is not text.
    BadTags = 116,
    /// There is no agent with this id.
    UnknownAgent = 117,
    /// There is no group with this id.
    UnknownGroup = 118,
    /// There is no client with this id.
    UnknownClient = 119,
    /// A file is larger than 15 MB.
    FileTooLarge = 120,
    /// Too many requests. Returned beyond [`Builder::rate_limit`](crate::Builder::rate_limit), or when
    /// scripted with [`ScriptedResponse::api_error`](crate::ScriptedResponse::api_error).
    TooManyRequests = 121,
    /// A required parameter is missing.
    Missing = 1001,
    /// A parameter has the wrong type: not a number, not text, not a list.
    WrongKind = 1002,
    /// A parameter is too long, in characters or bytes.
    TooLong = 1003,
    /// The agent does not belong to the group.
    AgentNotInGroup = 1105,
    /// The status is not one of 1 to 10.
    UnknownStatus = 1201,
    /// The priority is not one of the documented values.
    UnknownPriority = 1202,
    /// The type is not one of the documented values.
    UnknownType = 1203,
    /// There is no additional field with this id.
    UnknownField = 1301,
    /// `field_id` and `field_value` do not have the same number of items.
    FieldCounts = 1302,
    /// `field_id` names a nested list, or `lists` names a field that is not one.
    WrongFieldKind = 1303,
    /// The value of a checkbox is not `true`, `1` or `false`.
    BadCheckbox = 1304,
    /// The option does not belong to the field.
    UnknownOption = 1305,
    /// A level of a nested list is not preceded by its parent level.
    ParentMissing = 1306,
    /// The option does not belong to the option chosen one level up.
    WrongParent = 1307,
    /// A time filter is not `YYYY-MM-DD HH:MM`.
    BadTime = 1401,
    /// A parameter is not one of its documented values.
    UnknownWord = 1402,
    /// A client's phone number does not have 10 to 15 digits.
    BadPhone = 1403,
    /// `status_vip` and `status_spam` are both present.
    VipAndSpam = 1404,
    /// `merge_id` equals `client_id`.
    MergeWithItself = 1405,
    /// `company_id` is not the company of the desk.
    UnknownCompany = 1501,
    /// There is no chat with this id.
    UnknownChat = 1502,
    /// There is no article with this id.
    UnknownArticle = 1504,
    /// The role of an agent is not one of the documented values.
    UnknownRole = 1511,
    /// The language of an agent is not one of the documented values.
    UnknownLanguage = 1512,
    /// The last administrator cannot be deleted.
    LastAdmin = 1513,
    /// A number is out of range.
    OutOfRange = 1521,
    /// `type`, `sort` or `order` of an article list is not one of the documented values.
    UnknownListing = 1522,
}

impl ErrorCode {
    /// Returns the number sent in `code`.
    #[must_use]
    pub const fn number(self) -> u64 {
        self as u64
    }

    /// Creates an error with this code.
    pub(crate) fn error(self, text: impl Display) -> ApiError {
        ApiError { code: self, text: text.to_string() }
    }
}

/// An error of the API, before it is a response.
#[derive(Debug)]
pub(crate) struct ApiError {
    code: ErrorCode,
    text: String,
}

impl ApiError {
    pub(crate) fn rejection(&self) -> Rejection {
        Rejection { code: Some(self.code.number()), message: self.text.clone() }
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({ "error": self.text, "code": self.code.number() })
    }
}

/// Why the desk rejected a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejection {
    /// The code of the API error; `None` for a request that did not reach the API, such as one with
    /// an unknown path.
    pub code: Option<u64>,
    /// The text of the error.
    pub message: String,
}
