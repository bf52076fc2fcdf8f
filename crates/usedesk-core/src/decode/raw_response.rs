//! Decoding a response: first the API error in the body, then the output.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde::de::DeserializeOwned;

use super::envelope::{self, Envelope};
use super::lenient::{self, Any, Budget, RowByRow, strict::Strict};
use super::{ApiError, ResponseError, Rows};
use crate::secret::ApiToken;

/// A response with its whole body, the argument of [`Operation::decode`](crate::Operation::decode).
#[derive(Clone, Copy)]
pub struct RawResponse<'a> {
    response: &'a Response<Bytes>,
    /// Redacted in errors about rows.
    token: Option<&'a ApiToken>,
}

impl<'a> RawResponse<'a> {
    /// Wraps a response, to test your own [`decode`](crate::Operation::decode).
    #[must_use]
    pub fn new(response: &'a Response<Bytes>) -> Self {
        Self { response, token: None }
    }

    pub(crate) fn with_token(self, token: &'a ApiToken) -> Self {
        Self { token: Some(token), ..self }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        self.response.status()
    }

    /// The headers.
    #[must_use]
    pub fn headers(self) -> &'a HeaderMap {
        self.response.headers()
    }

    /// The body.
    #[must_use]
    pub fn body(self) -> &'a [u8] {
        self.response.body()
    }

    /// Decodes the body as `T`, unless it is an API error. That is an object
    ///
    /// - with an `error` or `errors` that is not empty (null, false, 0, `""`, `"0"`, `[]` and `{}`
    ///   are empty),
    /// - with a `status` of false or a word such as `error` or `failed`,
    /// - with a `message`, and no `status` of true, 1, 200, `success` or `ok`,
    /// - or with another `status`, when it cannot be decoded as `T`.
    ///
    /// A struct is decoded from an object only, not from a list of its members.
    ///
    /// Use [`body`](Self::body) instead if a successful response can have a `message`.
    ///
    /// # Errors
    ///
    /// [`Api`](ResponseError::Api) if the body is an API error, [`Decode`](ResponseError::Decode)
    /// if it is not JSON of that shape.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, ResponseError> {
        self.read(|body| {
            let envelope = Envelope::find(body.text).map_err(decode_error)?;
            if let Some(error) = envelope.as_ref().and_then(Envelope::api_error) {
                return Err(ResponseError::Api(error));
            }
            decode(body).map_err(|error| {
                let without_success = envelope.as_ref().and_then(Envelope::status_error);
                without_success.map_or(error, ResponseError::Api)
            })
        })
    }

    /// Decodes the body as a list. `{}` is an empty list, and an object whose names are all whole
    /// numbers is a list, since PHP writes a list with gaps that way. A row that cannot be decoded
    /// is among the [errors](Rows::errors) of the list.
    ///
    /// # Errors
    ///
    /// Same as [`json`](Self::json). A body of null is a [`Decode`](ResponseError::Decode) error,
    /// not an empty list.
    pub fn list<T: DeserializeOwned>(self) -> Result<Rows<T>, ResponseError> {
        match self.json::<Rows<T>>() {
            Ok(rows) if rows.errors.is_empty() => Ok(rows),
            Ok(_) | Err(ResponseError::Decode(_)) => {
                self.json().map(|RowByRow(rows)| self.redacted(rows))
            }
            Err(error) => Err(error),
        }
    }

    /// Decodes the body as a part of a response, which may have a `message` without being an error.
    pub(crate) fn part<T: DeserializeOwned>(self) -> Result<T, ResponseError> {
        self.read(decode)
    }

    /// Redacts the token in the errors of rows.
    pub(crate) fn redacted<T>(self, mut rows: Rows<T>) -> Rows<T> {
        if let Some(token) = self.token {
            rows.errors.iter_mut().for_each(|error| error.redact(token));
        }
        rows
    }

    /// Decodes the body of an operation that returns what it created or changed. It must be an
    /// object. A `status` other than success (true, 1, 200, `success` or `ok`), for example
    /// `denied`, is an API error whatever the other members are.
    ///
    /// # Errors
    ///
    /// Same as [`json`](Self::json). If the status is success, but the body cannot be decoded as
    /// `T`, the error is [`WithoutId`](ResponseError::WithoutId).
    pub fn saved<T: DeserializeOwned>(self) -> Result<T, ResponseError> {
        let envelope: Envelope = self.read(decode)?;
        if let Some(error) = envelope.status_error() {
            return Err(ResponseError::Api(envelope.api_error().unwrap_or(error)));
        }
        self.with_id()
    }

    /// Decodes the body like [`json`](Self::json), where `T` requires only the id of what was
    /// created or changed.
    pub(crate) fn with_id<T: DeserializeOwned>(self) -> Result<T, ResponseError> {
        self.json().map_err(|error| match error {
            ResponseError::Decode(reason)
                if self.envelope().is_some_and(|envelope| envelope.is_success()) =>
            {
                ResponseError::WithoutId(reason)
            }
            error => error,
        })
    }

    /// Decodes the body of an operation that returns one thing, in the member `thing`. The thing
    /// does not exist where the whole body is null, `[]` or `{}`, or where the member is empty for
    /// PHP.
    pub(crate) fn found<T: DeserializeOwned>(
        self,
        thing: &'static str,
    ) -> Result<T, ResponseError> {
        self.json().map_err(|error| {
            let is_absent = || {
                self.read(|body| envelope::is_absent(body.text, thing).map_err(decode_error))
                    .unwrap_or(false)
            };
            match error {
                ResponseError::Decode(_) if is_absent() => ResponseError::NotFound(thing),
                error => error,
            }
        })
    }

    /// Checks the body of an operation that returns nothing but `"status": "success"`.
    ///
    /// # Errors
    ///
    /// [`Api`](ResponseError::Api) if the body is an API error (see [`json`](Self::json)) or if its
    /// `status` is not success, [`Decode`](ResponseError::Decode) if it is not a JSON object with a
    /// `status`.
    pub fn success(self) -> Result<(), ResponseError> {
        let envelope: Envelope = self.read(decode)?;
        if let Some(error) = envelope.api_error().or_else(|| envelope.status_error()) {
            return Err(ResponseError::Api(error));
        }
        if !envelope.has_status() {
            return Err(ResponseError::Decode("the body has no status".to_owned()));
        }
        Ok(())
    }

    /// The API error in the body, if it is one.
    pub(crate) fn api_error(self) -> Option<ApiError> {
        self.envelope()?.api_error()
    }

    /// The message and the code in the body, where the HTTP status is an error.
    pub(crate) fn reported(self) -> ApiError {
        self.envelope().as_ref().map(Envelope::reported).unwrap_or_default()
    }

    fn envelope(self) -> Option<Envelope> {
        self.read(|body| Envelope::find(body.text).map_err(decode_error)).ok().flatten()
    }

    /// Decodes the body, after a failure once more with repaired text.
    fn read<T>(
        self,
        decode: impl Fn(Body<'_>) -> Result<T, ResponseError>,
    ) -> Result<T, ResponseError> {
        let body = lenient::without_byte_order_mark(self.body());
        if body.is_empty() {
            return Err(ResponseError::Decode("the body is empty".to_owned()));
        }
        // With UTF-8 checked here, serde_json need not check each string.
        let text = lenient::to_text(body);
        let copied = if matches!(text, Cow::Owned(_)) { text.len() } else { 0 };
        lenient::take_failure();
        let first = decode(Body { text: &text, bytes: body.len(), copied });
        // A bad character in a row does not fail the response, only the row.
        let is_damaged = lenient::take_failure() || matches!(first, Err(ResponseError::Decode(_)));
        match is_damaged.then(|| lenient::repaired(&text)).flatten() {
            None => first,
            Some(repaired) => {
                drop((first, text));
                let copied = repaired.len();
                decode(Body { text: &repaired, bytes: body.len(), copied })
            }
        }
    }
}

