//! Bytes that are zeroized.

use std::fmt;
use std::io;
use std::ops::{Deref, DerefMut};

use bytes::Bytes;
use zeroize::Zeroize;

/// A buffer that is zeroized when it is dropped or reallocated.
///
/// A `Vec` that reallocates leaves a copy behind. Only the part in use is zeroized.
#[derive(Default)]
pub(crate) struct ZeroizingBuffer(Vec<u8>);

impl ZeroizingBuffer {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(Vec::with_capacity(capacity))
    }

    pub(crate) fn push(&mut self, byte: u8) {
        self.reserve(1);
        self.0.push(byte);
    }

    pub(crate) fn extend_from_slice(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    fn reserve(&mut self, more: usize) {
        if more > self.0.capacity() - self.0.len() {
            self.grow(more);
        }
    }

    #[cold]
    fn grow(&mut self, more: usize) {
        let capacity = (self.0.len() + more).max(self.0.capacity() * 2);
        let mut larger = Self::with_capacity(capacity);
        larger.0.extend_from_slice(self);
        *self = larger;
    }

    pub(crate) fn truncate(&mut self, length: usize) {
        if let Some(rest) = self.0.get_mut(length..) {
            rest.zeroize();
            self.0.truncate(length);
        }
    }
}

impl Drop for ZeroizingBuffer {
    fn drop(&mut self) {
        // As a slice: many times faster than byte by byte.
        self.0.as_mut_slice().zeroize();
    }
}

impl Deref for ZeroizingBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for ZeroizingBuffer {
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

/// The bytes are zeroized when the last clone is dropped.
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
