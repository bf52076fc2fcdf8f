//! Reading an answer: first what went wrong, then what was asked for.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde::de::DeserializeOwned;

use crate::envelope::{self, Envelope};
use crate::error_code::ErrorCode;
use crate::lenient::{self, Any, Budget, RowByRow, strict::Strict};
use crate::rows::Rows;
use crate::token::ApiToken;

/// An answer with its whole body, as [`Operation::decode`](crate::Operation::decode) gets it.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    response: &'a Response<Bytes>,
    /// What is replaced in errors about rows.
    token: Option<&'a ApiToken>,
}

impl<'a> Answer<'a> {
    /// An answer to be read: what a test of your own [`decode`](crate::Operation::decode) needs.
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
    pub fn json<T: DeserializeOwned>(self) -> Result<T, AnswerError> {
        self.read(|body| {
            let envelope = Envelope::find(body.text).map_err(unreadable)?;
            if let Some(refusal) = envelope.as_ref().and_then(Envelope::refusal) {
                return Err(AnswerError::Refused(refusal));
            }
            decode(body).map_err(|error| {
                let without_success = envelope.as_ref().and_then(Envelope::other_status);
                without_success.map_or(error, AnswerError::Refused)
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
    pub fn list<T: DeserializeOwned>(self) -> Result<Rows<T>, AnswerError> {
        match self.json::<Rows<T>>() {
            Ok(rows) if rows.errors.is_empty() => Ok(rows),
            Ok(_) | Err(AnswerError::Unreadable(_)) => {
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
    /// the rest cannot be read as `T`, the error is [`WithoutId`](AnswerError::WithoutId).
    pub fn saved<T: DeserializeOwned>(self) -> Result<T, AnswerError> {
        let envelope: Envelope = self.read(decode)?;
        if let Some(refusal) = envelope.other_status() {
            return Err(AnswerError::Refused(envelope.refusal().unwrap_or(refusal)));
        }
        self.with_id()
    }

    /// Reads the body as [`json`](Self::json) does, where `T` needs nothing but the id of what was
    /// created or changed.
    pub(crate) fn with_id<T: DeserializeOwned>(self) -> Result<T, AnswerError> {
        self.json().map_err(|error| match error {
            AnswerError::Unreadable(reason)
                if self.envelope().is_some_and(|envelope| envelope.is_success()) =>
            {
                AnswerError::WithoutId(reason)
            }
            error => error,
        })
    }

    /// Reads the body of a method that gives one thing, which it calls `thing`. Empty where that
    /// would be, as the whole body or in the member of that name, it is not there: null, `[]`,
    /// `{}`, and in the member also what else PHP calls empty.
    pub(crate) fn found<T: DeserializeOwned>(self, thing: &'static str) -> Result<T, AnswerError> {
        self.json().map_err(|error| {
            let is_absent = || {
                self.read(|body| envelope::is_absent(body.text, thing).map_err(unreadable))
                    .unwrap_or(false)
            };
            match error {
                AnswerError::Unreadable(_) if is_absent() => AnswerError::NotFound(thing),
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
    pub fn success(self) -> Result<(), AnswerError> {
        let envelope: Envelope = self.read(decode)?;
        if let Some(refusal) = envelope.refusal().or_else(|| envelope.other_status()) {
            return Err(AnswerError::Refused(refusal));
        }
        if !envelope.has_status() {
            return Err(AnswerError::Unreadable("the body has no status".to_owned()));
        }
        Ok(())
    }

    /// The refusal that the body is, if it is one.
    pub(crate) fn refusal(self) -> Option<Refusal> {
        self.envelope()?.refusal()
    }

    /// What the body says of a refusal that is known by other means: by the HTTP status.
    pub(crate) fn said(self) -> Refusal {
        self.envelope().as_ref().map(Envelope::said).unwrap_or_default()
    }

    fn envelope(self) -> Option<Envelope> {
        self.read(|body| Envelope::find(body.text).map_err(unreadable)).ok().flatten()
    }

    /// Reads the body; once more, repaired, when it cannot be read as it is.
    fn read<T>(self, read: impl Fn(Body<'_>) -> Result<T, AnswerError>) -> Result<T, AnswerError> {
        let body = lenient::without_mark(self.body());
        if body.is_empty() {
            return Err(AnswerError::Unreadable("the body is empty".to_owned()));
        }
        // Checked once here, serde_json need not check string by string.
        let text = lenient::to_text(body);
        let copied = if matches!(text, Cow::Owned(_)) { text.len() } else { 0 };
        lenient::gave_up();
        let first = read(Body { text: &text, bytes: body.len(), copied });
        // A bad character in a row costs no more than the row, if that is not looked for.
        let is_damaged = lenient::gave_up() || matches!(first, Err(AnswerError::Unreadable(_)));
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
impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// Why an answer is not the success that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The server refused the request.
    #[error("the request was refused")]
    Refused(Refusal),
    /// The body is empty where the thing asked for would be: a ticket, a client.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The server reported success, but the body has no id of what was created or changed, or none
    /// that can be read; the text says why.
    #[error("the server reported success, but no id: {0}")]
    WithoutId(String),
    /// The body is not what the method answers with; the text says why.
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
}

/// What the server says of its refusal.
///
/// # Examples
///
/// A [`decode`](crate::Operation::decode) of your own makes one where only it knows a refusal:
///
/// ```
/// use usedesk_core::{Answer, AnswerError, Refusal};
///
/// fn decode(answer: &Answer<'_>) -> Result<String, AnswerError> {
///     match answer.body() {
///         b"NO" => Err(AnswerError::Refused(Refusal::new("the archive is closed"))),
///         body => Ok(String::from_utf8_lossy(body).into_owned()),
///     }
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The reason, where it gives one, and the reasons under `errors`.
    pub message: Option<String>,
    /// The code, where it gives one. With [`TooManyRequests`](ErrorCode::TooManyRequests) or 429 the
    /// call is rate-limited.
    pub code: Option<ErrorCode>,
}

impl Refusal {
    /// A refusal with this reason and no code.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), code: None }
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
fn decode<T: DeserializeOwned>(body: Body<'_>) -> Result<T, AnswerError> {
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
        AnswerError::Unreadable(error.unwrap_or_default())
    })
}

/// Reads a body in which a member comes twice. The last one counts, as in PHP.
fn decode_by_value<T: DeserializeOwned>(body: Body<'_>) -> Option<T> {
    let _budget = Budget::of(body.bytes, body.copied);
    let Any(value) = serde_json::from_str(body.text).ok()?;
    T::deserialize(Strict(value)).ok()
}

#[expect(clippy::needless_pass_by_value, reason = "the signature that map_err calls")]
fn unreadable(error: serde_json::Error) -> AnswerError {
    AnswerError::Unreadable(error.to_string())
}