// Without the body, which may contain what was sent.
impl fmt::Debug for RawResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// A body as text.
#[derive(Clone, Copy)]
struct Body<'a> {
    text: &'a str,
    /// The size of the body as it was received.
    bytes: usize,
    /// How much was copied to make it text, in bytes.
    copied: usize,
}

/// Decodes the body. Only after a failure decodes it again with the path for the error, which has a
/// cost.
fn decode<T: DeserializeOwned>(body: Body<'_>) -> Result<T, ResponseError> {
    let reader = &mut serde_json::Deserializer::from_str(body.text);
    let budget = Budget::of(body.bytes, body.copied);
    let read = T::deserialize(Strict::new(&mut *reader));
    let read = read.and_then(|read| reader.end().map(|()| read));
    drop(budget);
    let read = read.or_else(|error| {
        let is_duplicate = error.to_string().starts_with("duplicate field");
        is_duplicate.then(|| decode_by_value(body)).flatten().ok_or(error)
    });
    read.map_err(|_| {
        let reader = &mut serde_json::Deserializer::from_str(body.text);
        let _budget = Budget::of(body.bytes, body.copied);
        let error = match serde_path_to_error::deserialize::<_, T>(Strict::new(&mut *reader)) {
            Ok(_) => reader.end().err().map(|error| error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        ResponseError::Decode(error.unwrap_or_default())
    })
}

/// Decodes a body with duplicate members. The last one counts, as in PHP.
fn decode_by_value<T: DeserializeOwned>(body: Body<'_>) -> Option<T> {
    let _budget = Budget::of(body.bytes, body.copied);
    let Any(value) = serde_json::from_str(body.text).ok()?;
    T::deserialize(Strict::new(value)).ok()
}

#[expect(clippy::needless_pass_by_value, reason = "the signature of the argument of map_err")]
fn decode_error(error: serde_json::Error) -> ResponseError {
    ResponseError::Decode(error.to_string())
}
