//! Why a request cannot be used.

use std::fmt;

use http::StatusCode;
use serde_json::Value;

use crate::decode::lenient::Budget;
use crate::encode::php::MAX_BRACKETS;
use crate::limits::MAX_FORM_PARAMETERS;
use crate::violations::Violations;

use super::body::{self, MAX_READ, MAX_WEBHOOK_BODY};
use super::payload::Payload;

/// A request of Usedesk's, or of somebody who pretends to be Usedesk, that cannot be used.
///
/// `Display` is one line; neither it nor `Debug` has the secret or the payload. What Usedesk does
/// with an answer that is not 200 is not documented: it may send the request again.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The body is larger than [`MAX_WEBHOOK_BODY`].
    #[error("the body has more than {MAX_WEBHOOK_BODY} bytes")]
    TooLarge,
    /// The body has too many lists and objects: read, they would take more than twice
    /// [`MAX_WEBHOOK_BODY`] bytes of memory, beside their texts.
    #[error("the lists and objects of the body take more than {MAX_READ} bytes of memory")]
    TooMuchMemory,
    /// A form has more than [`MAX_FORM_PARAMETERS`](crate::MAX_FORM_PARAMETERS) parameters.
    #[error("the form has more than {MAX_FORM_PARAMETERS} parameters")]
    TooManyParameters,
    /// The name of a form's parameter has more than 64 brackets.
    #[error("a parameter's name has more than {MAX_BRACKETS} brackets")]
    TooDeep,
    /// Neither JSON nor a form nor multipart.
    #[error("the content type {content_type} is none of JSON, form and multipart")]
    UnsupportedContentType {
        /// What the request says it is, as a quoted text.
        content_type: String,
    },
    /// The body, or a name or text in it, is not UTF-8.
    #[error("the body is not UTF-8; switch on \"Send to UTF-8\" in the API channel")]
    NotUtf8,
    /// The body is not a JSON object.
    #[error("the body is not a JSON object: {reason}")]
    NotJson {
        /// What is wrong with it.
        reason: String,
    },
    /// The body is not the multipart body that its content type announces.
    #[error("the multipart body is broken: {reason}")]
    NotMultipart {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// There is no secret in the body.
    #[error("there is no secret in the body")]
    MissingSecret,
    /// The secret in the body is not one of those that are expected.
    #[error("the secret in the body is wrong")]
    WrongSecret,
    /// The secret is right and the kind of request is known, but it cannot be read.
    #[error("the payload cannot be read at {path}: {reason}")]
    Unreadable {
        /// Which member it is, `ticket.id` for example.
        path: String,
        /// What is wrong with it.
        reason: String,
        /// The whole payload without its secrets, so that nothing is lost.
        payload: Value,
    },
}

impl WebhookError {
    /// The HTTP status to answer: 401, 413, 415 or 400.
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

    /// The payload of a request that can be believed but not be read, without its secrets.
    #[must_use]
    pub fn payload(&self) -> Option<&Value> {
        match self {
            Self::Unreadable { payload, .. } => Some(payload),
            _ => None,
        }
    }
}

// By hand, since a payload is full of what people wrote.
impl fmt::Debug for WebhookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookError({:?})", self.to_string())
    }
}

/// Why a [`Receiver`](super::Receiver) cannot be made: a secret is empty or has a character that no
/// request carries. It names the rule and not the secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the receiver was not built: {0}")]
pub struct InvalidSecret(pub(super) Violations);

impl InvalidSecret {
    /// The rules that are broken.
    #[must_use]
    pub fn violations(&self) -> &Violations {
        &self.0
    }
}

/// What serde says of a member that it cannot read.
pub(super) type ReadError = serde_path_to_error::Error<serde_json::Error>;

/// Reads a payload, and hands it back or puts it into the error. What the error says of it has nothing
/// of what is in it, since the readers never tell what they found.
pub(super) fn read<T>(
    payload: Payload,
    read: impl Fn(&Payload) -> Result<T, ReadError>,
) -> Result<(T, Payload), WebhookError> {
    let _budget = body::budget();
    match read(&payload) {
        Ok(read) => Ok((read, payload)),
        Err(_) if Budget::is_exceeded() => Err(WebhookError::TooMuchMemory),
        Err(error) => Err(WebhookError::Unreadable {
            path: error.path().to_string(),
            reason: error.inner().to_string(),
            payload: payload.into_value(),
        }),
    }
}
