//! PHP's arrays, and how they are built from names such as `a[b][]`.

use serde_json::{Map, Value};

/// PHP's `max_input_nesting_level`.
const MAX_NESTING: usize = 64;

/// A PHP array, which is an ordered map.
#[derive(Default)]
pub(super) struct Array {
    entries: Vec<(Key, Entry)>,
    /// The largest integer key so far; `[]` takes the next one.
    last: Option<i64>,
}

/// A key. PHP turns the name `5` into the number 5, but not `05` and `-0`.
#[derive(PartialEq)]
enum Key {
    Number(i64),
    Name(Vec<u8>),
}

enum Entry {
    Text(String),
    Array(Array),
}

impl Array {
    /// Inserts a value at its name: `a`, `a[b]`, `a[b][]`.
    pub(super) fn register(&mut self, name: &[u8], value: String) {
        let Some(Name { first, path }) = Name::parse(name) else { return };
        let first = Key::from_name(&first);
        if path.len() > MAX_NESTING {
            // PHP drops the whole variable, including its previous values.
            self.entries.retain(|(key, _)| *key != first);
            return;
        }
        self.put(Some(first), &path, value);
    }

    /// Inserts a value; the key `None` takes the next index.
    fn put(&mut self, key: Option<Key>, path: &[Option<&[u8]>], value: String) {
        let Some(key) = key.or_else(|| self.next_index()) else { return };
        let Some((inner, path)) = path.split_first() else {
            *self.entry(key) = Entry::Text(value);
            return;
        };
        let entry = self.entry(key);
        if let Entry::Text(_) = entry {
            *entry = Entry::Array(Self::default());
        }
        if let Entry::Array(array) = entry {
            array.put(inner.map(Key::from_name), path, value);
        }
    }

    /// Returns the next index, or `None` if the largest integer is in use.
    fn next_index(&self) -> Option<Key> {
        self.last.map_or(Some(0), |last| last.checked_add(1)).map(Key::Number)
    }

    /// Returns the entry at a key, inserting an empty text if absent.
    fn entry(&mut self, key: Key) -> &mut Entry {
        let at = self.entries.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            if let Key::Number(number) = key {
                self.last = self.last.max(Some(number));
            }
            self.entries.push((key, Entry::Text(String::new())));
            self.entries.len() - 1
        });
        &mut self.entries[at].1
    }

    pub(super) fn into_map(self) -> Map<String, Value> {
        let pairs = self.entries.into_iter();
        pairs.map(|(key, entry)| (key.into_string(), entry.into_json())).collect()
    }

    /// Converts to a JSON array if the keys are 0, 1, 2 and so on in order, else to an object.
    fn into_json(self) -> Value {
        let is_list =
            (0_i64..).zip(&self.entries).all(|(index, (key, _))| *key == Key::Number(index));
        if is_list {
            Value::Array(self.entries.into_iter().map(|(_, entry)| entry.into_json()).collect())
        } else {
            Value::Object(self.into_map())
        }
    }
}

impl Key {
    fn from_name(name: &[u8]) -> Self {
        let number = str::from_utf8(name).ok().and_then(|name| name.parse::<i64>().ok());
        match number {
            Some(number) if number.to_string().as_bytes() == name => Self::Number(number),
            _ => Self::Name(name.to_vec()),
        }
    }

    fn into_string(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Name(name) => String::from_utf8_lossy(&name).into_owned(),
        }
    }
}

impl Entry {
    fn into_json(self) -> Value {
        match self {
            Self::Text(text) => Value::String(text),
            Self::Array(array) => array.into_json(),
        }
    }
}

/// The name of a variable, `first[path][path]`.
struct Name<'a> {
    first: Vec<u8>,
    /// The keys in brackets, `None` for `[]`.
    path: Vec<Option<&'a [u8]>>,
}

impl<'a> Name<'a> {
    /// Parses a name; `None` if PHP drops it.
    fn parse(name: &'a [u8]) -> Option<Self> {
        let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
        let start = name.iter().position(|byte| *byte != b' ')?;
        let name = &name[start..];
        let bracket = name.iter().position(|byte| *byte == b'[').unwrap_or(name.len());
        let (first, mut rest) = name.split_at(bracket);
        if first.is_empty() {
            return None;
        }
        let first: Vec<u8> = first.iter().copied().map(without_punctuation).collect();

        let mut path = Vec::new();
        while let [b'[', inside @ ..] = rest {
            // A single whitespace byte in brackets counts as `[]`.
            let skipped = usize::from(inside.first().is_some_and(|byte| is_space(*byte)));
            if inside.get(skipped) == Some(&b']') {
                path.push(None);
                rest = &inside[skipped + 1..];
            } else if let Some(end) = inside.iter().position(|byte| *byte == b']') {
                path.push(Some(&inside[..end]));
                rest = &inside[end + 1..];
            } else if path.is_empty() {
                // An unclosed bracket is part of the name.
                let mut first = first;
                first.push(b'_');
                first.extend(inside.iter().copied().map(|byte| match byte {
                    b'[' => b'_',
                    byte => without_punctuation(byte),
                }));
                return Some(Self { first, path });
            } else {
                // After a closed bracket PHP ignores everything but another one.
                break;
            }
        }
        Some(Self { first, path })
    }
}

fn without_punctuation(byte: u8) -> u8 {
    if byte == b' ' || byte == b'.' { b'_' } else { byte }
}

/// C's `isspace`.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}
