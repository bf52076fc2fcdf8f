//! Lists, of rows and of names.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Deserializer;
use serde::de::{self, Deserialize, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::{Map, Value};

use super::strict::Item;
use super::{Nobody, Text, otherwise_text};

/// A list; null, `{}`, `""`, 0 and false are empty ones, since PHP's empty array can be any of
/// them. Items that are null are left out.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    list_or(deserializer, |_| None)
}

/// A [`list`], or a text or a number in its place that stands for one.
pub(crate) fn list_or<'de, D, T>(
    deserializer: D,
    read_text: fn(&str) -> Option<Vec<T>>,
) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(List { rows: Rows(|item| item), read_text })
}

/// A list of texts: of strings, of objects with a `name` (tags in ticket lists) or an `email`, or
/// one string with commas, or one number (a phone).
pub(crate) fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let rows = Rows(|name: Option<Name>| name?.0);
    let read_text = |joined: &str| {
        let names = joined.split(',').map(str::trim).filter(|name| !matches!(*name, "" | "0"));
        Some(names.map(str::to_owned).collect())
    };
    deserializer.deserialize_any(List { rows, read_text })
}

/// The rows of an answer: a list, of which null, `[]` and `{}` are empty ones. Nothing is left out,
/// since a page that lacks a row would pass for the last one.
pub(crate) fn rows<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(Rows(Some))
}

struct List<R, T> {
    rows: Rows<R, T>,
    read_text: fn(&str) -> Option<Vec<T>>,
}

impl<'de, R: Deserialize<'de>, T> Visitor<'de> for List<R, T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows.expecting(f)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Vec<T>, A::Error> {
        self.rows.visit_seq(items)
    }

    fn visit_map<A: MapAccess<'de>>(self, items: A) -> Result<Vec<T>, A::Error> {
        self.rows.visit_map(items)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Vec<T>, E> {
        self.rows.visit_unit()
    }

    fn visit_bool<E: de::Error>(self, on: bool) -> Result<Vec<T>, E> {
        Nobody.visit_bool(on).map(|_| Vec::new())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Vec<T>, E> {
        self.read(itoa::Buffer::new().format(number), Unexpected::Unsigned(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<T>, E> {
        self.read(text, Unexpected::Str(text))
    }
}

impl<'de, R: Deserialize<'de>, T> List<R, T> {
    fn read<E: de::Error>(&self, text: &str, found: Unexpected<'_>) -> Result<Vec<T>, E> {
        match text {
            "" | "0" => Ok(Vec::new()),
            _ => (self.read_text)(text).ok_or_else(|| E::invalid_type(found, self)),
        }
    }
}

/// Reads each row, and keeps what the function makes of it.
struct Rows<R, T>(fn(R) -> Option<T>);

impl<'de, R: Deserialize<'de>, T> Visitor<'de> for Rows<R, T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = items.next_element_seed(Item(PhantomData))? {
            rows.extend((self.0)(row));
        }
        Ok(rows)
    }

    // PHP also writes a list as an object when its keys are not 0, 1, 2 and so on. With other names
    // it is an object of which nothing is known.
    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut rows = Vec::new();
        while let Some(Key(key)) = items.next_key()? {
            if key.parse::<i64>().is_err() {
                return Err(de::Error::invalid_type(Unexpected::Map, &self));
            }
            rows.extend((self.0)(items.next_value_seed(Item(PhantomData))?));
        }
        Ok(rows)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }
}

/// A name, by itself or in an object.
struct Name(Option<String>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Name, E> {
        Ok(Name(Some(name.to_owned())))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Name, A::Error> {
        let (mut name, mut email, mut others) = (None, None, Map::new());
        while let Some(Key(key)) = members.next_key()? {
            match &*key {
                "name" => name = Some(members.next_value()?),
                "email" => email = Some(members.next_value()?),
                _ => drop(others.insert(key.into_owned(), members.next_value()?)),
            }
        }
        let all = || (!others.is_empty()).then(|| Value::from(others).to_string());
        Ok(name.or(email).unwrap_or_else(|| Name(all())))
    }

    otherwise_text!(Name);
}

/// The name of a member; borrowed where it has no escape in it, which serde's own `Cow` never is.
#[derive(serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct Key<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);
