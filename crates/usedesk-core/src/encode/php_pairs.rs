//! A serde serializer that writes names and values as PHP reads them, straight into the body.
//!
//! Names of nested values are PHP's brackets: `lists[0][id]`, and `emails[]` for plain items of a
//! list. What they look like in the body is the [`Spelling`]'s business.
//!
//! There is no stack of names beside the body. The name of a list is written once, for its first
//! value; each of the others begins with a copy of it.

use std::fmt::Display;
use std::ops::Range;

use serde::ser::{self, Serialize};

use crate::encode::php;
use crate::secret::ZeroizingBuffer;
use crate::text::{quote, shorten};

use self::private::Private;
use super::escape::is_plain;

mod private;
mod serialize;

/// How parameters are spelled in a body.
pub(super) trait Spelling {
    /// What stands around a key in a name.
    const BRACKETS: [&'static str; 2];

    /// The longest name, in bytes as they are spelled.
    const MAX_NAME: usize;

    /// Appends what stands before a name.
    fn begin(&self, out: &mut ZeroizingBuffer);

    /// Appends a piece of a name; none when it cannot be sent.
    fn push_name(&self, out: &mut ZeroizingBuffer, piece: &str) -> Option<()>;

    /// Appends what stands between a name and its value.
    fn end_name(&self, out: &mut ZeroizingBuffer);

    /// Appends a piece of a value.
    fn push(&self, out: &mut ZeroizingBuffer, piece: &[u8]);

    /// The name as it was, of a spelled one with or without its value.
    fn readable_name(parameter: &[u8]) -> String;
}

/// What was written.
pub(super) struct Written {
    pub(super) bytes: ZeroizingBuffer,
    /// How many `name=value` pairs there are.
    pub(super) parameters: usize,
    /// What could not be written, one for each parameter at most.
    pub(super) refused: Vec<Refused>,
    /// The names at the top level, when they were asked for.
    names: Option<Vec<String>>,
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
pub(super) fn write<S: Spelling>(spelling: S, token: &str, parameters: &impl Serialize) -> Written {
    Writer::new(spelling, ZeroizingBuffer::with_capacity(ROOM), None).write(token, parameters)
}

/// The names at the top level of `parameters`.
pub(super) fn names(spelling: impl Spelling, parameters: &impl Serialize) -> Vec<String> {
    let writer = Writer::new(spelling, ZeroizingBuffer::default(), Some(Vec::new()));
    writer.write("", parameters).names.unwrap_or_default()
}

/// Enough for most requests without a long text.
const ROOM: usize = 1_024;

const TOKEN: &str = "api_token";

struct Writer<S> {
    spelling: S,
    written: Written,
    /// Where the parameter being written begins, and where its name does.
    start: usize,
    name: usize,
    next: Next,
    /// How many lists, maps and structs the value is in.
    depth: usize,
    /// What `serde_json` means by the name that was serialized last.
    private: Option<Private>,
}

/// What is serialized next.
#[derive(Clone, Copy)]
enum Next {
    /// All parameters together.
    Top,
    /// The key of a map.
    Key,
    /// The value behind a name.
    Value,
    /// The item of a list at this index, of which it is not known yet whether it is plain (`[]`)
    /// or holds values of its own (`[0]`).
    Item(usize),
}

impl<S: Spelling> Writer<S> {
    fn new(spelling: S, bytes: ZeroizingBuffer, names: Option<Vec<String>>) -> Self {
        let written = Written { bytes, parameters: 0, refused: Vec::new(), names };
        Self { spelling, written, start: 0, name: 0, next: Next::Top, depth: 0, private: None }
    }

    fn write(mut self, token: &str, parameters: &impl Serialize) -> Written {
        self.begin();
        let written = self.push_name(TOKEN).and_then(|()| {
            self.end_name();
            self.spelling.push(&mut self.written.bytes, token.as_bytes());
            self.name = self.written.bytes.len();
            parameters.serialize(&mut self)
        });
        self.written.refused.extend(written.err().map(|error| *error.0));
        self.written
    }

    fn text(&mut self, text: &str) -> Result<(), FormError> {
        if let Next::Key = self.next {
            return self.push_key(text);
        }
        self.begin_value()?;
        self.spelling.push(&mut self.written.bytes, text.as_bytes());
        Ok(())
    }

