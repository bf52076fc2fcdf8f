//! The error of everything before the first byte of a request.

/// A failure before anything was sent.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct NotConnected(pub(crate) ureq::Error);

impl NotConnected {
    /// The error itself: for a proxy ureq runs one connector inside another, and each wraps it.
    pub(crate) fn into_innermost(self) -> ureq::Error {
        match self.0 {
            ureq::Error::Other(error) => match error.downcast::<Self>() {
                Ok(inner) => inner.into_innermost(),
                Err(error) => ureq::Error::Other(error),
            },
            error => error,
        }
    }
}

impl From<NotConnected> for ureq::Error {
    fn from(error: NotConnected) -> Self {
        Self::Other(Box::new(error))
    }
}
