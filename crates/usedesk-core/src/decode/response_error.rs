//! The reasons why a response is not a success.

use super::ErrorCode;

/// The reason why a response is not a success.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResponseError {
    /// The server rejected the request.
    #[error("the server rejected the request")]
    Api(ApiError),
    /// The body is empty where the requested thing should be, a ticket for example.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The server reported success, but the body has no valid id of what was created or changed.
    /// The text gives the reason.
    #[error("the server reported success, but no id: {0}")]
    WithoutId(String),
    /// The body cannot be decoded as the output of the operation. The text gives the reason.
    #[error("the response cannot be decoded: {0}")]
    Decode(String),
}

/// The error that the API reports in the body of a response.
///
/// # Examples
///
/// Your own [`decode`](crate::Operation::decode) can return one for an error that only it
/// recognizes:
///
/// ```
/// use usedesk_core::{ApiError, RawResponse, ResponseError};
///
/// fn decode(response: &RawResponse<'_>) -> Result<String, ResponseError> {
///     match response.body() {
///         b"NO" => Err(ResponseError::Api(ApiError::new("the archive is closed"))),
///         body => Ok(String::from_utf8_lossy(body).into_owned()),
///     }
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    /// The message, followed by the reasons in `errors`.
    pub message: Option<String>,
    /// The code. [`TooManyRequests`](ErrorCode::TooManyRequests) and 429 make the error
    /// [rate-limited](crate::ErrorKind::RateLimited).
    pub code: Option<ErrorCode>,
}

impl ApiError {
    /// Creates an error with this message and no code.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), code: None }
    }
}
