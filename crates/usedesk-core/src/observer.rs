//! What calls do, told to the user's program.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use crate::error::ErrorKind;

/// Something that a call did. No event holds the token, a path, a parameter or a body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallEvent {
    /// It waits for its turn.
    #[non_exhaustive]
    Paced {
        /// The operation: `update_ticket`.
        operation: &'static str,
        /// For how long.
        wait: Duration,
        /// Whether too many requests (HTTP 429) have stopped the [`Pacer`](crate::Pacer), for this
        /// call or for another. If not, it waits by the pace alone.
        is_stopped: bool,
    },
    /// It exchanged a request.
    #[non_exhaustive]
    Exchanged {
        /// The operation: `update_ticket`.
        operation: &'static str,
        /// Which exchange of the call it was, from 1.
        number: u32,
        /// The status of the answer; none without a whole answer.
        status: Option<StatusCode>,
        /// As what it failed; none when it succeeded.
        failure: Option<ErrorKind>,
        /// How long it took.
        elapsed: Duration,
        /// After which wait it is repeated; none when the call is over.
        repeated_after: Option<Duration>,
    },
    /// It is over. A call of the asynchronous crate that is dropped ends without this.
    #[non_exhaustive]
    Ended {
        /// The operation: `update_ticket`.
        operation: &'static str,
        /// How many exchanges there were.
        exchanges: u32,
        /// How long it took, all waits included.
        elapsed: Duration,
        /// Whether it succeeded.
        succeeded: bool,
    },
}

/// What is called with each event.
#[derive(Clone)]
pub struct Observer(Arc<dyn Fn(&CallEvent) + Send + Sync>);

impl Observer {
    /// Calls `observe` with each event, on the thread or in the task of the call.
    #[must_use]
    pub fn new(observe: impl Fn(&CallEvent) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }

    pub(crate) fn note(&self, event: &CallEvent) {
        (self.0)(event);
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}
