//! The body of a request: shared bytes that a retry can send again without a copy.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::secret::ZeroizingBuffer;

/// The body of a request, in segments that are sent one after the other.
///
/// Clones share the bytes. The body holds the token, so `Debug` shows only its length, and encoded
/// bytes and bytes from a `Vec` are zeroized when the last clone is dropped.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Body {
    segments: Arc<[Bytes]>,
}

impl Body {
    /// Returns the segments. None is empty.
    #[must_use]
    pub fn segments(&self) -> &[Bytes] {
        &self.segments
    }

    /// Returns the length of all segments together, in bytes: the `Content-Length`.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.segments.iter().map(|segment| segment.len() as u64).sum()
    }

    /// Returns whether the body has no bytes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty()
    }

    /// Copies all segments into one `Vec`, **including the token**: for tests, and for transports
    /// that cannot send segments.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        self.segments.concat()
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        ZeroizingBuffer::from(bytes).into()
    }
}

impl From<ZeroizingBuffer> for Body {
    fn from(bytes: ZeroizingBuffer) -> Self {
        if bytes.is_empty() { Self::default() } else { Self { segments: [bytes.into()].into() } }
    }
}

impl FromIterator<Bytes> for Body {
    fn from_iter<I: IntoIterator<Item = Bytes>>(segments: I) -> Self {
        Self { segments: segments.into_iter().filter(|segment| !segment.is_empty()).collect() }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.len())
    }
}
