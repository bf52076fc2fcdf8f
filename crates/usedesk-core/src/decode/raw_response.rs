//! Decoding a response: first an error in the body, then the output.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde::de::DeserializeOwned;

use super::envelope::{self, Envelope};
use super::lenient::{self, Any, Budget, RowByRow, strict::Strict};
use super::{ApiError, ResponseError, Rows};
use crate::secret::ApiToken;

/// A response with its whole body, as [`Operation::decode`](crate::Operation::decode) gets it.
#[derive(Clone, Copy)]
pub struct RawResponse<'a> {
    response: &'a Response<Bytes>,
    /// Redacted in errors about rows.
    token: Option<&'a ApiToken>,
}

impl<'a> RawResponse<'a> {
    /// Wraps a response, for the tests of a [`decode`](crate::Operation::decode) of your own.
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

    /// Reads the body as `T`, unless it says that the request was refused: an object
    ///
    /// - with an `error` or `errors` that is not empty (null, false, 0, `""`, `"0"`, `[]` and `{}`
    ///   are empty),
    /// - with a `status` of false or a word such as `error` or `failed`,
    /// - with a `message`, and no `status` of true, 1, 200, `success` or `ok`,
    /// - or with another `status`, when it cannot be read as `T`.
    ///
    /// Where `T` is a struct, the body is an object: a list of its members is not read.
    ///
    /// Where success itself has a member `message`, read [`body`](Self::body) instead.
    ///
    /// # Errors
    ///
    /// When it was refused, or when the body is not JSON of that shape.
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

    /// Reads the body as a list. An empty one is `[]` or `{}`; an object counts as a list when all
    /// its names are whole numbers, since PHP writes a list with gaps so. A row that cannot be read
    /// is among the [errors](Rows::errors) of the list.
    ///
    /// # Errors
    ///
    /// As [`json`](Self::json), and when the body is null: that is no empty list.
    pub fn list<T: DeserializeOwned>(self) -> Result<Rows<T>, ResponseError> {
        match self.json::<Rows<T>>() {
            Ok(rows) if rows.errors.is_empty() => Ok(rows),
            Ok(_) | Err(ResponseError::Decode(_)) => {
                self.json().map(|RowByRow(rows)| self.redacted(rows))
            }
            Err(error) => Err(error),
        }
    }

    /// Takes the token out of the errors among rows.
    pub(crate) fn redacted<T>(self, mut rows: Rows<T>) -> Rows<T> {
        if let Some(token) = self.token {
            rows.errors.iter_mut().for_each(|error| error.redact(token));
        }
        rows
    }

    /// Reads the body of a method that answers with what it created or changed: an object, whose
    /// `status`, where it has one, must be success (true, 1, 200, `success` or `ok`). Any other
    /// status, `denied`, is a refusal, whatever else the body holds.
    ///
    /// # Errors
    ///
    /// As [`json`](Self::json), and when there is another status. When the status is success, but
    /// the rest cannot be read as `T`, the error is [`WithoutId`](ResponseError::WithoutId).
    pub fn saved<T: DeserializeOwned>(self) -> Result<T, ResponseError> {
        let envelope: Envelope = self.read(decode)?;
        if let Some(error) = envelope.status_error() {
            return Err(ResponseError::Api(envelope.api_error().unwrap_or(error)));
        }
        self.with_id()
    }

    /// Reads the body as [`json`](Self::json) does, where `T` needs nothing but the id of what was
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

    /// Reads the body of a method that gives one thing, which it calls `thing`. Empty where that
    /// would be, as the whole body or in the member of that name, it is not there: null, `[]`,
    /// `{}`, and in the member also what else PHP calls empty.
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

    /// Reads the body of a method that answers with no more than `"status": "success"`.
    ///
    /// # Errors
    ///
    /// When the body says that the request was refused, when its `status` is anything but
    /// success, or when it is not a JSON object with a `status`.
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

    /// The error in the body, if it has one.
    pub(crate) fn api_error(self) -> Option<ApiError> {
        self.envelope()?.api_error()
    }

    /// What the body says about an error that the HTTP status tells.
    pub(crate) fn reported(self) -> ApiError {
        self.envelope().as_ref().map(Envelope::reported).unwrap_or_default()
    }

    fn envelope(self) -> Option<Envelope> {
        self.read(|body| Envelope::find(body.text).map_err(decode_error)).ok().flatten()
    }

    /// Reads the body; once more, repaired, when it cannot be read as it is.
    fn read<T>(
        self,
        read: impl Fn(Body<'_>) -> Result<T, ResponseError>,
    ) -> Result<T, ResponseError> {
        let body = lenient::without_mark(self.body());
        if body.is_empty() {
            return Err(ResponseError::Decode("the body is empty".to_owned()));
        }
        // Checked once here, serde_json need not check string by string.
        let text = lenient::to_text(body);
        let copied = if matches!(text, Cow::Owned(_)) { text.len() } else { 0 };
        lenient::gave_up();
        let first = read(Body { text: &text, bytes: body.len(), copied });
        // A bad character in a row costs no more than the row, if that is not looked for.
        let is_damaged = lenient::gave_up() || matches!(first, Err(ResponseError::Decode(_)));
        match is_damaged.then(|| lenient::repaired(&text)).flatten() {
            None => first,
            Some(repaired) => {
                drop((first, text));
                let copied = repaired.len();
                read(Body { text: &repaired, bytes: body.len(), copied })
            }
        }
    }
}

// Without the body, which may repeat what was sent.
impl fmt::Debug for RawResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// A body that is text.
#[derive(Clone, Copy)]
struct Body<'a> {
    text: &'a str,
    /// Its size as it came.
    bytes: usize,
    /// How much was copied to make the text of it.
    copied: usize,
}

/// Reads the body, and once more after a failure, since keeping track of the path costs.
fn decode<T: DeserializeOwned>(body: Body<'_>) -> Result<T, ResponseError> {
    let reader = &mut serde_json::Deserializer::from_str(body.text);
    let budget = Budget::of(body.bytes, body.copied);
    let read = T::deserialize(Strict(&mut *reader));
    let read = read.and_then(|read| reader.end().map(|()| read));
    drop(budget);
    let read = read.or_else(|error| {
        let is_twice = error.to_string().starts_with("duplicate field");
        is_twice.then(|| decode_by_value(body)).flatten().ok_or(error)
    });
    read.map_err(|_| {
        let reader = &mut serde_json::Deserializer::from_str(body.text);
        let _budget = Budget::of(body.bytes, body.copied);
        let error = match serde_path_to_error::deserialize::<_, T>(Strict(&mut *reader)) {
            Ok(_) => reader.end().err().map(|error| error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        ResponseError::Decode(error.unwrap_or_default())
    })
}

/// Reads a body in which a member comes twice. The last one counts, as in PHP.
fn decode_by_value<T: DeserializeOwned>(body: Body<'_>) -> Option<T> {
    let _budget = Budget::of(body.bytes, body.copied);
    let Any(value) = serde_json::from_str(body.text).ok()?;
    T::deserialize(Strict(value)).ok()
}

#[expect(clippy::needless_pass_by_value, reason = "the signature that map_err calls")]
fn decode_error(error: serde_json::Error) -> ResponseError {
    ResponseError::Decode(error.to_string())
}
