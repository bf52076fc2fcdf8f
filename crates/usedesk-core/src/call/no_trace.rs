//! Stands in for `trace` without the feature `tracing`.

use super::observer::CallEvent;
use crate::operation::Label;
use crate::secret::ApiToken;

pub(crate) struct Trace;

impl Trace {
    pub(crate) fn begin(_: Label, _: &str, _: &ApiToken) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "as with tracing")]
    pub(crate) fn note(&self, _: &CallEvent) {}
}
