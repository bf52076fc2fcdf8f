//! Why a request is rejected.

use std::fmt;

use http::StatusCode;
use serde_json::Value;

use crate::encode::php::MAX_BRACKETS;
use crate::limits::MAX_FORM_PARAMETERS;
use crate::violations::Violations;

use super::limits::{MAX_DECODED, MAX_WEBHOOK_BODY};

/// A request that cannot be used, from Usedesk or from someone who pretends to be Usedesk.
///
/// `Display` is one line. Neither it nor `Debug` contains the secret or the payload. How Usedesk
/// reacts to a response that is not 200 is not documented: it may send the request again.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The body is larger than [`MAX_WEBHOOK_BODY`].
    #[error("the body is larger than {MAX_WEBHOOK_BODY} bytes")]
    TooLarge,
    /// The body has too many lists and objects: decoded, they would take more than twice
    /// [`MAX_WEBHOOK_BODY`] bytes of memory, texts excluded.
    #[error("the lists and objects of the body take more than {MAX_DECODED} bytes of memory")]
    TooMuchMemory,
    /// A form has more than [`MAX_FORM_PARAMETERS`](crate::MAX_FORM_PARAMETERS) parameters.
    #[error("the form has more than {MAX_FORM_PARAMETERS} parameters")]
    TooManyParameters,
    /// The name of a form parameter has more than 64 brackets.
    #[error("the name of a form parameter has more than {MAX_BRACKETS} brackets")]
    TooDeep,
    /// The content type is neither JSON nor a form nor multipart.
    #[error("unsupported content type {content_type}: expected JSON, a form or multipart")]
    UnsupportedContentType {
        /// The content type of the request, as a quoted text.
        content_type: String,
    },
    /// The body, or a text in it, is not UTF-8.
    #[error("the body is not UTF-8; turn on \"Send to UTF-8\" in the API channel")]
    NotUtf8,
    /// The body is not a JSON object.
    #[error("the body is not a JSON object: {reason}")]
    NotJson {
        /// The reason.
        reason: String,
    },
    /// The content type is multipart, but the body is not.
    #[error("the multipart body is malformed: {reason}")]
    NotMultipart {
        /// The reason.
        reason: &'static str,
    },
    /// The body has no secret.
    #[error("the body has no secret")]
    MissingSecret,
    /// The secret in the body is none of the expected ones.
    #[error("the secret in the body is wrong")]
    WrongSecret,
    /// The secret is right and the kind of request is known, but the payload cannot be decoded.
    #[error("cannot decode the payload at {path}: {reason}")]
    Decode {
        /// The path to the member, for example `ticket.id`.
        path: String,
        /// The reason.
        reason: String,
        /// The whole payload without its secrets.
        payload: Value,
    },
}

impl WebhookError {
    /// Returns the HTTP status to respond with: 401, 413, 415 or 400.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::MissingSecret | Self::WrongSecret => StatusCode::UNAUTHORIZED,
            Self::TooLarge | Self::TooMuchMemory | Self::TooManyParameters => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::UnsupportedContentType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// Returns the payload, without its secrets, of a request that cannot be
    /// [decoded](Self::Decode).
    #[must_use]
    pub fn payload(&self) -> Option<&Value> {
        match self {
            Self::Decode { payload, .. } => Some(payload),
            _ => None,
        }
    }
}

// By hand, since a payload contains what people wrote.
impl fmt::Debug for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookError({:?})", self.to_string())
    }
}

/// A secret that no request can carry: it is empty, or has whitespace or control characters.
///
/// `Display` and `Debug` name the rule and not the secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid receiver: {0}")]
pub struct InvalidSecret(pub(super) Violations);

impl InvalidSecret {
    /// Returns the violated rules.
    #[must_use]
    pub fn violations(&self) -> &Violations {
        &self.0
    }
}

/// Why a payload cannot be deserialized, with the path to the member.
pub(super) type ReadError = serde_path_to_error::Error<serde_json::Error>;
