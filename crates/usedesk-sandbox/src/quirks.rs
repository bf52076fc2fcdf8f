//! Ways in which responses of a live Usedesk differ from the plain ones.

use std::fmt::Write;

use serde_json::{Map, Value, json};

/// Members that are `"0"` instead of null if absent.
const ZERO_WHEN_ABSENT: &[&str] = &["group", "assignee_id", "email"];

/// One way in which responses, and the events that the sandbox sends, differ from the plain ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quirk {
    /// `numbers`: numbers, flags and ids are strings, except the ids in the response of a method that
    /// creates something.
    Numbers,
    /// `created_ids`: those ids are strings.
    CreatedIds,
    /// `zeros`: an absent `group`, `assignee_id` or `email` is `"0"`.
    Zeros,
    /// `empty_objects`: an empty list is `{}`.
    EmptyObjects,
    /// `first_file`: `file` of a comment with files is the first of them.
    FirstFile,
    /// `escapes`: slashes and all characters outside ASCII are escaped, as PHP does.
    Escapes,
    /// `errors_in_200`: errors before the API is reached, such as an unknown path, have HTTP status
    /// 200.
    ErrorsIn200,
    /// `html_errors`: errors before the API is reached have a body in HTML.
    HtmlErrors,
}

/// A set of quirks. A client should be able to read responses with any of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quirks(u8);

impl Quirk {
    /// All quirks.
    pub const ALL: [Self; 8] = [
        Self::Numbers,
        Self::CreatedIds,
        Self::Zeros,
        Self::EmptyObjects,
        Self::FirstFile,
        Self::Escapes,
        Self::ErrorsIn200,
        Self::HtmlErrors,
    ];

    /// Returns its name: `numbers`, `created_ids`, `zeros`, `empty_objects`, `first_file`, `escapes`,
    /// `errors_in_200` or `html_errors`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Numbers => "numbers",
            Self::CreatedIds => "created_ids",
            Self::Zeros => "zeros",
            Self::EmptyObjects => "empty_objects",
            Self::FirstFile => "first_file",
            Self::Escapes => "escapes",
            Self::ErrorsIn200 => "errors_in_200",
            Self::HtmlErrors => "html_errors",
        }
    }

    /// Returns the quirk with this name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|quirk| quirk.word() == word)
    }
}

impl Quirks {
    /// Returns no quirks.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Returns the quirks that a live desk was seen to have together: all but
    /// [`Quirk::CreatedIds`], [`Quirk::ErrorsIn200`] and [`Quirk::HtmlErrors`].
    #[must_use]
    pub fn realistic() -> Self {
        let rare = [Quirk::CreatedIds, Quirk::ErrorsIn200, Quirk::HtmlErrors];
        Quirk::ALL.into_iter().filter(|quirk| !rare.contains(quirk)).collect()
    }

    /// Returns all quirks.
    #[must_use]
    pub fn all() -> Self {
        Quirk::ALL.into()
    }

    /// Whether a quirk is in the set.
    #[must_use]
    pub fn has(self, quirk: Quirk) -> bool {
        self.0 & (1 << quirk as u8) != 0
    }

    /// Iterates over the quirks in the set.
    pub fn iter(self) -> impl Iterator<Item = Quirk> {
        Quirk::ALL.into_iter().filter(move |quirk| self.has(*quirk))
    }

    /// Respells a value. `creates` tells that it is the response of a method that creates something.
    pub(crate) fn respell(self, value: Value, creates: bool) -> Value {
        match value {
            Value::Object(members) if creates && !self.has(Quirk::CreatedIds) => {
                self.respell_members(members, |name| name == "id" || name.ends_with("_id"))
            }
            value => self.respell_inside(value),
        }
    }

    /// Serializes a value that is respelled.
    pub(crate) fn to_text(self, value: &Value) -> String {
        let text = value.to_string();
        if self.has(Quirk::Escapes) { escape(&text) } else { text }
    }

    fn respell_inside(self, value: Value) -> Value {
        match value {
            Value::Number(number) if self.has(Quirk::Numbers) => Value::String(number.to_string()),
            Value::Array(items) if items.is_empty() && self.has(Quirk::EmptyObjects) => json!({}),
            Value::Array(items) => {
                items.into_iter().map(|item| self.respell_inside(item)).collect()
            }
            Value::Object(members) => self.respell_members(members, |_| false),
            value => value,
        }
    }

    fn respell_members(
        self,
        mut members: Map<String, Value>,
        keeps_number: impl Fn(&str) -> bool,
    ) -> Value {
        if self.has(Quirk::FirstFile)
            && let Some(first) = members.get("files").and_then(|files| files.get(0)).cloned()
        {
            members.insert("file".to_owned(), first);
        }
        let members = members.into_iter().map(|(name, value)| {
            let value = match value {
                Value::Null if self.has(Quirk::Zeros) && ZERO_WHEN_ABSENT.contains(&&*name) => {
                    "0".into()
                }
                Value::Number(number) if keeps_number(&name) => Value::Number(number),
                value => self.respell_inside(value),
            };
            (name, value)
        });
        members.collect()
    }
}

impl<const N: usize> From<[Quirk; N]> for Quirks {
    fn from(quirks: [Quirk; N]) -> Self {
        quirks.into_iter().collect()
    }
}

impl From<bool> for Quirks {
    /// Returns [`Quirks::realistic`] for true, [`Quirks::none`] for false.
    fn from(on: bool) -> Self {
        if on { Self::realistic() } else { Self::none() }
    }
}

impl FromIterator<Quirk> for Quirks {
    fn from_iter<T: IntoIterator<Item = Quirk>>(quirks: T) -> Self {
        quirks.into_iter().fold(Self(0), |set, quirk| Self(set.0 | 1 << quirk as u8))
    }
}

/// Escapes JSON as PHP does.
fn escape(json: &str) -> String {
    // In JSON, slashes and non-ASCII characters occur only in strings.
    json.chars().fold(String::with_capacity(json.len()), |mut text, character| {
        match character {
            '/' => text.push_str("\\/"),
            character if character.is_ascii() => text.push(character),
            character => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
        }
        text
    })
}
