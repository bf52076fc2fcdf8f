//! The state of the serializer: the body so far, and where in it the next name or value goes.

use std::fmt::Display;

use serde::ser::{self, Serialize};

use crate::encode::php;
use crate::secret::ZeroizingBuffer;
use crate::text::{quote, shorten};

use super::private::PrivateType;
use super::syntax::PairSyntax;

const TOKEN: &str = "api_token";

/// What was written.
pub(crate) struct Written {
    pub(crate) bytes: ZeroizingBuffer,
    /// The number of pairs.
    pub(crate) parameters: usize,
    /// At most one for each parameter.
    pub(crate) errors: Vec<ParameterError>,
    /// The names at the top level, if they were asked for.
    pub(super) names: Option<Vec<String>>,
}

/// A parameter that cannot be written.
#[derive(Debug)]
pub(crate) struct ParameterError {
    pub(crate) parameter: String,
    pub(crate) found: String,
}

/// The error of the serializer. Boxed, since every method returns it and hardly any call fails.
#[derive(Debug, thiserror::Error)]
#[error("{}: {}", .0.parameter, .0.found)]
pub(super) struct PairError(pub(super) Box<ParameterError>);

impl PairError {
    fn new(parameter: String, found: String) -> Self {
        Self(Box::new(ParameterError { parameter, found }))
    }
}

impl ser::Error for PairError {
    fn custom<T: Display>(message: T) -> Self {
        Self::new(String::new(), shorten(&message.to_string()))
    }
}

pub(super) struct Writer<S> {
    pub(super) syntax: S,
    pub(super) written: Written,
    /// Where the current pair begins.
    pub(super) pair_start: usize,
    /// Where its name begins.
    pub(super) name_start: usize,
    pub(super) next: Next,
    /// How many lists, maps and structs enclose the value.
    pub(super) depth: usize,
    /// Set if the last name was that of a private type of `serde_json`.
    pub(super) private: Option<PrivateType>,
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
    pub(super) fn new(syntax: S, bytes: ZeroizingBuffer, names: Option<Vec<String>>) -> Self {
        let written = Written { bytes, parameters: 0, errors: Vec::new(), names };
        let (next, depth, private) = (Next::Top, 0, None);
        Self { syntax, written, pair_start: 0, name_start: 0, next, depth, private }
    }

    pub(super) fn write(mut self, token: &str, parameters: &impl Serialize) -> Written {
        self.begin_pair();
        let result = self.push_name(TOKEN).and_then(|()| {
            self.end_name();
            self.syntax.push_value(&mut self.written.bytes, token.as_bytes());
            self.name_start = self.written.bytes.len();
            parameters.serialize(&mut self)
        });
        self.written.errors.extend(result.err().map(|error| *error.0));
        self.written
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), PairError> {
        if let Next::Key = self.next {
            return self.push_key(text);
        }
        self.begin_value()?;
        self.syntax.push_value(&mut self.written.bytes, text.as_bytes());
        Ok(())
    }

    /// Writes a text of letters, digits, dots and hyphens, which no syntax escapes.
    pub(super) fn unescaped(&mut self, text: &str) -> Result<(), PairError> {
        if let Next::Key = self.next {
            return self.push_key(text);
        }
        self.begin_value()?;
        self.written.bytes.extend_from_slice(text.as_bytes());
        Ok(())
    }

    /// Begins a parameter at the top level.
    #[inline]
    pub(super) fn begin_pair(&mut self) {
        self.pair_start = self.written.bytes.len();
        self.syntax.begin_pair(&mut self.written.bytes);
        self.name_start = self.written.bytes.len();
    }

    pub(super) fn begin_value(&mut self) -> Result<(), PairError> {
        match self.next {
            Next::Value => {}
            Next::Item(_) => self.push_bracketed("")?,
            Next::Top | Next::Key => return Err(self.error("a value without a name")),
        }
        if self.written.bytes.len() - self.name_start > S::MAX_NAME {
            return Err(self.error("a name that is too long to be sent with a file"));
        }
        self.end_name();
        Ok(())
    }

    fn end_name(&mut self) {
        self.syntax.end_name(&mut self.written.bytes);
        self.written.parameters += 1;
    }

    /// Appends the name of a member: a field of a struct, or a key of a map.
    pub(super) fn push_key(&mut self, key: &str) -> Result<(), PairError> {
        self.private = PrivateType::named(key);
        if self.private.is_some() {
            return Ok(());
        }
        if self.depth > 0 {
            if !php::reads_as_key(key) {
                let found = format!("the name {}, which PHP reads as another", quote(key));
                return Err(self.error(found));
            }
            return self.push_bracketed(key);
        }
        self.note_name(key);
        if key.is_empty() {
            return Err(self.error("an empty name"));
        }
        if is_token(key) {
            return Err(self.error(format!("{}, which is the name of the token", quote(key))));
        }
        self.push_name(key)
    }

    /// Begins a parameter at the top level with a name that is not escaped.
    #[inline(never)]
    pub(super) fn begin_unescaped(&mut self, name: &'static str) {
        self.begin_pair();
        self.written.bytes.extend_from_slice(name.as_bytes());
        self.note_name(name);
    }

    #[inline]
    fn note_name(&mut self, name: &str) {
        if let Some(names) = &mut self.written.names {
            names.push(name.to_owned());
        }
    }

    pub(super) fn push_bracketed(&mut self, key: &str) -> Result<(), PairError> {
        let [open, close] = S::BRACKETS;
        self.written.bytes.extend_from_slice(open.as_bytes());
        self.push_name(key)?;
        self.written.bytes.extend_from_slice(close.as_bytes());
        Ok(())
    }

    fn push_name(&mut self, part: &str) -> Result<(), PairError> {
        self.syntax.push_name(&mut self.written.bytes, part).ok_or_else(|| {
            self.error(format!("the name {}, which cannot be sent with a file", quote(part)))
        })
    }

    /// Creates an error about the current parameter.
    #[cold]
    pub(super) fn error(&self, found: impl Into<String>) -> PairError {
        PairError::new(self.readable_name(), found.into())
    }

    /// Returns the name of the current parameter as it was given.
    pub(super) fn readable_name(&self) -> String {
        shorten(&S::readable_name(&self.written.bytes[self.name_start..]))
    }
}

/// Whether PHP reads `name` as the token's.
#[inline(always)]
#[expect(clippy::inline_always, reason = "evaluates to a constant where the name is one")]
pub(super) fn is_token(name: &str) -> bool {
    // Most names differ in the first bytes.
    let may_be = matches!(name.as_bytes(), [b'a', b'p', b'i', ..] | [b' ', ..]);
    may_be && php::variable_name(name).as_deref() == Some(TOKEN)
}
