//! Typed access to parameters.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::api_error::{ApiError, ErrorCode};
use crate::php::ReceivedFile;

/// In bytes, of any text: what the documentation says of messages, "about 64 KB".
const TEXT_LIMIT: usize = 64 * 1024;
/// In bytes, of any file.
const FILE_LIMIT: usize = 15 * 1024 * 1024;

/// The parameters of a request. Forms bring every value as text, JSON brings numbers, too: both
/// are taken.
#[derive(Clone, Copy)]
pub(super) struct Parameters<'a> {
    map: &'a Map<String, Value>,
    /// Those in the path, which nothing else can take the place of.
    numbers: &'a [(&'static str, Value)],
    files: &'a [ReceivedFile],
}

impl<'a> Parameters<'a> {
    pub(super) fn new(
        map: &'a Map<String, Value>,
        numbers: &'a [(&'static str, Value)],
        files: &'a [ReceivedFile],
    ) -> Self {
        Self { map, numbers, files }
    }

    pub(super) fn value(self, name: &str) -> Option<&'a Value> {
        let in_path = self.numbers.iter().find(|(known, _)| *known == name);
        in_path.map(|(_, value)| value).or_else(|| self.map.get(name))
    }

    /// The parameters in an object: in a form, those in brackets after its name.
    pub(super) fn inside(self, name: &str) -> Result<Option<Self>, ApiError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(Self::new(map, &[], &[]))),
            Some(_) => Err(ErrorCode::WrongKind.because(format_args!("{name} is not an object"))),
        }
    }

    /// A number from 0 on.
    pub(super) fn number(self, name: &str) -> Result<Option<u64>, ApiError> {
        self.value(name).map(|value| number(name, value)).transpose()
    }

    pub(super) fn required_number(self, name: &str) -> Result<u64, ApiError> {
        self.number(name)?.ok_or_else(|| missing(name))
    }

    /// A number or the word `null`, as text: JSON's own null is neither.
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

    /// Text of at most `limit` characters.
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

    /// Text that must be there and must not be empty.
    pub(super) fn required_text(self, name: &str) -> Result<Cow<'a, str>, ApiError> {
        self.text(name)?.filter(|text| !text.is_empty()).ok_or_else(|| missing(name))
    }

    /// The text of a message, in `/chat/sendMessage` and its like.
    pub(super) fn message(self, name: &str) -> Result<Cow<'a, str>, ApiError> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| ErrorCode::NoMessage.because(format_args!("{name} has no text")))
    }

    /// Tags in one text.
    pub(super) fn tags(self) -> Result<Option<Cow<'a, str>>, ApiError> {
        match self.value("tag") {
            None | Some(Value::String(_) | Value::Number(_)) => self.text("tag"),
            Some(_) => Err(ErrorCode::BadTags.because("tag is not text")),
        }
    }

    /// A list of texts, none of them empty.
    pub(super) fn texts(self, name: &str) -> Result<Vec<String>, ApiError> {
        let texts = self.list(name)?.into_iter().map(|(name, value)| {
            let text = text(&name, value)?.into_owned();
            if text.is_empty() { Err(missing(&name)) } else { Ok(text) }
        });
        texts.collect()
    }

    /// The items of a list with their names, `lists[0]` and so on; none if there is no list.
    pub(super) fn list(self, name: &str) -> Result<Vec<(String, &'a Value)>, ApiError> {
        match self.value(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => {
                let names = (0..).map(|index: usize| format!("{name}[{index}]"));
                Ok(names.zip(items).collect())
            }
            Some(_) => Err(ErrorCode::WrongKind.because(format_args!("{name} is not a list"))),
        }
    }

    /// One of a few words.
    pub(super) fn word(
        self,
        name: &str,
        words: &[&'static str],
        code: ErrorCode,
    ) -> Result<Option<&'static str>, ApiError> {
        self.value(name).map(|value| word(name, value, words, code)).transpose()
    }

    /// The uploads of a field, `avatar` or `files[]`. Text in their place is refused, and so is a
    /// file of more than 15 MB.
    pub(super) fn files(self, name: &str) -> Result<Vec<&'a ReceivedFile>, ApiError> {
        if self.value(name).is_some() {
            return Err(ErrorCode::WrongKind.because(format_args!("{name} is not a file")));
        }
        let named = self.files.iter().filter(|file| {
            // PHP takes a part whose file name is empty for a form without a file.
            file.name.split('[').next() == Some(name) && !file.file_name.is_empty()
        });
        let files: Vec<_> = named.collect();
        if let Some(file) = files.iter().find(|file| file.bytes.len() > FILE_LIMIT) {
            let size = file.bytes.len();
            let text = format!("a file in {name} has {size} bytes, the limit is {FILE_LIMIT}");
            return Err(ErrorCode::FileTooLarge.because(text));
        }
        Ok(files)
    }

    /// A switch that is off unless `true` or `1` sets it.
    pub(super) fn flag(self, name: &str) -> Result<bool, ApiError> {
        Ok(self.switch(name)?.unwrap_or(false))
    }

    /// A switch that may be left as it is.
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
            _ => {
                Err(ErrorCode::WrongKind.because(format_args!("{name} is neither true nor false")))
            }
        }
    }
}

/// What becomes of something that may be nobody.
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

    pub(super) fn apply(self, place: &mut Option<u64>) {
        if self != Self::Keep {
            *place = self.id();
        }
    }
}

pub(super) fn number(name: &str, value: &Value) -> Result<u64, ApiError> {
    let number = match value {
        // Rust alone would take "+5", too.
        Value::String(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok()
        }
        value => value.as_u64(),
    };
    number.ok_or_else(|| ErrorCode::WrongKind.because(format_args!("{name} is not a number")))
}

pub(super) fn text<'a>(name: &str, value: &'a Value) -> Result<Cow<'a, str>, ApiError> {
    match value {
        Value::String(text) if text.len() > TEXT_LIMIT => {
            Err(ErrorCode::TooLong.because(format_args!("{name} is larger than 64 KB")))
        }
        Value::String(text) => Ok(Cow::Borrowed(text)),
        Value::Number(number) => Ok(Cow::Owned(number.to_string())),
        _ => Err(ErrorCode::WrongKind.because(format_args!("{name} is not text"))),
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
    known.ok_or_else(|| code.because(format_args!("the {name} is none of {}", words.join(", "))))
}

/// The pieces of text that is joined by commas, with spaces around them or not.
pub(super) fn comma_separated(joined: &str) -> impl Iterator<Item = &str> {
    joined.split(',').map(str::trim).filter(|piece| !piece.is_empty())
}

/// Counts characters, as the documentation does, and not bytes.
pub(super) fn check_length(name: &str, text: &str, limit: usize) -> Result<(), ApiError> {
    let count = text.chars().count();
    if count > limit {
        let text = format!("{name} has {count} characters, the limit is {limit}");
        return Err(ErrorCode::TooLong.because(text));
    }
    Ok(())
}

/// A member that an object must have, with its name, `lists[0][id]`.
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
    ErrorCode::Missing.because(format_args!("{name} is missing"))
}
