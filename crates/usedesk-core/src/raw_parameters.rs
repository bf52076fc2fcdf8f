//! Parameters this library does not know, added to any operation.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::Method;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::answer::{Answer, AnswerError};
use crate::operation::{Operation, Safety};
use crate::php;
use crate::text::quote;
use crate::violations::{Rule, Violations};

/// An operation with parameters added to it, name and value as given.
///
/// For what the server understands and this library does not. Values are texts, numbers, flags,
/// lists and objects; in a form the latter two become PHP's brackets.
///
/// A name must not be one that PHP would read as `api_token`, as a parameter that the operation
/// itself writes, or as another added one, since the one would silently overwrite the other:
/// PHP reads `api.token`, ` api_token` and `api_token[x]` all as `api_token`. Such a name is a
/// violation in every encoding.
///
/// # Examples
///
/// ```
/// use usedesk_core::{RawParameters, tickets::UpdateTicket};
///
/// let update = RawParameters::new(UpdateTicket::new(4501).subject("Letter"))
///     .parameter("channel_id", 7)
///     .parameter("watchers", vec![17, 18]);
/// # let _ = update;
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a request does nothing until it is sent"]
pub struct RawParameters<O> {
    operation: O,
    added: Vec<(String, Value)>,
}

impl<O: Operation> RawParameters<O> {
    /// The operation, still without an added parameter.
    pub fn new(operation: O) -> Self {
        Self { operation, added: Vec::new() }
    }

    /// Adds a parameter.
    ///
    /// In a form a null and an empty list or object are violations, since it cannot carry them.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.added.push((name.into(), value.into()));
        self
    }

    fn check_names(&self, violations: &mut Violations) {
        let mut taken = BTreeMap::from([("api_token".to_owned(), "the token".to_owned())]);
        if let Ok(Value::Object(own)) = serde_json::to_value(&self.operation) {
            let named = |name: &String| format!("the operation's own {name}");
            taken.extend(own.keys().map(|name| (php::variable_name(name), named(name))));
        }
        for (name, _) in &self.added {
            let read_as = php::variable_name(name);
            if read_as.is_empty() {
                let rule = Rule::Custom("have a name that PHP reads".into());
                violations.push(quote(name), rule, "one that PHP drops");
            } else if let Some(other) = taken.get(&read_as) {
                let rule = Rule::Custom("have a name of its own".into());
                violations.push(quote(name), rule, format!("one that PHP reads as {other}"));
            } else {
                taken.insert(read_as, format!("the added {}", quote(name)));
            }
        }
    }
}

impl<O: Operation> Serialize for RawParameters<O> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Both<'a, O> {
            #[serde(flatten)]
            operation: &'a O,
            #[serde(flatten)]
            added: Added<'a>,
        }

        struct Added<'a>(&'a [(String, Value)]);

        impl Serialize for Added<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(self.0.len()))?;
                for (name, value) in self.0 {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }

        Both { operation: &self.operation, added: Added(&self.added) }.serialize(serializer)
    }
}

impl<O: Operation> Operation for RawParameters<O> {
    type Output = O::Output;

    const NAME: &'static str = O::NAME;
    const METHOD: Method = O::METHOD;
    const SAFETY: Safety = O::SAFETY;

    fn path(&self) -> Cow<'_, str> {
        self.operation.path()
    }

    fn check(&self, violations: &mut Violations) {
        let mut own = Violations::default();
        self.operation.check(&mut own);
        // An added parameter counts as a change.
        let counts = |rule: &Rule| self.added.is_empty() || *rule != Rule::Change;
        violations.extend_if(own, |violation| counts(violation.rule()));
        self.check_names(violations);
    }

    fn decode(answer: &Answer<'_>) -> Result<Self::Output, AnswerError> {
        O::decode(answer)
    }
}
