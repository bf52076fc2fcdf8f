//! Parameters with brackets in their names, nested as PHP nests them.

use serde_json::{Map, Value};

use crate::encoding::MAX_FORM_PARAMETERS;
use crate::php::{self, MAX_BRACKETS};
use crate::webhooks::WebhookError;

/// What a form holds. `a[b][]` puts a value into a list in an object.
#[derive(Default)]
pub(super) struct Parameters {
    /// No lists in here yet, but objects with the keys `0`, `1`, `2`.
    members: Map<String, Value>,
    count: usize,
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
            put(&mut self.members, first, &keys(name), value);
        }
        Ok(())
    }

    pub(super) fn into_members(mut self) -> Map<String, Value> {
        self.members.values_mut().for_each(make_lists);
        self.members
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

fn put(members: &mut Map<String, Value>, key: String, keys: &[Option<&str>], value: &str) {
    let Some((inner, keys)) = keys.split_first() else {
        members.insert(key, value.into());
        return;
    };
    let member = members.entry(key).or_insert(Value::Null);
    if !member.is_object() {
        *member = Map::new().into();
    }
    if let Value::Object(members) = member {
        let inner = inner.map_or_else(|| next_index(members), |key| Some(key.to_owned()));
        // None once the largest index is taken: PHP too drops the value.
        if let Some(inner) = inner {
            put(members, inner, keys, value);
        }
    }
}

/// One more than the largest index so far.
fn next_index(members: &Map<String, Value>) -> Option<String> {
    // PHP takes `5` for an index, but not `05`.
    let index = |key: &String| key.parse::<i64>().ok().filter(|index| index.to_string() == *key);
    let largest = members.keys().filter_map(index).max().unwrap_or(-1).max(-1);
    largest.checked_add(1).map(|next| next.to_string())
}

/// Objects with the keys `0`, `1`, `2` and so on are lists.
fn make_lists(value: &mut Value) {
    let Value::Object(members) = value else { return };
    members.values_mut().for_each(make_lists);
    let mut items = Vec::with_capacity(members.len());
    while let Some(item) = members.get_mut(&items.len().to_string()) {
        items.push(item.take());
    }
    if items.len() == members.len() {
        *value = items.into();
    } else {
        for (index, item) in items.into_iter().enumerate() {
            members.insert(index.to_string(), item);
        }
    }
}
