//! Parameters with brackets in their names, nested as PHP nests them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::encode::php::{self, MAX_BRACKETS};
use crate::limits::MAX_FORM_PARAMETERS;
use crate::webhooks::WebhookError;
use crate::webhooks::body::MAX_READ;

/// The longest index, in bytes: that of the smallest number.
const MAX_INDEX: usize = 20;

/// The most that an array takes for its first member, here and in the value that it becomes, beside
/// its name and what is in it.
const ARRAY: usize = 1400;

/// The most that it takes for each other one.
const MEMBER: usize = 280;

/// What a form holds. `a[b][]` puts a value into a list in an object.
#[derive(Default)]
pub(super) struct Parameters {
    members: Array,
    count: usize,
    memory: Memory,
}

impl Parameters {
    /// Puts a value where its name says. A name that PHP drops is dropped here too.
    pub(super) fn add(&mut self, name: &str, value: &str) -> Result<(), WebhookError> {
        self.count += 1;
        if self.count > MAX_FORM_PARAMETERS {
            return Err(WebhookError::TooManyParameters);
        }
        let name = name.split('\0').next().unwrap_or_default();
        if name.matches('[').count() > MAX_BRACKETS {
            return Err(WebhookError::TooDeep);
        }
        if let Some(first) = php::variable_name(name) {
            self.members.put(first, &keys(name), value, &mut self.memory)?;
        }
        Ok(())
    }

    pub(super) fn into_members(self) -> Map<String, Value> {
        self.members.into_members()
    }
}

/// How much the arrays take, in bytes.
#[derive(Default)]
struct Memory(usize);

impl Memory {
    fn take(&mut self, bytes: usize) -> Result<(), WebhookError> {
        self.0 += bytes;
        if self.0 > MAX_READ { Err(WebhookError::TooMuchMemory) } else { Ok(()) }
    }
}

/// The keys in brackets; none for `[]`. What is behind the last bracket does not count.
fn keys(name: &str) -> Vec<Option<&str>> {
    let mut keys = Vec::new();
    let mut rest = name.find('[').map_or("", |bracket| &name[bracket..]);
    while let Some((key, after)) = rest.strip_prefix('[').and_then(|open| open.split_once(']')) {
        keys.push(php::reads_as_key(key).then_some(key));
        rest = after;
    }
    keys
}

/// An array of PHP: a list, an object, or some of both.
#[derive(Default)]
struct Array {
    members: BTreeMap<String, Member>,
    /// The largest index so far. It is kept, since to look for it whenever a value is appended
    /// would be a thousand times through a megabyte of keys, for whoever sends them.
    largest_index: Option<i64>,
}

enum Member {
    Text(String),
    Array(Array),
}

impl Array {
    fn put(
        &mut self,
        key: String,
        keys: &[Option<&str>],
        value: &str,
        memory: &mut Memory,
    ) -> Result<(), WebhookError> {
        if !self.members.contains_key(&key) {
            memory.take(if self.members.is_empty() { ARRAY } else { MEMBER })?;
        }
        self.largest_index = self.largest_index.max(index(&key));
        let Some((inner, keys)) = keys.split_first() else {
            self.members.insert(key, Member::Text(value.to_owned()));
            return Ok(());
        };
        let member = self.members.entry(key).or_insert(Member::Array(Self::default()));
        if let Member::Text(_) = member {
            *member = Member::Array(Self::default());
        }
        if let Member::Array(array) = member {
            let inner = inner.map_or_else(|| array.next_index(), |key| Some(key.to_owned()));
            // None once the largest index is taken: PHP too drops the value.
            if let Some(inner) = inner {
                array.put(inner, keys, value, memory)?;
            }
        }
        Ok(())
    }

    /// One more than the largest index so far, be that negative: what PHP does in forms, unlike
    /// before its version 8.3 in a script.
    fn next_index(&self) -> Option<String> {
        let next = self.largest_index.map_or(Some(0), |largest| largest.checked_add(1));
        next.map(|next| next.to_string())
    }

    /// With the keys `0`, `1`, `2` and so on it is a list.
    fn into_value(mut self) -> Value {
        let is_list = (0..self.members.len()).all(|at| self.members.contains_key(&at.to_string()));
        if !is_list {
            return self.into_members().into();
        }
        let items = (0..self.members.len()).filter_map(|at| self.members.remove(&at.to_string()));
        items.map(Member::into_value).collect()
    }

    fn into_members(self) -> Map<String, Value> {
        self.members.into_iter().map(|(key, member)| (key, member.into_value())).collect()
    }
}

impl Member {
    fn into_value(self) -> Value {
        match self {
            Self::Text(text) => text.into(),
            Self::Array(array) => array.into_value(),
        }
    }
}

/// The index that PHP takes a key for: `5`, but not `05`.
fn index(key: &str) -> Option<i64> {
    if key.len() > MAX_INDEX {
        return None;
    }
    key.parse().ok().filter(|index: &i64| index.to_string() == key)
}
