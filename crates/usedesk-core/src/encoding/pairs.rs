//! A serde serializer that writes names and values as PHP reads them, straight into the body.
//!
//! Names of nested values are PHP's brackets: `lists[0][id]`, and `emails[]` for plain items of a
//! list. How names and values are spelled is the [`Sink`]'s business.

use std::fmt::Display;

use serde::ser::{self, Serialize};

use crate::php;
use crate::text::{quote, shorten};
use crate::wiped::Wiped;

mod serialize;

/// Where names and values go.
pub(super) trait Sink {
    /// What stands around a key in a name.
    const BRACKETS: [&'static str; 2];

    /// Appends a piece of a name as it is spelled; none when it cannot be.
    fn push_name(name: &mut Wiped, piece: &str) -> Option<()>;

    /// A spelled name as it was.
    fn readable_name(name: &[u8]) -> String;

    /// Begins a value with its spelled name. An item of a list `is_appended` by `[]`.
    fn begin(&mut self, name: &[u8], is_appended: bool);

    /// Appends a piece of a value.
    fn push(&mut self, piece: &str);

    /// Appends a piece of a value that has letters, digits, points and minus signs only.
    fn push_plain(&mut self, piece: &str) {
        self.push(piece);
    }
}

/// What was written.
pub(super) struct Written<S> {
    pub(super) sink: S,
    /// How many `name=value` pairs there are.
    pub(super) parameters: usize,
    /// What could not be written, one for each parameter at most.
    pub(super) refused: Vec<Refused>,
    /// The names at the top level, when they were asked for.
    names: Vec<String>,
}

/// What cannot be written.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) parameter: String,
    pub(super) found: String,
}

/// The same on its way out; boxed, since it is returned from everywhere and hardly ever there.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}", .0.parameter, .0.found)]
struct FormError(Box<Refused>);

impl FormError {
    fn new(parameter: String, found: String) -> Self {
        Self(Box::new(Refused { parameter, found }))
    }
}

impl ser::Error for FormError {
    fn custom<T: Display>(message: T) -> Self {
        Self::new(String::new(), shorten(&message.to_string()))
    }
}

/// Writes the token and then `parameters`, which must be a struct or a map.
pub(super) fn write<S: Sink>(sink: S, token: &str, parameters: &impl Serialize) -> Written<S> {
    let mut writer = Writer::new(sink, None);
    writer.name.extend_from_slice(TOKEN.as_bytes());
    let written = writer.text(token);
    writer.name.truncate(0);
    let written = written.and_then(|()| parameters.serialize(&mut writer));
    writer.finish(written)
}

/// The names at the top level of `parameters`.
pub(super) fn names<S: Sink>(sink: S, parameters: &impl Serialize) -> Vec<String> {
    let mut writer = Writer::new(sink, Some(Vec::new()));
    let written = parameters.serialize(&mut writer);
    writer.finish(written).names
}

const TOKEN: &str = "api_token";

struct Writer<S> {
    sink: S,
    /// The spelled name of the value being written; empty above the top level.
    name: Wiped,
    /// The index of the list item being written, until it is known whether it is plain (`[]`) or
    /// holds values of its own (`[0]`).
    item: Option<usize>,
    /// A map's key is being written, not its value.
    in_key: bool,
    /// How many lists, maps and structs the value is in.
    depth: usize,
    parameters: usize,
    refused: Vec<Refused>,
    names: Option<Vec<String>>,
}

impl<S: Sink> Writer<S> {
    fn new(sink: S, names: Option<Vec<String>>) -> Self {
        Self {
            sink,
            name: Wiped::with_capacity(32),
            item: None,
            in_key: false,
            depth: 0,
            parameters: 0,
            refused: Vec::new(),
            names,
        }
    }

    fn finish(mut self, written: Result<(), FormError>) -> Written<S> {
        self.refused.extend(written.err().map(|error| *error.0));
        Written {
            sink: self.sink,
            parameters: self.parameters,
            refused: self.refused,
            names: self.names.unwrap_or_default(),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), FormError> {
        if self.in_key {
            return self.push_key(text);
        }
        self.begin_value()?;
        self.sink.push(text);
        Ok(())
    }

    /// A text of letters, digits, points and minus signs.
    fn plain(&mut self, text: &str) -> Result<(), FormError> {
        if self.in_key {
            return self.push_key(text);
        }
        self.begin_value()?;
        self.sink.push_plain(text);
        Ok(())
    }

    fn begin_value(&mut self) -> Result<(), FormError> {
        if self.name.is_empty() {
            return Err(self.refuse("a value without a name"));
        }
        self.sink.begin(&self.name, self.item.take().is_some());
        self.parameters += 1;
        Ok(())
    }

    /// Opens a list, map or struct. A nested one may not stay empty.
    fn open(&mut self) -> Result<Nested<'_, S>, FormError> {
        if self.in_key {
            return Err(self.refuse("a list or a map as a name"));
        }
        if let Some(index) = self.item.take() {
            self.push_bracketed(itoa::Buffer::new().format(index))?;
        }
        // The top level has no brackets.
        if self.depth > php::MAX_BRACKETS {
            return Err(self.refuse("values nested too deeply"));
        }
        let (name_end, before) = (self.name.len(), self.parameters);
        Ok(Nested { writer: self, name_end, before, next: 0, skips_value: false })
    }

