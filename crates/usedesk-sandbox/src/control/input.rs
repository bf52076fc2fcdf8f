//! Typed access to the members of a JSON object or a query. Members that nothing reads are errors.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::ControlError;

/// The members of an object that have not been read yet.
pub(crate) struct Members {
    /// The name of the object; empty for the body.
    object: String,
    map: Map<String, Value>,
}

impl Members {
    pub(super) fn new(object: String, map: Map<String, Value>) -> Self {
        Self { object, map }
    }

    /// Returns the full name of a member: `response.status`.
    pub(crate) fn name(&self, member: &str) -> String {
        if self.object.is_empty() { member.to_owned() } else { format!("{}.{member}", self.object) }
    }

    /// Creates an error about a member.
    pub(crate) fn error(
        &self,
        member: &str,
        rule: impl Into<String>,
        value: impl Into<Value>,
    ) -> ControlError {
        ControlError::invalid(self.name(member), rule, value)
    }

    pub(crate) fn value(&mut self, member: &str) -> Option<Value> {
        self.map.remove(member)
    }

    pub(crate) fn text(&mut self, member: &str) -> Result<Option<String>, ControlError> {
        match self.value(member) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(value) => Err(self.error(member, "must be text", value)),
        }
    }

    /// Returns a number, which may be text: a query has no numbers.
    pub(crate) fn number(
        &mut self,
        member: &str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, ControlError> {
        let Some(value) = self.value(member) else { return Ok(None) };
        let number = match &value {
            Value::String(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                text.parse().ok()
            }
            value => value.as_u64(),
        };
        if let Some(number) = number.filter(|number| range.contains(number)) {
            return Ok(Some(number));
        }
        let (start, end) = range.into_inner();
        let rule = if end == u64::MAX {
            format!("must be a whole number of at least {start}")
        } else {
            format!("must be a whole number from {start} to {end}")
        };
        Err(self.error(member, rule, value))
    }

    pub(crate) fn flag(&mut self, member: &str) -> Result<Option<bool>, ControlError> {
        match self.value(member) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(value) => Err(self.error(member, "must be true or false", value)),
        }
    }

    /// Returns one of the allowed words.
    pub(crate) fn word(
        &mut self,
        member: &str,
        words: &[&'static str],
    ) -> Result<Option<&'static str>, ControlError> {
        let Some(value) = self.value(member) else { return Ok(None) };
        let known = words.iter().copied().find(|word| value == *word);
        let rule = || format!("must be one of {}", words.join(", "));
        known.map(Some).ok_or_else(|| self.error(member, rule(), value))
    }

    pub(crate) fn object(&mut self, member: &str) -> Result<Option<Self>, ControlError> {
        match self.value(member) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(self.inside(member, map))),
            Some(value) => Err(self.error(member, "must be an object", value)),
        }
    }

    /// Returns the members of an object in this one.
    pub(crate) fn inside(&self, member: &str, map: Map<String, Value>) -> Self {
        Self::new(self.name(member), map)
    }

    /// Returns the members with any name.
    pub(crate) fn into_map(self) -> Map<String, Value> {
        self.map
    }

    /// Rejects members that were not read.
    pub(crate) fn finish(self) -> Result<(), ControlError> {
        match self.map.iter().next() {
            None => Ok(()),
            Some((name, value)) => {
                Err(self.error(name, "is not a member of this call", value.clone()))
            }
        }
    }
}
