//! ureq reports the same errors before and after it sends a request, and only the reading of a body
//! shows when it is sent. For requests without a body:
//! `a_deadline_while_connecting_means_not_sent` in `conformance`.

use ureq::Error;

/// Marks a failure before anything was sent.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct NotConnected(Error);

impl NotConnected {
    pub(super) fn mark(error: Error) -> Error {
        match error {
            // Marked before: to connect to a proxy, ureq runs the connector within itself.
            Error::Other(_) => error,
            error => Error::Other(Box::new(Self(error))),
        }
    }

    /// Returns the error itself, and whether it was marked.
    pub(crate) fn unmark(error: Error) -> (Error, bool) {
        match error {
            Error::Other(other) => match other.downcast::<Self>() {
                Ok(marked) => (marked.0, true),
                Err(other) => (Error::Other(other), false),
            },
            error => (error, false),
        }
    }
}
