//! The state of the serializer: the body so far, and the name of the next value.

use std::fmt::{self, Display, Write as _};

use serde::ser::{self, Serialize};

use crate::encode::php;
use crate::secret::ZeroizingBuffer;
use crate::text::{quote, shorten};

const TOKEN: &str = "api_token";

/// Enough for most requests without a long text.
const INITIAL_CAPACITY: usize = 1_024;

/// Enough for most names.
const NAME_CAPACITY: usize = 64;

/// What differs between a form and a multipart body.
pub(crate) trait PairSyntax {
    /// Appends the name and what precedes its value. The error describes a name that cannot be
    /// sent.
    fn push_name(&self, out: &mut ZeroizingBuffer, name: &str) -> Result<(), String>;

    /// Appends the value, or a part of it.
    fn push_value(&self, out: &mut ZeroizingBuffer, value: &str);
}

/// What was written.
#[derive(Default)]
pub(crate) struct Written {
    pub(crate) bytes: ZeroizingBuffer,
    /// The number of pairs.
    pub(crate) parameters: usize,
    /// At most one for each parameter.
    pub(crate) errors: Vec<ParameterError>,
}

/// A parameter that cannot be written.
pub(crate) struct ParameterError {
    /// Empty where it concerns all of them.
    pub(crate) parameter: String,
    pub(crate) found: String,
}

/// The error of the serializer: what was found at the current name.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct PairError(pub(super) String);

impl ser::Error for PairError {
    fn custom<T: Display>(message: T) -> Self {
        Self(shorten(&message.to_string()))
    }
}

impl From<&str> for PairError {
    fn from(found: &str) -> Self {
        Self(found.to_owned())
    }
}

pub(super) struct Writer<S> {
    syntax: S,
    pub(super) written: Written,
    /// The name of the current value, with its brackets. Not escaped.
    pub(super) name: String,
    /// The key of the next member of a map.
    pub(super) key: String,
    pub(super) next: Next,
    /// The names at the top level, if they were asked for.
    names: Option<Vec<String>>,
}

/// What is serialized next.
#[derive(Clone, Copy)]
pub(super) enum Next {
    /// All parameters together.
    Top,
    /// The key of a map.
    Key,
    /// The value of a name.
    Value,
    /// The item of a list at this index. Its brackets depend on what it is: a scalar (`[]`), or a
    /// list, map or struct (`[0]`).
    Item(usize),
}

impl<S: PairSyntax> Writer<S> {
    pub(super) fn new(syntax: S) -> Self {
        let bytes = ZeroizingBuffer::with_capacity(INITIAL_CAPACITY);
        Self {
            syntax,
            written: Written { bytes, ..Written::default() },
            name: String::with_capacity(NAME_CAPACITY),
            key: String::new(),
            next: Next::Top,
            names: None,
        }
    }

    pub(super) fn write(mut self, token: &str, parameters: &impl Serialize) -> Written {
        self.name.push_str(TOKEN);
        self.next = Next::Value;
        let result = self.scalar(token).and_then(|()| {
            self.name.clear();
            self.next = Next::Top;
            parameters.serialize(&mut self)
        });
        self.note_error(result);
        self.written
    }

    /// Returns the names at the top level of `parameters`.
    pub(super) fn names(mut self, parameters: &impl Serialize) -> Vec<String> {
        self.names = Some(Vec::new());
        let _ = parameters.serialize(&mut self);
        self.names.unwrap_or_default()
    }

    /// Writes a scalar: a key, or the current name and its value.
    pub(super) fn scalar(&mut self, text: &str) -> Result<(), PairError> {
        if matches!(self.next, Next::Key) {
            text.clone_into(&mut self.key);
            return Ok(());
        }
        self.value_name()?;
        self.syntax.push_value(&mut self.written.bytes, text);
        Ok(())
    }

    /// Writes a scalar that has to be formatted.
    pub(super) fn formatted(&mut self, value: &(impl Display + ?Sized)) -> Result<(), PairError> {
        let result = if matches!(self.next, Next::Key) {
            self.key.clear();
            write!(self.key, "{value}")
        } else {
            self.value_name()?;
            write!(Value { syntax: &self.syntax, out: &mut self.written.bytes }, "{value}")
        };
        result.map_err(|_| "a value that cannot be formatted".into())
    }

    /// Writes the name of a scalar value.
    fn value_name(&mut self) -> Result<(), PairError> {
        match self.next {
            Next::Item(_) => self.push_bracketed("")?,
            Next::Top => return Err("a value without a name".into()),
            Next::Key | Next::Value => {}
        }
        let Written { bytes, parameters, .. } = &mut self.written;
        self.syntax.push_name(bytes, &self.name).map_err(PairError)?;
        *parameters += 1;
        Ok(())
    }

    /// Appends the key of a member to the name.
    pub(super) fn push_key(&mut self, key: &str, is_top: bool) -> Result<(), PairError> {
        if !is_top {
            if !php::reads_as_key(key) {
                return Err(PairError(format!(
                    "the name {}, which PHP reads as another",
                    quote(key)
                )));
            }
            return self.push_bracketed(key);
        }
        if let Some(names) = &mut self.names {
            names.push(key.to_owned());
        }
        if key.is_empty() {
            return Err("an empty name".into());
        }
        // PHP changes no letter of a name, so most need not be read as it does.
        let may_be_token = key.trim_start_matches(' ').starts_with("api");
        if may_be_token && php::variable_name(key).as_deref() == Some(TOKEN) {
            return Err(PairError(format!("{}, which is the name of the token", quote(key))));
        }
        self.name.push_str(key);
        Ok(())
    }

    pub(super) fn push_bracketed(&mut self, key: &str) -> Result<(), PairError> {
        if self.name.matches('[').count() >= php::MAX_BRACKETS {
            return Err("values nested too deeply".into());
        }
        self.name.extend(["[", key, "]"]);
        Ok(())
    }

    /// Keeps the error of a parameter, so that the next one is still written.
    pub(super) fn note_error(&mut self, result: Result<(), PairError>) {
        if let Err(PairError(found)) = result {
            let parameter = shorten(&self.name);
            self.written.errors.push(ParameterError { parameter, found });
        }
    }

    /// Writes the text of a number as `serde_json` without `arbitrary_precision` does: an integer
    /// of 64 bits, or else an `f64`.
    pub(super) fn number(&mut self, text: &str) -> Result<(), PairError> {
        let is_integer = text.parse::<u64>().is_ok() || text.parse::<i64>().is_ok();
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && !(is_integer && text != "-0") => {
                number.serialize(self)
            }
            _ => self.scalar(text),
        }
    }

    /// Writes JSON text as its value.
    pub(super) fn raw_json(&mut self, text: &str) -> Result<(), PairError> {
        match serde_json::from_str::<serde_json::Value>(text) {
            Ok(value) => value.serialize(self),
            Err(_) => Err("invalid raw JSON".into()),
        }
    }
}

/// A value that is written in parts.
struct Value<'a, S> {
    syntax: &'a S,
    out: &'a mut ZeroizingBuffer,
}

impl<S: PairSyntax> fmt::Write for Value<'_, S> {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        self.syntax.push_value(self.out, part);
        Ok(())
    }
}
