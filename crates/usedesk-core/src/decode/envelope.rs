//! API errors: the members that make the body of a response an error.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use self::bounded::Bounded;
use super::lenient::{self, Key};
use super::{ApiError, ErrorCode};

mod bounded;

/// About how much of a member is kept, in bytes: more than an error keeps of a text. The rest is
/// skipped, so that a long body takes no memory here.
const MEMBER_BYTES: usize = 20 * 1024;

/// The members that can make an object an error; null where absent.
#[derive(Default)]
pub(crate) struct Envelope {
    error: Value,
    errors: Value,
    code: Value,
    status: Value,
    message: Value,
}

impl Envelope {
    /// Decodes the body; `None` unless it is an object.
    pub(crate) fn find(text: &str) -> serde_json::Result<Option<Self>> {
        let is_object = text.trim_ascii_start().starts_with('{');
        if is_object { serde_json::from_str(text).map(Some) } else { Ok(None) }
    }

    /// The API error, if the object is one.
    pub(crate) fn api_error(&self) -> Option<ApiError> {
        let has_error = !lenient::is_empty(&self.error) || !lenient::is_empty(&self.errors);
        let is_error = match Marker::of(&self.status) {
            Marker::Failure => true,
            Marker::Success => has_error,
            Marker::Other => {
                let is_rate_limit = || self.code().is_some_and(|code| code.is_rate_limit());
                has_error || !lenient::is_empty(&self.message) || is_rate_limit()
            }
        };
        is_error.then(|| self.reported())
    }

    /// The API error of an object that has a status other than success.
    pub(crate) fn status_error(&self) -> Option<ApiError> {
        let is_other = matches!(Marker::of(&self.status), Marker::Other) && self.has_status();
        let message = || format!("the status is {}, not success", self.status);
        is_other.then(|| ApiError { message: Some(message()), code: self.code() })
    }

    /// Whether there is a status.
    pub(crate) fn has_status(&self) -> bool {
        !self.status.is_null() && self.status != ""
    }

    /// Whether the status is success.
    pub(crate) fn is_success(&self) -> bool {
        matches!(Marker::of(&self.status), Marker::Success)
    }

    /// The message and the code of an object that is known to be an error.
    pub(crate) fn reported(&self) -> ApiError {
        let is_reason = |value: &&Value| !lenient::is_empty(value) && !value.is_boolean();
        let reasons = match &self.error {
            Value::Object(_) => [self.nested("message"), &self.error, &self.message],
            // A number explains less than the message.
            Value::Number(_) => [&self.message, &self.error, &Value::Null],
            _ => [&self.error, &self.message, &Value::Null],
        };
        let reason = reasons.into_iter().find(is_reason).map(plain_text);
        let message = match (reason, details(&self.errors)) {
            (Some(reason), Some(details)) => Some(format!("{reason}: {details}")),
            (reason, details) => reason.or(details),
        };
        ApiError { message, code: self.code() }
    }

    fn code(&self) -> Option<ErrorCode> {
        [&self.code, self.nested("code")].into_iter().find_map(code)
    }

    fn nested(&self, key: &str) -> &Value {
        self.error.get(key).unwrap_or(&Value::Null)
    }
}

// By hand, so that the last of duplicate members counts, as in PHP, and other members are skipped.
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
                    let member = match &*name {
                        "error" => &mut envelope.error,
                        "errors" => &mut envelope.errors,
                        "code" => &mut envelope.code,
                        "status" => &mut envelope.status,
                        "message" => &mut envelope.message,
                        _ => {
                            members.next_value::<IgnoredAny>()?;
                            continue;
                        }
                    };
                    *member = members.next_value_seed(Bounded::new(&mut { MEMBER_BYTES }))?;
                }
                Ok(envelope)
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// Whether the body, or its member named `thing`, is empty.
pub(crate) fn is_absent(text: &str, thing: &str) -> serde_json::Result<bool> {
    let reader = &mut serde_json::Deserializer::from_str(text);
    let is_absent = reader.deserialize_any(Absence { thing })?;
    reader.end().map(|()| is_absent)
}

struct Absence<'a> {
    thing: &'a str,
}

impl<'de> Visitor<'de> for Absence<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: de::Error>(self) -> Result<bool, E> {
        Ok(true)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<bool, A::Error> {
        let is_empty = items.next_element::<IgnoredAny>()?.is_none();
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(is_empty)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<bool, A::Error> {
        let mut is_absent = None;
        while let Some(Key(name)) = members.next_key()? {
            if *name == *self.thing {
                let value = members.next_value_seed(Bounded::new(&mut { MEMBER_BYTES }))?;
                is_absent = Some(lenient::is_empty(&value));
            } else {
                members.next_value::<IgnoredAny>()?;
                is_absent = is_absent.or(Some(false));
            }
        }
        // An object without members is empty.
        Ok(is_absent.unwrap_or(true))
    }
}

/// The meaning of a `status` member.
enum Marker {
    Success,
    Failure,
    /// Neither, for example the status of a ticket.
    Other,
}

impl Marker {
    fn of(status: &Value) -> Self {
        match status {
            Value::Bool(true) => Self::Success,
            Value::Bool(false) => Self::Failure,
            Value::Number(number) if matches!(number.as_f64(), Some(1.0 | 200.0)) => Self::Success,
            Value::String(word) if is_any_of(word, &["success", "ok", "true", "1", "200"]) => {
                Self::Success
            }
            Value::String(word)
                if is_any_of(word, &["error", "fail", "failed", "failure", "false"]) =>
            {
                Self::Failure
            }
            _ => Self::Other,
        }
    }
}

fn is_any_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

fn plain_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A number or a non-empty string as a code. 121.0 is 121.
fn code(value: &Value) -> Option<ErrorCode> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if !number.is_u64() && !number.is_i64() => float.to_string(),
            _ => number.to_string(),
        },
        _ => return None,
    };
    (!text.is_empty()).then(|| ErrorCode::from(text))
}

/// The reasons in `errors`: a string, a list of reasons, or reasons by the name of a parameter.
fn details(errors: &Value) -> Option<String> {
    let texts: Vec<_> = match errors {
        _ if lenient::is_empty(errors) => return None,
        Value::Null | Value::Bool(_) => return None,
        Value::Number(_) | Value::String(_) => return Some(plain_text(errors)),
        Value::Array(items) => items.iter().filter_map(details).collect(),
        Value::Object(members) => members
            .iter()
            .filter_map(|(name, reasons)| Some(format!("{name}: {}", details(reasons)?)))
            .collect(),
    };
    (!texts.is_empty()).then(|| texts.join("; "))
}
