//! Errors of control calls.

use serde_json::{Value, json};

use crate::http::Response;

/// How much of a wrong value is shown, in bytes.
const VALUE_LIMIT: usize = 1024;

/// Why a control call was rejected. Nothing has changed.
#[derive(Debug)]
pub(crate) struct ControlError {
    status: u16,
    /// What was wrong: a member of the body such as `response.status`, a parameter of the query, or
    /// a header.
    member: String,
    /// What it must be.
    rule: String,
    /// What it was.
    value: Value,
    allow: Option<String>,
}

impl ControlError {
    /// An invalid value in the body or the query.
    pub(crate) fn invalid(
        member: impl Into<String>,
        rule: impl Into<String>,
        value: impl Into<Value>,
    ) -> Self {
        Self::with_status(400, member, rule, value)
    }

    pub(super) fn with_status(
        status: u16,
        member: impl Into<String>,
        rule: impl Into<String>,
        value: impl Into<Value>,
    ) -> Self {
        Self { status, member: member.into(), rule: rule.into(), value: value.into(), allow: None }
    }

    /// The path is known, the HTTP method is not.
    pub(super) fn method(method: &str, allowed: &str) -> Self {
        let rule = format!("must be one of {allowed}");
        let error = Self::with_status(405, "method", rule, method);
        Self { allow: Some(allowed.to_owned()), ..error }
    }

    pub(super) fn into_response(self) -> Response {
        let value = if self.value.to_string().len() > VALUE_LIMIT {
            "(more than 1 KB)".into()
        } else {
            self.value
        };
        let error = json!({ "member": self.member, "rule": self.rule, "value": value });
        let body = json!({ "error": error }).to_string();
        let mut response = Response::typed(self.status, "application/json", body.into_bytes());
        if let Some(allow) = self.allow {
            response.set_header("Allow".to_owned(), allow);
        }
        response
    }
}
