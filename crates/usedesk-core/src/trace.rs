//! What calls do, told to `tracing`: a span for each call, and an event for what happens in it.
//!
//! Nothing here is entered: the events name the span as their parent, so that they are its own
//! wherever a task is woken up, and nobody else's.

use tracing::{Span, debug, info_span};

use crate::observer::CallEvent;
use crate::operation::Label;
use crate::token::ApiToken;

/// The span of a call.
pub(crate) struct Trace(Span);

impl Trace {
    /// Begins it, in the span that is the current one. The path has the identifiers of things, but
    /// never a query.
    pub(crate) fn begin(label: Label, path: &str, token: &ApiToken) -> Self {
        Self(info_span!(
            target: "usedesk",
            "call",
            operation = label.name,
            safety = ?label.safety,
            // A base URL, or a path of the user's own, may hold anything.
            path = token.redact_names(path),
        ))
    }

    pub(crate) fn note(&self, event: &CallEvent) {
        match event {
            CallEvent::Paced { wait, is_stopped, .. } => {
                debug!(target: "usedesk", parent: &self.0, ?wait, is_stopped, "waits for its turn");
            }
            CallEvent::Exchanged { number, status, failure, elapsed, repeated_after, .. } => {
                debug!(
                    target: "usedesk",
                    parent: &self.0,
                    number,
                    status = status.map(|status| status.as_u16()),
                    failure = failure.map(tracing::field::debug),
                    ?elapsed,
                    repeated_after = repeated_after.map(tracing::field::debug),
                    "exchanged a request",
                );
            }
            CallEvent::Ended { exchanges, elapsed, succeeded, .. } => {
                debug!(
                    target: "usedesk",
                    parent: &self.0,
                    exchanges,
                    ?elapsed,
                    succeeded,
                    "is over",
                );
            }
        }
    }
}
