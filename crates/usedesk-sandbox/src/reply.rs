//! What is sent for a request: a response, which may be cut off, or something that is not HTTP.

#[cfg(feature = "program")]
use std::sync::Arc;

#[cfg(feature = "program")]
use crate::control::View;
use crate::http::Response;
use crate::journal::SentResponse;

pub(crate) enum Reply {
    Response {
        response: Response,
        cut: Option<Cut>,
    },
    /// Exactly these bytes.
    Raw(Vec<u8>),
    /// Nothing; the connection is closed.
    Disconnect,
    /// Nothing; the connection stays open until the client closes it.
    Silence,
    /// Events after this request, as they happen.
    #[cfg(feature = "program")]
    Events {
        after: u64,
        view: View,
        /// The origin of the page that reads them.
        origin: Option<String>,
        /// Counts the stream as long as it is open.
        counted: Arc<()>,
    },
}

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        Self::Response { response, cut: None }
    }
}

/// Where a response ends before its end. The connection is closed there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// After this many bytes of the response, head included.
    Head(usize),
    /// After this many bytes of the body.
    Body(usize),
}

impl Reply {
    pub(crate) fn sent(&self) -> SentResponse {
        match self {
            Self::Response { response, .. } => {
                SentResponse::new(Some(response.status()), &response.body)
            }
            Self::Raw(bytes) => SentResponse::new(None, bytes),
            _ => SentResponse::new(None, &[]),
        }
    }

    /// Returns the bytes to write, and whether to close the connection after them. `head_only` and
    /// `keep_alive` come from the request.
    pub(crate) fn into_bytes(self, head_only: bool, keep_alive: bool) -> (Vec<u8>, bool) {
        match self {
            Self::Raw(bytes) => (bytes, true),
            Self::Response { response, cut } => {
                let close = !keep_alive || cut.is_some() || response.closes();
                let body_end = if let Some(Cut::Body(end)) = cut { Some(end) } else { None };
                let mut bytes = response.into_bytes(head_only, body_end, close);
                if let Some(Cut::Head(end)) = cut {
                    bytes.truncate(end);
                }
                (bytes, close)
            }
            _ => (Vec::new(), true),
        }
    }
}
