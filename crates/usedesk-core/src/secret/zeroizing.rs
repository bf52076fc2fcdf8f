//! Bytes that do not stay in memory.

use std::fmt;
use std::io;
use std::ops::{Deref, DerefMut, Range};

use bytes::Bytes;
use zeroize::Zeroize;

/// The least room that is made when there is none.
const FIRST_ROOM: usize = 64;

/// Bytes that are overwritten when they are dropped.
///
/// They are when they move to a larger place, too: a `Vec` that grows by itself leaves a copy
/// behind. What was never written to is not overwritten.
#[derive(Default)]
pub(crate) struct ZeroizingBuffer(Vec<u8>);

impl ZeroizingBuffer {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    #[inline]
    pub(crate) fn push(&mut self, byte: u8) {
        self.extend_from_slice(&[byte]);
    }

    #[inline]
    pub(crate) fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.make_room(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    /// Appends a copy of a part of these bytes, which must be one.
    #[inline]
    pub(crate) fn extend_from_within(&mut self, part: Range<usize>) {
        self.make_room(part.len());
        self.0.extend_from_within(part);
    }

    pub(crate) fn truncate(&mut self, length: usize) {
        if let Some(rest) = self.0.get_mut(length..) {
            rest.zeroize();
            self.0.truncate(length);
        }
    }

    /// Makes room for so many bytes more.
    #[inline]
    pub(crate) fn make_room(&mut self, more: usize) {
        if self.0.capacity() - self.0.len() < more {
            self.grow(more);
        }
    }

    #[cold]
    fn grow(&mut self, more: usize) {
        let room = (self.0.len() + more).max(self.0.capacity() * 2).max(FIRST_ROOM);
        let mut larger = Self::with_capacity(room);
        larger.0.extend_from_slice(self);
        *self = larger;
    }
}

impl Drop for ZeroizingBuffer {
    fn drop(&mut self) {
        // As a slice, which goes many times faster than byte by byte.
        self.0.as_mut_slice().zeroize();
    }
}

impl Deref for ZeroizingBuffer {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for ZeroizingBuffer {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl AsRef<[u8]> for ZeroizingBuffer {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl From<Vec<u8>> for ZeroizingBuffer {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl From<&[u8]> for ZeroizingBuffer {
    fn from(bytes: &[u8]) -> Self {
        Self(bytes.to_vec())
    }
}

/// Shared; they are overwritten when the last of those who share them drops them.
impl From<ZeroizingBuffer> for Bytes {
    fn from(bytes: ZeroizingBuffer) -> Self {
        Self::from_owner(bytes)
    }
}

impl io::Write for ZeroizingBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Write for ZeroizingBuffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.extend_from_slice(text.as_bytes());
        Ok(())
    }
}
