//! A `tracing` span for each call, and an event for what happens in it.
//!
//! The span is never entered: events name it as their parent, so that they belong to it in whatever
//! task or thread they happen.

use tracing::{Span, debug, info_span};

use super::observer::CallEvent;
use crate::operation::Label;
use crate::secret::ApiToken;

/// The span of a call.
pub(crate) struct Trace(Span);

impl Trace {
    /// Opens the span as a child of the current one. The path has the identifiers of things, but
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
            CallEvent::Queued { wait, reason, .. } => {
                debug!(target: "usedesk", parent: &self.0, ?wait, ?reason, "queued");
            }
            CallEvent::Attempted { attempt, status, error, elapsed, retry_in, .. } => {
                debug!(
                    target: "usedesk",
                    parent: &self.0,
                    attempt,
                    status = status.map(|status| status.as_u16()),
                    error = error.map(tracing::field::debug),
                    ?elapsed,
                    retry_in = retry_in.map(tracing::field::debug),
                    "attempted",
                );
            }
            CallEvent::Finished { attempts, elapsed, succeeded, .. } => {
                debug!(
                    target: "usedesk",
                    parent: &self.0,
                    attempts,
                    ?elapsed,
                    succeeded,
                    "finished",
                );
            }
        }
    }
}
