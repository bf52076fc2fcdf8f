//! Stands in for `trace` without the feature `tracing`.

use http::Request;

use super::attempt_info::CallId;
use super::observer::CallEvent;
use crate::encode::Body;
use crate::operation::Label;
use crate::secret::ApiToken;

pub(crate) struct Trace;

impl Trace {
    pub(crate) fn begin(_: Label, _: CallId) -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "as with tracing")]
    pub(crate) fn begin_attempt(&mut self, _: &Request<Body>, _: u32, _: &ApiToken) {}

    #[expect(clippy::unused_self, reason = "as with tracing")]
    pub(crate) fn note(&mut self, _: &CallEvent) {}
}
