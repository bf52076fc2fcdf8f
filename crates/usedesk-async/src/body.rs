//! Bodies: as hyper takes them, chunk by chunk with a known length, and as answers come in.

use std::io;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use usedesk_core::Body;

/// The most bytes handed over at a time, so that a large file does not fill a send buffer.
const CHUNK: usize = 64 * 1024;

/// Sends a body's segments one after the other. Nothing is copied.
pub(crate) struct Segments {
    body: Body,
    segment: usize,
    position: usize,
    /// How many bytes are left.
    left: u64,
    begun: Begun,
}

/// Whether the body was begun, settled by who comes first: the connection that asks for it, or the
/// call that waits no longer. Once that is settled, nothing is sent that is said not to be.
pub(crate) type Begun = Arc<OnceLock<bool>>;

impl Segments {
    pub(crate) fn new(body: Body, begun: Begun) -> Self {
        Self { left: body.len(), body, segment: 0, position: 0, begun }
    }

    fn next(&mut self) -> Option<Bytes> {
        let segment = self.body.segments().get(self.segment)?;
        let end = segment.len().min(self.position + CHUNK);
        let chunk = segment.slice(self.position..end);
        self.position = end;
        if end == segment.len() {
            self.segment += 1;
            self.position = 0;
        }
        self.left = self.left.saturating_sub(chunk.len() as u64);
        Some(chunk)
    }
}

impl http_body::Body for Segments {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if !*self.begun.get_or_init(|| true) {
            return Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())));
        }
        Poll::Ready(self.next().map(|chunk| Ok(Frame::data(chunk))))
    }

    /// hyper asks for this first, when it is connected; and of an empty body for nothing else,
    /// unless it is told that there is more to come.
    fn is_end_stream(&self) -> bool {
        self.left == 0 && *self.begun.get_or_init(|| true)
    }

    /// Exact, so that hyper writes a Content-Length. But not for an empty body that was given up,
    /// which hyper would not ask for then.
    fn size_hint(&self) -> SizeHint {
        if self.left == 0 && self.begun.get() == Some(&false) {
            return SizeHint::default();
        }
        SizeHint::with_exact(self.left)
    }
}

/// An answer as it comes in. Most come in one piece, which is not copied.
#[derive(Default)]
pub(crate) struct Pieces {
    /// The only one so far.
    first: Bytes,
    /// All of them, when there are more.
    joined: Vec<u8>,
    /// How much room is made for them.
    room: usize,
}

impl Pieces {
    pub(crate) fn new(room: usize) -> Self {
        Self { room, ..Self::default() }
    }

    pub(crate) fn len(&self) -> usize {
        self.first.len() + self.joined.len()
    }

    pub(crate) fn push(&mut self, piece: Bytes) {
        if self.len() == 0 {
            self.first = piece;
            return;
        }
        if self.joined.is_empty() {
            self.joined.reserve(self.room);
            self.joined.extend_from_slice(&mem::take(&mut self.first));
        }
        self.joined.extend_from_slice(&piece);
    }

    pub(crate) fn join(self) -> Bytes {
        if self.joined.is_empty() { self.first } else { self.joined.into() }
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use http_body::Body as _;

    use super::*;

    #[test]
    fn segments_go_one_after_the_other_in_chunks() {
        let long = Bytes::from(vec![b'x'; CHUNK + 1]);
        let body: Body = [Bytes::from_static(b"first"), long].into_iter().collect();
        let mut segments = Segments::new(body.clone(), Arc::default());
        let mut lengths = Vec::new();
        while let Some(chunk) = segments.next() {
            lengths.push(chunk.len());
        }
        assert_eq!(lengths, [5, CHUNK, 1]);
        assert!(segments.is_end_stream());
        assert_eq!(segments.size_hint().exact(), Some(0));
        assert_eq!(
            Segments::new(body.clone(), Arc::default()).size_hint().exact(),
            Some(body.len())
        );
    }

    #[test]
    fn what_was_given_up_is_never_begun() {
        let body: Body = [Bytes::from_static(b"first")].into_iter().collect();
        let mut context = Context::from_waker(Waker::noop());
        for is_given_up in [true, false] {
            let begun = Begun::default();
            let mut segments = Segments::new(body.clone(), Arc::clone(&begun));
            if is_given_up {
                assert!(!begun.get_or_init(|| false));
            }
            assert!(!segments.is_end_stream());
            let Poll::Ready(Some(frame)) = Pin::new(&mut segments).poll_frame(&mut context) else {
                panic!("neither a frame nor an error");
            };
            assert_eq!(frame.is_err(), is_given_up);
            assert_eq!(begun.get(), Some(&!is_given_up));
        }
    }

    /// What hyper does with a body without bytes: it sends the head and looks no further, unless it
    /// reads an error.
    #[test]
    fn an_empty_body_that_was_given_up_is_never_begun() {
        let begun = Begun::default();
        let mut segments = Segments::new(Body::default(), Arc::clone(&begun));
        assert_eq!(segments.size_hint().exact(), Some(0));
        assert_eq!(begun.get(), None, "asked before there is a connection");
        assert!(segments.is_end_stream());
        assert_eq!(begun.get(), Some(&true));

        segments.begun = Arc::new(OnceLock::from(false));
        assert!(!segments.is_end_stream());
        assert_eq!(segments.size_hint().exact(), None);
        let mut context = Context::from_waker(Waker::noop());
        let frame = Pin::new(&mut segments).poll_frame(&mut context);
        assert!(matches!(frame, Poll::Ready(Some(Err(_)))));
    }

    #[test]
    fn pieces_are_joined_when_there_are_more_than_one() {
        let one = Bytes::from_static(b"one");
        let mut pieces = Pieces::new(3);
        pieces.push(one.clone());
        assert_eq!(pieces.len(), 3);
        assert_eq!(pieces.join().as_ptr(), one.as_ptr());
        let mut pieces = Pieces::new(3);
        for piece in ["", "one", "", "two", "three"] {
            pieces.push(Bytes::from_static(piece.as_bytes()));
        }
        assert_eq!((pieces.len(), &*pieces.join()), (11, &b"onetwothree"[..]));
        assert!(Pieces::default().join().is_empty());
    }
}
