//! `tracing` spans and events of a call, with the names that OpenTelemetry's conventions for HTTP
//! clients have. `otel.name`, `otel.kind` and `otel.status_code` are for the crate
//! `tracing-opentelemetry`, since spans of `tracing` have fixed names.
//!
//! The spans are never entered: events name theirs as their parent, so that they belong to it in
//! whatever task or thread they happen.

use http::Request;
use tracing::field::{Empty, display};
use tracing::{Span, debug, info_span, warn};

use super::attempt_info::CallId;
use super::observer::CallEvent;
use crate::decode::ErrorCode;
use crate::encode::Body;
use crate::error::ErrorKind;
use crate::operation::Label;
use crate::secret::ApiToken;

/// The spans of a call.
pub(crate) struct Trace {
    call: Span,
    attempt: Span,
}

impl Trace {
    /// Opens the span of the call as a child of the current one.
    pub(crate) fn begin(label: Label, id: CallId) -> Self {
        let call = info_span!(
            target: "usedesk",
            "usedesk.operation",
            otel.name = label.name,
            usedesk.operation = label.name,
            usedesk.safety = ?label.safety,
            usedesk.call_id = %id,
            otel.status_code = Empty,
            error.r#type = Empty,
        );
        Self { call, attempt: Span::none() }
    }

    /// Opens the span of an attempt.
    pub(crate) fn begin_attempt(&mut self, request: &Request<Body>, before: u32, token: &ApiToken) {
        let (method, uri) = (request.method(), request.uri());
        // A base URL, or a path of the user's own, may hold anything.
        let template = token.redact_names(&template(uri.path()));
        let is_https = uri.scheme_str() == Some("https");
        self.attempt = info_span!(
            target: "usedesk",
            parent: &self.call,
            "http.client.request",
            otel.name = format!("{method} {template}"),
            otel.kind = "client",
            http.request.method = %method,
            server.address = uri.host().map(|host| token.redact_names(host)),
            server.port = uri.port_u16().unwrap_or(if is_https { 443 } else { 80 }),
            url.template = template,
            http.request.resend_count = (before > 0).then_some(before),
            http.response.status_code = Empty,
            otel.status_code = Empty,
            error.r#type = Empty,
        );
    }

    pub(crate) fn note(&mut self, event: &CallEvent) {
        let call = &self.call;
        match event {
            CallEvent::Queued { wait, reason, lengths, .. } => {
                debug!(
                    target: "usedesk",
                    parent: call,
                    ?wait,
                    ?reason,
                    first_attempts = lengths.first_attempts,
                    retries = lengths.retries,
                    "waiting for the rate limit",
                );
            }
            CallEvent::SharedLimit { notice, .. } => {
                warn!(target: "usedesk", parent: call, ?notice, "shared rate limit changed");
            }
            CallEvent::Attempted { attempt, status, error, code, elapsed, retry_in, .. } => {
                let status = status.map(|status| status.as_u16());
                let error = error.map(|kind| error_type(kind, code.as_ref(), status));
                let span = std::mem::replace(&mut self.attempt, Span::none());
                if let Some(status) = status {
                    span.record("http.response.status_code", status);
                }
                record_error(&span, error.as_deref());
                if let Some(retry_in) = retry_in {
                    warn!(
                        target: "usedesk",
                        parent: call,
                        attempt,
                        status,
                        error.r#type = error,
                        ?elapsed,
                        ?retry_in,
                        "request failed, retrying",
                    );
                } else {
                    debug!(
                        target: "usedesk",
                        parent: call,
                        attempt,
                        status,
                        error.r#type = error,
                        ?elapsed,
                        "request finished",
                    );
                }
            }
            CallEvent::Finished { attempts, elapsed, succeeded, error, code, .. } => {
                let error = error.map(|kind| error_type(kind, code.as_ref(), None));
                record_error(call, error.as_deref());
                debug!(
                    target: "usedesk",
                    parent: call,
                    attempts,
                    ?elapsed,
                    succeeded,
                    error.r#type = error,
                    "call finished",
                );
            }
        }
    }
}

fn record_error(span: &Span, error: Option<&str>) {
    if let Some(error) = error {
        span.record("error.type", display(error));
        span.record("otel.status_code", "ERROR");
    }
}

/// The path with a placeholder for each segment that is not a word: an id, or what a user put there.
fn template(path: &str) -> String {
    let is_word =
        |segment: &str| segment.bytes().all(|b| b.is_ascii_alphabetic() || b"-_".contains(&b));
    let segments = path.split('/').map(|segment| if is_word(segment) { segment } else { "{id}" });
    segments.collect::<Vec<_>>().join("/")
}

/// `error.type`: the API's own code, or else the status, or else the kind of error.
fn error_type(kind: ErrorKind, code: Option<&ErrorCode>, status: Option<u16>) -> String {
    // A server may send any text as its code.
    let is_code = |code: &&str| code.len() <= 8 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    match (code.map(ErrorCode::as_str).filter(is_code), status) {
        (Some(code), _) => format!("usedesk.{code}"),
        (None, Some(status)) if status >= 300 => status.to_string(),
        _ => format!("{kind:?}").to_lowercase(),
    }
}
