//! Typed access to parameters.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::known_parameters::{self, Known};
use crate::api_error::{ApiError, ErrorCode};
use crate::php::ReceivedFile;

/// Limit on any text, in bytes. Documented for messages as "about 64 KB".
const TEXT_LIMIT: usize = 64 * 1024;
/// Limit on any file, in bytes.
const FILE_LIMIT: usize = 15 * 1024 * 1024;

/// The parameters of a request. Numbers are accepted as JSON numbers and as text, since forms have
/// only text.
#[derive(Clone, Copy)]
pub(super) struct Parameters<'a> {
    map: &'a Map<String, Value>,
    /// Parameters in the path, which override all others.
    numbers: &'a [(&'static str, Value)],
    files: &'a [ReceivedFile],
    /// The names that can be read; all within an object.
    known: Option<Known>,
}

impl<'a> Parameters<'a> {
    pub(super) fn new(
        map: &'a Map<String, Value>,
        numbers: &'a [(&'static str, Value)],
        files: &'a [ReceivedFile],
        known: Known,
    ) -> Self {
        Self { map, numbers, files, known: Some(known) }
    }

    pub(super) fn value(self, name: &str) -> Option<&'a Value> {
        let in_path = self.numbers.iter().find(|(known, _)| *known == name);
        in_path.map(|(_, value)| value).or_else(|| self.map.get(name).filter(|_| self.knows(name)))
    }

    fn knows(self, name: &str) -> bool {
        self.known.is_none_or(|known| known_parameters::contains(known, name))
    }

    /// Returns the parameters in an object; in a form, those in brackets after its name.
    pub(super) fn inside(self, name: &str) -> Result<Option<Self>, ApiError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Object(map)) => {
                Ok(Some(Self { map, numbers: &[], files: &[], known: None }))
            }
            Some(_) => Err(ErrorCode::WrongKind.error(format_args!("{name} is not an object"))),
        }
    }

    /// Returns a parameter that is neither null nor an empty text: many clients send those for what
    /// they do not have.
    fn filled(self, name: &str) -> Option<&'a Value> {
        self.value(name).filter(|value| !value.is_null() && value.as_str() != Some(""))
    }

    /// Returns a non-negative number; null and an empty text are absent.
    pub(super) fn number(self, name: &str) -> Result<Option<u64>, ApiError> {
        self.filled(name).map(|value| number(name, value)).transpose()
    }

    pub(super) fn required_number(self, name: &str) -> Result<u64, ApiError> {
        self.number(name)?.ok_or_else(|| missing(name))
    }

    /// Returns a number or the text `null`. JSON null and an empty text are absent.
    pub(super) fn reference(self, name: &str) -> Result<Reference, ApiError> {
        match self.value(name) {
            Some(Value::String(word)) if word == "null" => Ok(Reference::Clear),
            _ => Ok(self.number(name)?.map_or(Reference::Keep, Reference::Set)),
        }
    }

    pub(super) fn text(self, name: &str) -> Result<Option<Cow<'a, str>>, ApiError> {
        self.value(name).map(|value| text(name, value)).transpose()
    }

    pub(super) fn owned_text(self, name: &str) -> Result<Option<String>, ApiError> {
        Ok(self.text(name)?.map(Cow::into_owned))
    }

    /// Returns a text of at most `limit` characters.
    pub(super) fn short_text(
        self,
        name: &str,
        limit: usize,
    ) -> Result<Option<Cow<'a, str>>, ApiError> {
        let text = self.text(name)?;
        if let Some(text) = &text {
            check_length(name, text, limit)?;
        }
        Ok(text)
    }

    /// Returns a required text, which must not be empty.
    pub(super) fn required_text(self, name: &str) -> Result<Cow<'a, str>, ApiError> {
        self.text(name)?.filter(|text| !text.is_empty()).ok_or_else(|| missing(name))
    }

    /// Returns the text of a message.
    pub(super) fn message(self, name: &str) -> Result<Cow<'a, str>, ApiError> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| ErrorCode::NoMessage.error(format_args!("{name} has no text")))
    }

    /// Returns the comma-separated tags.
    pub(super) fn tags(self) -> Result<Option<Cow<'a, str>>, ApiError> {
        match self.filled("tag") {
            None => Ok(None),
            Some(Value::String(_) | Value::Number(_)) => self.text("tag"),
            Some(_) => Err(ErrorCode::BadTags.error("tag is not text")),
        }
    }

    /// Checks that a parameter is not null where the documentation of lists does not allow it.
    pub(super) fn reject_null(self, name: &str, code: ErrorCode) -> Result<(), ApiError> {
        match self.value(name) {
            Some(Value::Null) => Err(code.error(format_args!("{name} is null"))),
            _ => Ok(()),
        }
    }

    /// Returns a list of texts, none of them empty.
    pub(super) fn texts(self, name: &str) -> Result<Vec<String>, ApiError> {
        let texts = self.list(name)?.into_iter().map(|(name, value)| {
            let text = text(&name, value)?.into_owned();
            if text.is_empty() { Err(missing(&name)) } else { Ok(text) }
        });
        texts.collect()
    }

    /// Returns the items of a list with their names, such as `lists[0]`; none if absent.
    pub(super) fn list(self, name: &str) -> Result<Vec<(String, &'a Value)>, ApiError> {
        match self.value(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => {
                let names = (0..).map(|index: usize| format!("{name}[{index}]"));
                Ok(names.zip(items).collect())
            }
            Some(_) => Err(ErrorCode::WrongKind.error(format_args!("{name} is not a list"))),
        }
    }

    /// Returns one of the allowed words; null and an empty text are absent.
    pub(super) fn word(
        self,
        name: &str,
        words: &[&'static str],
        code: ErrorCode,
    ) -> Result<Option<&'static str>, ApiError> {
        self.filled(name).map(|value| word(name, value, words, code)).transpose()
    }

    /// Returns the files of a form field, `avatar` or `files[]`. A text in this field is an error,
    /// and so is a file of more than 15 MB.
    pub(super) fn files(self, name: &str) -> Result<Vec<&'a ReceivedFile>, ApiError> {
        if self.value(name).is_some() {
            return Err(ErrorCode::WrongKind.error(format_args!("{name} is not a file")));
        }
        let named = self.files.iter().filter(|file| {
            // PHP treats an empty file name as no file.
            self.knows(name)
                && file.name.split('[').next() == Some(name)
                && !file.file_name.is_empty()
        });
        let files: Vec<_> = named.collect();
        if let Some(file) = files.iter().find(|file| file.bytes.len() > FILE_LIMIT) {
            let size = file.bytes.len();
            let text = format!("a file in {name} has {size} bytes, the limit is {FILE_LIMIT}");
            return Err(ErrorCode::FileTooLarge.error(text));
        }
        Ok(files)
    }

    /// Returns a flag, which is off if absent.
    pub(super) fn flag(self, name: &str) -> Result<bool, ApiError> {
        Ok(self.switch(name)?.unwrap_or(false))
    }

    /// Returns a flag: on for `true` and `1`, off for `false`, `0`, null and empty text.
    pub(super) fn switch(self, name: &str) -> Result<Option<bool>, ApiError> {
        let word = match self.value(name) {
            None => return Ok(None),
            Some(Value::Null) => return Ok(Some(false)),
            Some(Value::Bool(on)) => return Ok(Some(*on)),
            Some(value) => text(name, value)?,
        };
        match word.trim() {
            "true" | "1" => Ok(Some(true)),
            "false" | "0" | "" => Ok(Some(false)),
            _ => Err(ErrorCode::WrongKind.error(format_args!("{name} is neither true nor false"))),
        }
    }
}

