//! The place of `tracing` in a build without its feature.

use crate::observer::CallEvent;
use crate::operation::Label;
use crate::token::ApiToken;

pub(crate) struct Trace;

impl Trace {
    pub(crate) fn begin(_: Label, _: &str, _: &ApiToken) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "as with tracing")]
    pub(crate) fn note(&self, _: &CallEvent) {}
}
