//! A control call.

use serde_json::Value;

use super::ControlError;
use super::input::Members;
use crate::http::{Request, Response};
use crate::php;
use crate::reply::Reply;

/// A control call whose route is known.
pub(crate) struct Call<'a> {
    /// The number in the path; 0 if there is none.
    pub(crate) id: u64,
    pub(crate) query: Members,
    request: &'a Request,
}

impl<'a> Call<'a> {
    pub(super) fn read(request: &'a Request, id: u64) -> Self {
        let query = Members::new(String::new(), php::read_form(request.query.as_bytes()));
        Self { id, query, request }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.request.header(name)
    }

    /// Returns the same request for the path after a prefix. As in other control calls, a body without a
    /// media type is JSON.
    pub(super) fn into_request_of_api(self, prefix: &str) -> Request {
        let path = self.request.path.strip_prefix(prefix).unwrap_or_default().to_owned();
        let mut request = Request { path, ..self.request.clone() };
        if request.header("content-type").is_none() {
            request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        request
    }

    /// Parses the body, whatever its media type; an empty body counts as `{}`.
    pub(crate) fn json(&self) -> Result<Value, ControlError> {
        if self.request.body.is_empty() {
            return Ok(Value::Object(serde_json::Map::new()));
        }
        if php::has_too_many_values(&self.request.body) {
            let rule = "must have at most 100,000 values";
            return Err(ControlError::with_status(413, "body", rule, ()));
        }
        serde_json::from_slice(&self.request.body)
            .map_err(|error| ControlError::invalid("body", format!("must be JSON: {error}"), ()))
    }

    /// Parses the body, which must be an object. The call takes no query.
    pub(crate) fn members(self) -> Result<Members, ControlError> {
        let body = self.json()?;
        self.query.finish()?;
        match body {
            Value::Object(members) => Ok(Members::new(String::new(), members)),
            other => Err(ControlError::invalid("body", "must be an object", other)),
        }
    }

    /// Ends a call that takes neither body nor query.
    pub(crate) fn nothing(self) -> Result<(), ControlError> {
        self.members()?.finish()
    }
}

pub(crate) fn json(value: &Value) -> Reply {
    with_status(200, value)
}

pub(crate) fn with_status(status: u16, value: &Value) -> Reply {
    Response::typed(status, "application/json", value.to_string().into_bytes()).into()
}

pub(crate) fn no_content() -> Reply {
    Response::new(204).into()
}