/// A change to an optional id.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference {
    Keep,
    Clear,
    Set(u64),
}

impl Reference {
    pub(super) fn id(self) -> Option<u64> {
        match self {
            Self::Set(id) => Some(id),
            Self::Keep | Self::Clear => None,
        }
    }

    pub(super) fn apply(self, id: &mut Option<u64>) {
        if self != Self::Keep {
            *id = self.id();
        }
    }
}

pub(super) fn number(name: &str, value: &Value) -> Result<u64, ApiError> {
    let number = match value {
        // `u64::from_str` alone accepts "+5".
        Value::String(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok()
        }
        value => value.as_u64(),
    };
    number.ok_or_else(|| ErrorCode::WrongKind.error(format_args!("{name} is not a number")))
}

pub(super) fn text<'a>(name: &str, value: &'a Value) -> Result<Cow<'a, str>, ApiError> {
    match value {
        Value::String(text) if text.len() > TEXT_LIMIT => {
            Err(ErrorCode::TooLong.error(format_args!("{name} is larger than 64 KB")))
        }
        Value::String(text) => Ok(Cow::Borrowed(text)),
        Value::Number(number) => Ok(Cow::Owned(number.to_string())),
        _ => Err(ErrorCode::WrongKind.error(format_args!("{name} is not text"))),
    }
}

pub(super) fn word(
    name: &str,
    value: &Value,
    words: &[&'static str],
    code: ErrorCode,
) -> Result<&'static str, ApiError> {
    let given = text(name, value)?;
    let known = words.iter().copied().find(|word| *word == given);
    known.ok_or_else(|| code.error(format_args!("{name} must be one of {}", words.join(", "))))
}

/// Splits a comma-separated text, dropping surrounding spaces and empty items.
pub(super) fn comma_separated(joined: &str) -> impl Iterator<Item = &str> {
    joined.split(',').map(str::trim).filter(|piece| !piece.is_empty())
}

/// Checks a length in characters, as documented, not bytes.
pub(super) fn check_length(name: &str, text: &str, limit: usize) -> Result<(), ApiError> {
    let count = text.chars().count();
    if count > limit {
        let text = format!("{name} has {count} characters, the limit is {limit}");
        return Err(ErrorCode::TooLong.error(text));
    }
    Ok(())
}

/// Returns a required member of an object with its name, such as `lists[0][id]`.
pub(super) fn member<'a>(
    object: &str,
    value: &'a Value,
    member: &str,
) -> Result<(String, &'a Value), ApiError> {
    let name = format!("{object}[{member}]");
    match value.get(member) {
        Some(value) => Ok((name, value)),
        None => Err(missing(&name)),
    }
}

pub(super) fn missing(name: &str) -> ApiError {
    ErrorCode::Missing.error(format_args!("{name} is missing"))
}
