//! Which requests a scripted response is for.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::methods::{self, Route};
use crate::received::Received;

/// Matches a request that has all of these; an empty one matches every request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Matcher {
    /// Without the prefix `/uapi` and a slash at the end.
    pub(crate) path: Option<String>,
    pub(crate) operation: Option<String>,
    /// Names, with brackets for nested values, and values as text.
    pub(crate) parameters: Vec<(String, String)>,
}

impl Matcher {
    pub(crate) fn set_path(&mut self, path: &str) {
        self.path = Some(methods::normalize(path).to_owned());
    }

    pub(crate) fn matches(&self, route: &Route<'_>, received: &Received) -> bool {
        self.path.as_deref().is_none_or(|path| path == route.path())
            && self.operation.as_deref().is_none_or(|name| Some(name) == route.operation())
            && self.parameters.iter().all(|(name, value)| {
                find(&received.parameters, name).is_some_and(|found| text(found) == *value)
            })
    }
}

/// Finds a value by its name in a form: `status`, `message[text]`, `lists[0][id]`.
fn find<'a>(parameters: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let (first, rest) = name.split_once('[').unwrap_or((name, ""));
    let mut found = parameters.get(first)?;
    for key in rest.split('[').filter(|key| !key.is_empty()) {
        let key = key.strip_suffix(']').unwrap_or(key);
        found = match found {
            Value::Array(items) => items.get(key.parse::<usize>().ok()?)?,
            found => found.get(key)?,
        };
    }
    Some(found)
}

/// Returns a value as a form has it, so that 2 from JSON equals "2" from a form.
pub(crate) fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        value => Cow::Owned(value.to_string()),
    }
}
