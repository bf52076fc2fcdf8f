//! Parameters with brackets in their names, nested as PHP nests them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::encode::php::{self, MAX_BRACKETS};
use crate::limits::MAX_FORM_PARAMETERS;
use crate::webhooks::WebhookError;
use crate::webhooks::limits::MAX_DECODED;

/// The longest index, in bytes: that of [`i64::MIN`].
const MAX_INDEX: usize = 20;

/// Upper bound for the memory of an array with one member, in bytes: here and in the JSON value
/// that it becomes, without its name and its contents.
const ARRAY: usize = 1400;

/// Upper bound for the memory of each further member, in bytes.
const MEMBER: usize = 280;

/// The parameters of a form. `a[b][]` appends a value to a list in an object.
#[derive(Default)]
pub(super) struct Parameters {
    members: Array,
    count: usize,
    memory: Memory,
}

impl Parameters {
    /// Adds a value under the path in its name. A name that PHP drops is dropped here, too.
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
            self.members.put(first.into_owned(), &keys(name), value, &mut self.memory)?;
        }
        Ok(())
    }

    pub(super) fn into_members(self) -> Map<String, Value> {
        self.members.into_members()
    }
}

/// The memory that the arrays take, in bytes.
#[derive(Default)]
struct Memory(usize);

impl Memory {
    fn take(&mut self, bytes: usize) -> Result<(), WebhookError> {
        self.0 += bytes;
        if self.0 > MAX_DECODED { Err(WebhookError::TooMuchMemory) } else { Ok(()) }
    }
}

/// Returns the keys in brackets, `None` for `[]`. Text after the last bracket is ignored.
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
    /// The largest index so far. Searching for it whenever a value is appended would let an
    /// attacker scan a megabyte of keys a thousand times.
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
            // None once the largest index is taken: PHP drops the value, too.
            if let Some(inner) = inner {
                array.put(inner, keys, value, memory)?;
            }
        }
        Ok(())
    }

    /// Returns the largest index so far plus one, even if it is negative. PHP does so in forms in
    /// every version, in scripts only since 8.3.
    fn next_index(&self) -> Option<String> {
        let next = self.largest_index.map_or(Some(0), |largest| largest.checked_add(1));
        next.map(|next| next.to_string())
    }

    /// Converts into a list if the keys are `0`, `1`, `2` and so on, otherwise into an object.
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

/// Returns the index that PHP reads from a key: from `5`, but not from `05`.
fn index(key: &str) -> Option<i64> {
    if key.len() > MAX_INDEX {
        return None;
    }
    key.parse().ok().filter(|index: &i64| index.to_string() == key)
}