    /// A text of letters, digits, points and minus signs, which every spelling leaves as they are.
    fn plain(&mut self, text: &str) -> Result<(), FormError> {
        if let Next::Key = self.next {
            return self.push_key(text);
        }
        self.begin_value()?;
        self.written.bytes.extend_from_slice(text.as_bytes());
        Ok(())
    }

    /// Begins a parameter at the top level.
    #[inline]
    fn begin(&mut self) {
        self.start = self.written.bytes.len();
        self.spelling.begin(&mut self.written.bytes);
        self.name = self.written.bytes.len();
    }

    fn begin_value(&mut self) -> Result<(), FormError> {
        match self.next {
            Next::Value => {}
            Next::Item(_) => self.push_bracketed("")?,
            Next::Top | Next::Key => return Err(self.refuse("a value without a name")),
        }
        if self.written.bytes.len() - self.name > S::MAX_NAME {
            return Err(self.refuse("a name that is too long to be sent with a file"));
        }
        self.end_name();
        Ok(())
    }

    fn end_name(&mut self) {
        self.spelling.end_name(&mut self.written.bytes);
        self.written.parameters += 1;
    }

    /// Opens a list, map or struct. A nested one may not stay empty.
    fn open(&mut self) -> Result<Nested<'_, S>, FormError> {
        let (next, opened) = (self.next, self.written.bytes.len());
        match next {
            Next::Top | Next::Value => {}
            Next::Item(index) => self.push_bracketed(itoa::Buffer::new().format(index))?,
            Next::Key => return Err(self.refuse("a list or a map as a name")),
        }
        // The top level has no brackets.
        if self.depth > php::MAX_BRACKETS {
            return Err(self.refuse("values nested too deeply"));
        }
        Ok(self.members(next, opened))
    }

    /// The members of a list, map or struct whose name is written.
    fn members(&mut self, next: Next, opened: usize) -> Nested<'_, S> {
        Nested {
            is_top: self.depth == 0,
            start: self.start..self.written.bytes.len(),
            name: self.name - self.start,
            before: self.written.parameters,
            next,
            opened,
            items: 0,
            skips_value: false,
            is_private: false,
            writer: self,
        }
    }

    /// Writes what is in a list, map or struct.
    fn nested<T: ?Sized + Serialize>(&mut self, next: Next, value: &T) -> Result<(), FormError> {
        self.next = next;
        self.depth += 1;
        let written = value.serialize(&mut *self);
        self.depth -= 1;
        written
    }

    /// Appends the name of a member: a field of a struct, or a key of a map.
    fn push_key(&mut self, key: &str) -> Result<(), FormError> {
        self.private = Private::of(key);
        if self.private.is_some() {
            return Ok(());
        }
        if self.depth > 0 {
            if !php::reads_as_key(key) {
                let found = format!("the name {}, which PHP would read as another", quote(key));
                return Err(self.refuse(found));
            }
            return self.push_bracketed(key);
        }
        self.note_name(key);
        if key.is_empty() {
            return Err(self.refuse("an empty name"));
        }
        if is_token(key) {
            return Err(self.refuse(format!("{}, which is the token's name", quote(key))));
        }
        self.push_name(key)
    }

    /// Begins a parameter at the top level whose name is spelled as it is.
    #[inline(never)]
    fn plain_name(&mut self, name: &'static str) {
        self.begin();
        self.written.bytes.extend_from_slice(name.as_bytes());
        self.note_name(name);
    }

    #[inline]
    fn note_name(&mut self, name: &str) {
        if let Some(names) = &mut self.written.names {
            names.push(name.to_owned());
        }
    }

    fn push_bracketed(&mut self, key: &str) -> Result<(), FormError> {
        let [open, close] = S::BRACKETS;
        self.written.bytes.extend_from_slice(open.as_bytes());
        self.push_name(key)?;
        self.written.bytes.extend_from_slice(close.as_bytes());
        Ok(())
    }

    fn push_name(&mut self, piece: &str) -> Result<(), FormError> {
        self.spelling.push_name(&mut self.written.bytes, piece).ok_or_else(|| {
            self.refuse(format!("the name {}, which cannot be sent with a file", quote(piece)))
        })
    }

    #[cold]
    fn refuse(&self, found: impl Into<String>) -> FormError {
        FormError::new(self.readable_name(), found.into())
    }

    /// The name as it was given.
    fn readable_name(&self) -> String {
        shorten(&S::readable_name(&self.written.bytes[self.name..]))
    }
}

