//! Request bodies as hyper takes them, in chunks with a known length.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use usedesk_core::Body;

/// The largest chunk in bytes, so that a large file does not fill the send buffer.
const CHUNK: usize = 64 * 1024;

/// The segments of a body, in order. Nothing is copied.
pub(crate) struct Segments {
    left: VecDeque<Bytes>,
    is_begun: IsBegun,
}

/// Whether the body was begun. Set to true by the connection that reads it or to false by the call
/// that fails, whichever is first. So a request that is reported as not sent is never sent later.
pub(crate) type IsBegun = Arc<OnceLock<bool>>;

impl Segments {
    pub(crate) fn new(body: &Body, is_begun: IsBegun) -> Self {
        Self { left: body.segments().to_vec().into(), is_begun }
    }

    fn next(&mut self) -> Option<Bytes> {
        let segment = self.left.front_mut()?;
        let chunk = segment.split_to(segment.len().min(CHUNK));
        if segment.is_empty() {
            self.left.pop_front();
        }
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
        if !*self.is_begun.get_or_init(|| true) {
            return Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())));
        }
        Poll::Ready(self.next().map(|chunk| Ok(Frame::data(chunk))))
    }

    /// hyper calls this first, once it is connected. It reads nothing from an empty body unless
    /// this is false.
    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && *self.is_begun.get_or_init(|| true)
    }

    /// Exact, so that hyper writes a `Content-Length`. Not for an empty body whose call has failed:
    /// hyper must read that one, to get the error.
    fn size_hint(&self) -> SizeHint {
        if self.left.is_empty() && self.is_begun.get() == Some(&false) {
            return SizeHint::default();
        }
        SizeHint::with_exact(self.left.iter().map(|segment| segment.len() as u64).sum())
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use http_body::Body as _;

    use super::*;

    #[test]
    fn segments_are_sent_in_order_and_in_chunks() {
        let long = Bytes::from(vec![b'x'; CHUNK + 1]);
        let body: Body = [Bytes::from_static(b"first"), long].into_iter().collect();
        let mut segments = Segments::new(&body, Arc::default());
        let mut lengths = Vec::new();
        while let Some(chunk) = segments.next() {
            lengths.push(chunk.len());
        }
        assert_eq!(lengths, [5, CHUNK, 1]);
        assert!(segments.is_end_stream());
        assert_eq!(segments.size_hint().exact(), Some(0));
        assert_eq!(Segments::new(&body, Arc::default()).size_hint().exact(), Some(body.len()));
    }

    #[test]
    fn the_body_of_a_failed_call_is_never_begun() {
        let body: Body = [Bytes::from_static(b"first")].into_iter().collect();
        let mut context = Context::from_waker(Waker::noop());
        for has_failed in [true, false] {
            let is_begun = IsBegun::default();
            let mut segments = Segments::new(&body, Arc::clone(&is_begun));
            if has_failed {
                assert!(!is_begun.get_or_init(|| false));
            }
            assert!(!segments.is_end_stream());
            let Poll::Ready(Some(frame)) = Pin::new(&mut segments).poll_frame(&mut context) else {
                panic!("neither a frame nor an error");
            };
            assert_eq!(frame.is_err(), has_failed);
            assert_eq!(is_begun.get(), Some(&!has_failed));
        }
    }

    /// hyper sends only the head of a request whose body is empty, unless it reads an error.
    #[test]
    fn the_empty_body_of_a_failed_call_is_never_begun() {
        let is_begun = IsBegun::default();
        let mut segments = Segments::new(&Body::default(), Arc::clone(&is_begun));
        assert_eq!(segments.size_hint().exact(), Some(0));
        assert_eq!(is_begun.get(), None, "called before there is a connection");
        assert!(segments.is_end_stream());
        assert_eq!(is_begun.get(), Some(&true));

        segments.is_begun = Arc::new(OnceLock::from(false));
        assert!(!segments.is_end_stream());
        assert_eq!(segments.size_hint().exact(), None);
        let mut context = Context::from_waker(Waker::noop());
        let frame = Pin::new(&mut segments).poll_frame(&mut context);
        assert!(matches!(frame, Poll::Ready(Some(Err(_)))));
    }
}
