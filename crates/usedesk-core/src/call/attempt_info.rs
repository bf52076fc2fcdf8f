//! What a transport may know of the call that a request belongs to.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::secret::ApiToken;

/// Which attempt of which call a request is.
///
/// It is in the [extensions](http::Request::extensions) of each request that a handle passes to its
/// [`Transport`](crate::Transport), for transports that count, log or cache. It is not sent.
///
/// # Examples
///
/// ```
/// use usedesk_core::http::Request;
/// use usedesk_core::{AttemptInfo, Body};
///
/// fn describe(request: &Request<Body>) -> String {
///     match request.extensions().get::<AttemptInfo>() {
///         Some(info) => format!("{} of call {}, attempt {}", info.operation, info.call, info.attempt),
///         None => "not a request of a handle".to_owned(),
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct AttemptInfo {
    /// The name of the operation, such as `update_ticket`.
    pub operation: &'static str,
    /// The call, whose attempts all have the same id.
    pub call: CallId,
    /// Which attempt of the call it is, from 1.
    pub attempt: u32,
}

/// Identifies a call among all calls of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(u64);

impl CallId {
    /// Returns an id that no other call has.
    pub(crate) fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What recordings leave out of a request, in its extensions. Other crates cannot name this type, so
/// they cannot read the token in it.
#[derive(Clone)]
pub(crate) struct RequestOrigin {
    pub(crate) token: ApiToken,
    /// The path of the base URL, without a trailing slash.
    pub(crate) base_path: Arc<str>,
}
