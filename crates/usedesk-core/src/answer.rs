//! Reading an answer: first what went wrong, then what was asked for.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// An answer with its whole body, as [`Operation::decode`](crate::Operation::decode) gets it.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    response: &'a Response<Bytes>,
}

impl<'a> Answer<'a> {
    pub(crate) fn new(response: &'a Response<Bytes>) -> Self {
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

    /// Reads the body as `T`, unless it says that the request was refused.
    ///
    /// # Errors
    ///
    /// When it says so, or when it is not JSON of that shape.
    pub fn json<T: DeserializeOwned>(self) -> Result<T, AnswerError> {
        let text = self.text()?;
        if let Some(refusal) = Envelope::read(text).and_then(Envelope::refusal) {
            return Err(AnswerError::Refused(refusal));
        }
        read(text)
    }

    /// Reads the body of a method that answers with no more than `"status": "success"`.
    ///
    /// # Errors
    ///
    /// When the body says that the request was refused, when its `status` is anything but
    /// success, or when it is not a JSON object with a `status`.
    pub fn success(self) -> Result<(), AnswerError> {
        let text = self.text()?;
        let Some(envelope) = Envelope::read(text) else {
            // For the reason why it is not one.
            read::<Map<String, Value>>(text)?;
            return Err(AnswerError::Unreadable("the body names something twice".to_owned()));
        };
        let status = envelope.status.clone();
        match (envelope.refusal(), status) {
            (Some(refusal), _) => Err(AnswerError::Refused(refusal)),
            (None, Some(status)) if matches!(Marker::of(&status), Marker::Success) => Ok(()),
            (None, Some(status)) => Err(AnswerError::Refused(Refusal {
                message: Some(format!("the status is {status}, not success")),
                code: None,
            })),
            (None, None) => Err(AnswerError::Unreadable("the body has no status".to_owned())),
        }
    }

    /// What the body says of a refusal, if it does; for an answer that failed by its HTTP status.
    pub(crate) fn refusal(self) -> Refusal {
        let text = String::from_utf8_lossy(self.body());
        Envelope::read(&text).map(Envelope::into_refusal).unwrap_or_default()
    }

    fn text(self) -> Result<&'a str, AnswerError> {
        if self.body().is_empty() {
            return Err(AnswerError::Unreadable("the body is empty".to_owned()));
        }
        // Checked once here, serde_json need not check string by string.
        std::str::from_utf8(self.body()).map_err(|error| AnswerError::Unreadable(error.to_string()))
    }
}

/// Why an answer is not the success that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The server refused the request.
    #[error("the request was refused")]
    Refused(Refusal),
    /// The body is not what the method answers with; the text says why.
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
}

/// What the server says of its refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The reason, where it gives one.
    pub message: Option<String>,
    /// The code, where it gives one; a number is written as text.
    pub code: Option<String>,
}

/// The members by which an object says that it is an error. Other members are skipped, not read.
#[derive(Deserialize)]
struct Envelope {
    error: Option<Value>,
    code: Option<Value>,
    status: Option<Value>,
    message: Option<Value>,
}

impl Envelope {
    /// None when the body is a list or anything else but an object.
    fn read(text: &str) -> Option<Self> {
        let is_object = text.trim_ascii_start().starts_with('{');
        if is_object { serde_json::from_str(text).ok() } else { None }
    }

    /// The refusal, if the object is one.
    fn refusal(self) -> Option<Refusal> {
        let has_error = self.error.as_ref().is_some_and(|error| !is_empty(error));
        let refused = has_error
            || match self.status.as_ref().map(Marker::of) {
                Some(Marker::Success) => false,
                Some(Marker::Failure) => true,
                Some(Marker::Other) | None => self.message.as_ref().is_some_and(|m| !is_empty(m)),
            };
        refused.then(|| self.into_refusal())
    }

    /// What is said, when it is known by other means that the object is an error.
    fn into_refusal(self) -> Refusal {
        let nested = |key| self.error.as_ref().and_then(|error| error.get(key));
        let code = self.code.as_ref().or_else(|| nested("code"));
        let said = match &self.error {
            Some(Value::Object(_)) => nested("message").or(self.error.as_ref()),
            // A flag or a number is no reason when there is a text beside it.
            Some(error) if !is_empty(error) && (error.is_string() || self.message.is_none()) => {
                Some(error)
            }
            _ => self.message.as_ref(),
        };
        let readable = |value: &&Value| !is_empty(value);
        Refusal {
            message: said.filter(readable).map(plain_text),
            code: code.filter(|code| code.is_number() || code.is_string()).map(plain_text),
        }
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
            Value::Number(number) => match number.as_u64() {
                Some(1 | 200) => Self::Success,
                _ => Self::Other,
            },
            Value::String(word) => match word.to_ascii_lowercase().as_str() {
                "success" | "ok" | "true" | "1" | "200" => Self::Success,
                "error" | "fail" | "failed" | "failure" | "false" => Self::Failure,
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }
}

/// What PHP calls empty, and an empty object, which PHP may mean by an empty list.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(text) => matches!(text.as_str(), "" | "0"),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}

fn plain_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Reads the body, and once more after a failure, since keeping track of the path costs.
fn read<T: DeserializeOwned>(text: &str) -> Result<T, AnswerError> {
    serde_json::from_str(text).map_err(|_| {
        let reader = &mut serde_json::Deserializer::from_str(text);
        let error = match serde_path_to_error::deserialize::<_, T>(&mut *reader) {
            Ok(_) => reader.end().err().map(|error| error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        AnswerError::Unreadable(error.unwrap_or_default())
    })
}