/// Whether PHP reads `name` as the token's.
#[inline(always)]
#[expect(clippy::inline_always, reason = "so that the answer for a known name is known")]
fn is_token(name: &str) -> bool {
    // Most names need no second look.
    let may_be = matches!(name.as_bytes(), [b'a', b'p', b'i', ..] | [b' ', ..]);
    may_be && php::variable_name(name).as_deref() == Some(TOKEN)
}

/// A list, map or struct that is being written.
struct Nested<'a, S> {
    writer: &'a mut Writer<S>,
    /// It has no name: its members are the parameters.
    is_top: bool,
    /// Where a parameter stands that begins with the name of this value, up to the end of that.
    start: Range<usize>,
    /// Where in it the name begins.
    name: usize,
    /// How many parameters there were before.
    before: usize,
    /// What was about to be serialized when it was opened, and where the body ended.
    next: Next,
    opened: usize,
    /// How many items there were.
    items: usize,
    /// The name of the value that comes next was refused.
    skips_value: bool,
    /// It was no map or struct, and has no more members.
    is_private: bool,
}

impl<S: Spelling> Nested<'_, S> {
    fn key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), FormError> {
        if self.is_private {
            return Err(self.writer.refuse("members beside a number"));
        }
        self.begin_member();
        self.writer.next = Next::Key;
        let written = key.serialize(&mut *self.writer);
        self.skips_value = written.is_err();
        self.note(written)
    }

    fn value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), FormError> {
        if std::mem::take(&mut self.skips_value) {
            return Ok(());
        }
        let written = match self.writer.private.take() {
            Some(private) => self.private_value(private, value),
            None => self.writer.nested(Next::Value, value),
        };
        self.note(written)
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "else names are looked at in each call: +17 %")]
    fn field<T: ?Sized + Serialize>(
        &mut self,
        field: &'static str,
        value: &T,
    ) -> Result<(), FormError> {
        // The name is known to the compiler, which then knows the answer too.
        let written = if !field.is_empty() && is_plain(field.as_bytes()) && !is_token(field) {
            self.plain_key(field);
            self.writer.nested(Next::Value, value)
        } else {
            self.begin_member();
            match self.writer.push_key(field) {
                Ok(()) => return self.value(value),
                named => named,
            }
        };
        self.note(written)
    }

    fn item<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), FormError> {
        if self.is_top {
            return Err(self.writer.refuse("a list without a name"));
        }
        self.begin_member();
        let index = self.items;
        self.items += 1;
        self.writer.nested(Next::Item(index), value)
    }

    /// Appends the name of a field that is spelled, and read by PHP, as it is.
    #[inline]
    fn plain_key(&mut self, key: &'static str) {
        if self.is_top {
            self.writer.plain_name(key);
        } else {
            self.plain_member(key);
        }
    }

    #[inline(never)]
    fn plain_member(&mut self, key: &'static str) {
        self.begin_member();
        let [open, close] = S::BRACKETS;
        let bytes = &mut self.writer.written.bytes;
        bytes.extend_from_slice(open.as_bytes());
        bytes.extend_from_slice(key.as_bytes());
        bytes.extend_from_slice(close.as_bytes());
    }

    /// Brings the body to where the key of a member follows.
    #[inline]
    fn begin_member(&mut self) {
        let writer = &mut *self.writer;
        let bytes = &mut writer.written.bytes;
        if self.is_top {
            writer.begin();
        } else if bytes.len() > self.start.end {
            writer.start = bytes.len();
            writer.name = writer.start + self.name;
            bytes.extend_from_within(self.start.clone());
        }
    }

    /// At the top level a refusal is noted, and the next parameter has its turn.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call would cost more than what is done")]
    fn note(&mut self, written: Result<(), FormError>) -> Result<(), FormError> {
        match written {
            Err(error) if self.is_top => {
                self.note_refused(*error.0);
                Ok(())
            }
            written => written,
        }
    }

    #[cold]
    fn note_refused(&mut self, mut refused: Refused) {
        let writer = &mut *self.writer;
        if refused.parameter.is_empty() {
            refused.parameter = writer.readable_name();
        }
        writer.depth = 0;
        writer.written.bytes.truncate(writer.start);
        writer.written.refused.push(refused);
    }

    fn close(self) -> Result<(), FormError> {
        if !self.is_top && self.writer.written.parameters == self.before {
            return Err(self.writer.refuse("an empty list or map"));
        }
        Ok(())
    }
}