    /// Appends the name of a member: a field of a struct, or a key of a map.
    fn push_key(&mut self, key: &str) -> Result<(), FormError> {
        self.in_key = false;
        if !self.name.is_empty() {
            if !php::reads_as_key(key) {
                let found = format!("the name {}, which PHP would read as another", quote(key));
                return Err(self.refuse(found));
            }
            return self.push_bracketed(key);
        }
        if let Some(names) = &mut self.names {
            names.push(key.to_owned());
        }
        if key.is_empty() {
            return Err(self.refuse("an empty name"));
        }
        if is_token(key) {
            return Err(self.refuse(format!("{}, which is the token's name", quote(key))));
        }
        self.push_name(key)
    }

    fn push_bracketed(&mut self, key: &str) -> Result<(), FormError> {
        let [open, close] = S::BRACKETS;
        self.name.extend_from_slice(open.as_bytes());
        self.push_name(key)?;
        self.name.extend_from_slice(close.as_bytes());
        Ok(())
    }

    fn push_name(&mut self, piece: &str) -> Result<(), FormError> {
        S::push_name(&mut self.name, piece).ok_or_else(|| {
            self.refuse(format!("the name {}, which cannot be sent with a file", quote(piece)))
        })
    }

    fn refuse(&self, found: impl Into<String>) -> FormError {
        FormError::new(self.readable_name(), found.into())
    }

    /// The name as it was given.
    fn readable_name(&self) -> String {
        shorten(&S::readable_name(&self.name))
    }
}

/// Whether PHP reads `name` as the token's.
fn is_token(name: &str) -> bool {
    // Most names need no second look.
    let may_be = matches!(name.as_bytes(), [b'a', b'p', b'i', ..] | [b' ', ..]);
    may_be && php::variable_name(name).as_deref() == Some(TOKEN)
}

/// A list, map or struct that is being written.
struct Nested<'a, S> {
    writer: &'a mut Writer<S>,
    /// Where the name of this value ends and those of its members begin.
    name_end: usize,
    /// How many parameters there were before.
    before: usize,
    next: usize,
    /// The name of the value that comes next was refused.
    skips_value: bool,
}

impl<S: Sink> Nested<'_, S> {
    fn key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), FormError> {
        self.writer.in_key = true;
        let written = key.serialize(&mut *self.writer);
        self.skips_value = written.is_err();
        self.note(written)
    }

    fn field(&mut self, field: &'static str) -> Result<(), FormError> {
        let written = self.writer.push_key(field);
        self.skips_value = written.is_err();
        self.note(written)
    }

    fn value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), FormError> {
        if std::mem::take(&mut self.skips_value) {
            return Ok(());
        }
        self.writer.depth += 1;
        let written = value.serialize(&mut *self.writer);
        self.writer.depth -= 1;
        self.note(written)?;
        self.writer.name.truncate(self.name_end);
        Ok(())
    }

    /// At the top level a refusal is noted, and the next parameter has its turn.
    fn note(&mut self, written: Result<(), FormError>) -> Result<(), FormError> {
        match written {
            Err(FormError(mut refused)) if self.name_end == 0 => {
                if refused.parameter.is_empty() {
                    refused.parameter = self.writer.readable_name();
                }
                let writer = &mut *self.writer;
                (writer.item, writer.in_key, writer.depth) = (None, false, 0);
                writer.name.truncate(0);
                writer.refused.push(*refused);
                Ok(())
            }
            written => written,
        }
    }

    fn item<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), FormError> {
        if self.writer.name.is_empty() {
            return Err(self.writer.refuse("a list without a name"));
        }
        self.writer.item = Some(self.next);
        self.next += 1;
        self.value(value)
    }

    fn close(self) -> Result<(), FormError> {
        if self.name_end > 0 && self.writer.parameters == self.before {
            return Err(self.writer.refuse("an empty list or map"));
        }
        Ok(())
    }
}
