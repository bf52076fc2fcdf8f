//! Lists, maps and structs.

use std::ops::Range;

use serde::ser::Serialize;
use serde_json::Value;

use crate::encode::escape::is_plain;
use crate::encode::php;

use super::private::PrivateType;
use super::syntax::PairSyntax;
use super::writer::{Next, PairError, ParameterError, Writer, is_token};

/// A list, map or struct that is being written.
pub(super) struct Nested<'a, S> {
    writer: &'a mut Writer<S>,
    /// Whether its members are the parameters themselves, so that it has no name.
    is_top: bool,
    /// The part of the body from the start of its first pair to the end of its name.
    prefix: Range<usize>,
    /// Where the name begins in that part.
    name_offset: usize,
    /// The number of pairs before it.
    parameters_before: usize,
    /// What was to be serialized when it was opened.
    next: Next,
    /// The length of the body when it was opened.
    opened_at: usize,
    /// The number of items so far.
    items: usize,
    /// Whether to skip the next value, because its name is invalid.
    skips_value: bool,
    /// Whether it was a private type of `serde_json`, which has no further members.
    is_private: bool,
}

impl<S: PairSyntax> Writer<S> {
    /// Opens a list, map or struct. Only at the top level may it be empty.
    pub(super) fn open(&mut self) -> Result<Nested<'_, S>, PairError> {
        let (next, opened_at) = (self.next, self.written.bytes.len());
        match next {
            Next::Top | Next::Value => {}
            Next::Item(index) => self.push_bracketed(itoa::Buffer::new().format(index))?,
            Next::Key => return Err(self.error("a list or a map as a name")),
        }
        // The top level has no brackets.
        if self.depth > php::MAX_BRACKETS {
            return Err(self.error("values nested too deeply"));
        }
        Ok(self.nested(next, opened_at))
    }

    /// Opens a private type of `serde_json`, which is a scalar and thus no level of its own.
    pub(super) fn open_private(&mut self) -> Nested<'_, S> {
        self.nested(self.next, self.written.bytes.len())
    }

    fn nested(&mut self, next: Next, opened_at: usize) -> Nested<'_, S> {
        Nested {
            is_top: self.depth == 0,
            prefix: self.pair_start..self.written.bytes.len(),
            name_offset: self.name_start - self.pair_start,
            parameters_before: self.written.parameters,
            next,
            opened_at,
            items: 0,
            skips_value: false,
            is_private: false,
            writer: self,
        }
    }

    /// Writes a member of a list, map or struct.
    fn member<T: ?Sized + Serialize>(&mut self, next: Next, value: &T) -> Result<(), PairError> {
        self.next = next;
        self.depth += 1;
        let result = value.serialize(&mut *self);
        self.depth -= 1;
        result
    }

    /// Writes the text of a number as `serde_json` without `arbitrary_precision` does: an integer of
    /// 64 bits, or else an `f64`.
    fn number(&mut self, text: &str) -> Result<(), PairError> {
        let is_integer = text.parse::<u64>().is_ok() || text.parse::<i64>().is_ok();
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && !(is_integer && text != "-0") => {
                number.serialize(self)
            }
            _ => self.text(text),
        }
    }
}

impl<S: PairSyntax> Nested<'_, S> {
    pub(super) fn key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), PairError> {
        if self.is_private {
            return Err(self.writer.error("members beside a number"));
        }
        self.begin_member();
        self.writer.next = Next::Key;
        let result = key.serialize(&mut *self.writer);
        self.skips_value = result.is_err();
        self.collect_error(result)
    }

    pub(super) fn value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), PairError> {
        if std::mem::take(&mut self.skips_value) {
            return Ok(());
        }
        let result = match self.writer.private.take() {
            Some(private) => self.private_value(private, value),
            None => self.writer.member(Next::Value, value),
        };
        self.collect_error(result)
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "else names are examined in each call: +17 %")]
    pub(super) fn field<T: ?Sized + Serialize>(
        &mut self,
        field: &'static str,
        value: &T,
    ) -> Result<(), PairError> {
        // The compiler knows the name, so it evaluates the condition too.
        let result = if !field.is_empty() && is_plain(field.as_bytes()) && !is_token(field) {
            self.push_unescaped(field);
            self.writer.member(Next::Value, value)
        } else {
            self.begin_member();
            match self.writer.push_key(field) {
                Ok(()) => return self.value(value),
                result => result,
            }
        };
        self.collect_error(result)
    }

    pub(super) fn item<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), PairError> {
        if self.is_top {
            return Err(self.writer.error("a list without a name"));
        }
        self.begin_member();
        let index = self.items;
        self.items += 1;
        self.writer.member(Next::Item(index), value)
    }

    pub(super) fn close(self) -> Result<(), PairError> {
        if !self.is_top && self.writer.written.parameters == self.parameters_before {
            return Err(self.writer.error("an empty list or map"));
        }
        Ok(())
    }

    /// Appends the name of a field that needs no escaping.
    #[inline]
    fn push_unescaped(&mut self, key: &'static str) {
        if self.is_top {
            self.writer.begin_unescaped(key);
        } else {
            self.push_bracketed_unescaped(key);
        }
    }

    #[inline(never)]
    fn push_bracketed_unescaped(&mut self, key: &'static str) {
        self.begin_member();
        let [open, close] = S::BRACKETS;
        let bytes = &mut self.writer.written.bytes;
        bytes.extend_from_slice(open.as_bytes());
        bytes.extend_from_slice(key.as_bytes());
        bytes.extend_from_slice(close.as_bytes());
    }

    /// Extends the body up to the key of the next member.
    #[inline]
    fn begin_member(&mut self) {
        let writer = &mut *self.writer;
        let bytes = &mut writer.written.bytes;
        if self.is_top {
            writer.begin_pair();
        } else if bytes.len() > self.prefix.end {
            writer.pair_start = bytes.len();
            writer.name_start = writer.pair_start + self.name_offset;
            bytes.extend_from_within(self.prefix.clone());
        }
    }

    /// Writes a private type of `serde_json` in place of the struct that was opened.
    #[cold]
    fn private_value<T: ?Sized + Serialize>(
        &mut self,
        private: PrivateType,
        value: &T,
    ) -> Result<(), PairError> {
        if self.writer.written.parameters != self.parameters_before {
            return Err(self.writer.error("a number with other members"));
        }
        let Ok(Value::String(text)) = serde_json::to_value(value) else {
            return Err(self.writer.error("a number that is not a string"));
        };
        self.is_private = true;
        self.writer.written.bytes.truncate(self.opened_at);
        self.writer.next = self.next;
        match private {
            PrivateType::Number => self.writer.number(&text),
            PrivateType::RawValue => match serde_json::from_str::<Value>(&text) {
                Ok(value) => value.serialize(&mut *self.writer),
                Err(_) => Err(self.writer.error("invalid raw JSON")),
            },
        }
    }

    /// Collects an error of a parameter, so that the next one is still written. Errors below the
    /// top level are passed on.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call would cost more than the body")]
    fn collect_error(&mut self, result: Result<(), PairError>) -> Result<(), PairError> {
        match result {
            Err(error) if self.is_top => {
                self.push_error(*error.0);
                Ok(())
            }
            result => result,
        }
    }

    #[cold]
    fn push_error(&mut self, mut error: ParameterError) {
        let writer = &mut *self.writer;
        if error.parameter.is_empty() {
            error.parameter = writer.readable_name();
        }
        writer.depth = 0;
        writer.written.bytes.truncate(writer.pair_start);
        writer.written.errors.push(error);
    }
}
