//! The error codes of the API.

use super::open_enum;

open_enum! {
    /// The `code` of an API error. A number is kept as text.
    ///
    /// No official page lists the codes. Two sources do, and agree where they overlap: the README
    /// of the vendor's Swift SDK (111, 112, 115 and 121, for the knowledge base), and a public
    /// Python client (all of them). Codes without a link below have no effect on how this SDK
    /// handles the error.
    ///
    /// # Examples
    ///
    /// ```
    /// use usedesk_core::ErrorCode;
    ///
    /// assert_eq!(ErrorCode::from("112"), ErrorCode::InvalidToken);
    /// assert_eq!(ErrorCode::from("9000").as_str(), "9000");
    /// ```
    pub enum ErrorCode {
        /// 111: an error on the server. Retried like HTTP 5xx. In both sources.
        ServerError = "111",
        /// 112: the API token is wrong. [Unauthorized](crate::Error::is_unauthorized). In both
        /// sources.
        InvalidToken = "112",
        /// 113: no ticket has this id, or the token gives no access to it.
        /// [Not found](crate::Error::is_not_found). In the Python client only.
        TicketNotFound = "113",
        /// 114: the message has no text. In the Python client only.
        EmptyMessage = "114",
        /// 115: no access; check the token and the URL.
        /// [Unauthorized](crate::Error::is_unauthorized). In both sources.
        AccessDenied = "115",
        /// 116: the tags have a wrong format. In the Python client only.
        InvalidTags = "116",
        /// 117: no agent has this id. [Not found](crate::Error::is_not_found). In the Python client
        /// only.
        AgentNotFound = "117",
        /// 118: no group has this id. [Not found](crate::Error::is_not_found). In the Python client
        /// only.
        GroupNotFound = "118",
        /// 119: no client has this id. [Not found](crate::Error::is_not_found). In the Python
        /// client only.
        ClientNotFound = "119",
        /// 120: a file is larger than 15 MB. In the Python client only.
        FileTooLarge = "120",
        /// 121: too many requests. [Rate-limited](crate::ErrorKind::RateLimited) like HTTP 429,
        /// whatever the status. In both sources. That the server did not process the request is
        /// an assumption, as for 429.
        TooManyRequests = "121",
    }
}

impl ErrorCode {
    /// Whether the code means too many requests: 121, or HTTP's 429 in the body.
    pub(crate) fn is_rate_limit(&self) -> bool {
        matches!(self.as_str(), "121" | "429")
    }

    /// Whether the code means that the token is not accepted: 112, 115, or HTTP's 401 in the body.
    pub(crate) fn is_unauthorized(&self) -> bool {
        matches!(self.as_str(), "112" | "115" | "401")
    }

    /// Whether the code means that something does not exist: 113, 117, 118, 119, or HTTP's 404 in
    /// the body.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self.as_str(), "113" | "117" | "118" | "119" | "404")
    }
}
