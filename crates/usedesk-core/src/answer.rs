//! Reading an answer: first what went wrong, then what was asked for.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::lenient::{self, Key, strict::Strict};

/// An answer with its whole body, as [`Operation::decode`](crate::Operation::decode) gets it.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    response: &'a Response<Bytes>,
}

impl<'a> Answer<'a> {
    /// An answer to be read: what a test of your own [`decode`](crate::Operation::decode) needs.
    #[must_use]
    pub fn new(response: &'a Response<Bytes>) -> Self {
        Self { response }
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
    /// - with an `error` that is not empty (null, false, 0, `""`, `"0"`, `[]` and `{}` are empty),
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
        let text = self.text()?;
        let envelope = Envelope::find(text);
        if let Some(refusal) = envelope.as_ref().and_then(Envelope::refusal) {
            return Err(AnswerError::Refused(refusal));
        }
        read(text).map_err(|error| {
            let without_success = envelope.as_ref().and_then(Envelope::other_status);
            without_success.map_or(error, AnswerError::Refused)
        })
    }

    /// Reads the body as a list. An empty one is null, `[]` or `{}`; an object counts as a list when
    /// all its names are whole numbers, since PHP writes a list with gaps so.
    ///
    /// # Errors
    ///
    /// As [`json`](Self::json), and when a row is null.
    pub fn list<T: DeserializeOwned>(self) -> Result<Vec<T>, AnswerError> {
        #[derive(Deserialize)]
        #[serde(transparent, bound = "T: DeserializeOwned")]
        struct Items<T>(#[serde(deserialize_with = "lenient::rows")] Vec<T>);

        self.json().map(|Items(items)| items)
    }

    /// Reads the body of a method that answers with what it created or changed: an object, whose
    /// `status`, where it has one, must be success (true, 1, 200, `success` or `ok`). Any other
    /// status, `denied`, is a refusal, whatever else the body holds.
    ///
    /// # Errors
    ///
    /// As [`json`](Self::json), and when there is another status.
    pub fn saved<T: DeserializeOwned>(self) -> Result<T, AnswerError> {
        let envelope: Envelope = read(self.text()?)?;
        match envelope.other_status() {
            Some(refusal) => Err(AnswerError::Refused(envelope.refusal().unwrap_or(refusal))),
            None => self.json(),
        }
    }

    /// Reads the body of a method that gives one thing, which it calls `thing`. Empty where that
    /// would be, as the whole body or in the member of that name, it is not there: null, `[]`,
    /// `{}`, and in the member also what else PHP calls empty.
    pub(crate) fn found<T: DeserializeOwned>(self, thing: &'static str) -> Result<T, AnswerError> {
        self.json().map_err(|error| {
            let is_absent = match self.text().map(serde_json::from_str) {
                Ok(Ok(Value::Null)) => true,
                Ok(Ok(Value::Array(items))) => items.is_empty(),
                Ok(Ok(Value::Object(members))) => {
                    members.is_empty() || members.get(thing).is_some_and(lenient::is_empty)
                }
                _ => false,
            };
            match error {
                AnswerError::Unreadable(_) if is_absent => AnswerError::NotFound(thing),
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
        let envelope: Envelope = read(self.text()?)?;
        if let Some(refusal) = envelope.refusal().or_else(|| envelope.other_status()) {
            return Err(AnswerError::Refused(refusal));
        }
        match envelope.status {
            Value::Null => Err(AnswerError::Unreadable("the body has no status".to_owned())),
            _ => Ok(()),
        }
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
        Envelope::find(&String::from_utf8_lossy(lenient::without_mark(self.body())))
    }

    fn text(self) -> Result<&'a str, AnswerError> {
        let body = lenient::without_mark(self.body());
        if body.is_empty() {
            return Err(AnswerError::Unreadable("the body is empty".to_owned()));
        }
        // Checked once here, serde_json need not check string by string.
        str::from_utf8(body).map_err(|error| AnswerError::Unreadable(error.to_string()))
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
    /// The reason, where it gives one.
    pub message: Option<String>,
    /// The code, where it gives one; a number is written as text.
    pub code: Option<String>,
}

impl Refusal {
    /// A refusal with this reason and no code.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: Some(message.into()), code: None }
    }
}

/// The members by which an object says that it is an error; null where it lacks one.
#[derive(Default)]
struct Envelope {
    error: Value,
    code: Value,
    status: Value,
    message: Value,
}

impl Envelope {
    /// None when the body is a list or anything else but an object.
    fn find(text: &str) -> Option<Self> {
        let is_object = text.trim_ascii_start().starts_with('{');
        if is_object { serde_json::from_str(text).ok() } else { None }
    }

    /// The refusal, if the object is one.
    fn refusal(&self) -> Option<Refusal> {
        let refused = match Marker::of(&self.status) {
            Marker::Failure => true,
            Marker::Success => !lenient::is_empty(&self.error),
            Marker::Other => !lenient::is_empty(&self.error) || !lenient::is_empty(&self.message),
        };
        refused.then(|| self.said())
    }

    /// A refusal because the status is there and not success.
    fn other_status(&self) -> Option<Refusal> {
        let is_other = matches!(Marker::of(&self.status), Marker::Other) && !self.status.is_null();
        let message = || format!("the status is {}, not success", self.status);
        is_other.then(|| Refusal::new(message()))
    }

    /// What is said, when it is known that the object is an error.
    fn said(&self) -> Refusal {
        let nested = |key| self.error.get(key).unwrap_or(&Value::Null);
        let is_reason = |value: &&Value| !lenient::is_empty(value) && !value.is_boolean();
        let reasons = match &self.error {
            Value::Object(_) => [nested("message"), &self.error, &self.message],
            // A number is no reason when there is a text beside it.
            Value::Number(_) => [&self.message, &self.error, &Value::Null],
            _ => [&self.error, &self.message, &Value::Null],
        };
        let codes = [&self.code, nested("code")];
        let is_code = |code: &&Value| code.is_number() || code.is_string();
        Refusal {
            message: reasons.into_iter().find(is_reason).map(plain_text),
            code: codes.into_iter().find(is_code).map(plain_text),
        }
    }
}

// By hand, so that of a member that comes twice the last counts, as in PHP, and others are skipped
// and not read.
impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Envelope;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Envelope, A::Error> {
                let mut envelope = Envelope::default();
                while let Some(Key(name)) = members.next_key()? {
                    match &*name {
                        "error" => envelope.error = members.next_value()?,
                        "code" => envelope.code = members.next_value()?,
                        "status" => envelope.status = members.next_value()?,
                        "message" => envelope.message = members.next_value()?,
                        _ => drop(members.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(envelope)
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// What a `status` member says.
enum Marker {
    Success,
    Failure,
    /// Neither: a ticket's status, for example.
    Other,
}

impl Marker {
    fn of(status: &Value) -> Self {
        match status {
            Value::Bool(true) => Self::Success,
            Value::Bool(false) => Self::Failure,
            Value::Number(number) if matches!(number.as_f64(), Some(1.0 | 200.0)) => Self::Success,
            Value::String(word) if is_one_of(word, &["success", "ok", "true", "1", "200"]) => {
                Self::Success
            }
            Value::String(word)
                if is_one_of(word, &["error", "fail", "failed", "failure", "false"]) =>
            {
                Self::Failure
            }
            _ => Self::Other,
        }
    }
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

fn plain_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Reads the body, and once more after a failure, since keeping track of the path costs.
fn read<T: DeserializeOwned>(text: &str) -> Result<T, AnswerError> {
    let reader = &mut serde_json::Deserializer::from_str(text);
    let read = T::deserialize(Strict(&mut *reader)).and_then(|read| reader.end().map(|()| read));
    read.map_err(|_| {
        let reader = &mut serde_json::Deserializer::from_str(text);
        let error = match serde_path_to_error::deserialize::<_, T>(Strict(&mut *reader)) {
            Ok(_) => reader.end().err().map(|error| error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        AnswerError::Unreadable(error.unwrap_or_default())
    })
}
