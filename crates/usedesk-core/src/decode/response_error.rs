//! Why a response is not a success.

use super::ErrorCode;

/// Why a response is not the success that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResponseError {
    /// The server rejected the request.
    #[error("the server rejected the request")]
    Api(ApiError),
    /// The body is empty where the requested thing would be: a ticket, a client.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The server reported success, but the body has no readable id of what was created or changed;
    /// the text says why.
    #[error("the server reported success, but no id: {0}")]
    WithoutId(String),
    /// The body cannot be decoded as the output of the method; the text says why.
    #[error("the response cannot be decoded: {0}")]
    Decode(String),
}

/// What the server says about a rejected request.
///
/// # Examples
///
/// A [`decode`](crate::Operation::decode) of your own returns one for an error that only it
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
    /// The reason, and the reasons under `errors`.
    pub message: Option<String>,
    /// The code. With [`TooManyRequests`](ErrorCode::TooManyRequests) or 429 the call is
    /// rate-limited.
    pub code: Option<ErrorCode>,
}

impl ApiError {
    /// Creates an error with this message and no code.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), code: None }
    }
}
