//! Reading what the server writes: numbers as strings, `"0"` for nobody, `{}` for an empty list.
//!
//! Hand-written visitors, since they cost nothing on the way that is taken most.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, Unexpected};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use self::strict::{Item, Strict};

pub(crate) mod date_time;
pub(crate) mod strict;

/// A body without the byte order mark that some begin with: where a file of PHP's has one, so has
/// what it prints.
pub(crate) fn without_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// Whether it is what PHP calls empty, or an empty object, which PHP may mean by an empty list.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(on) => !on,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => matches!(text.as_str(), "" | "0"),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}

/// A whole number from 0, as a number or as a string with one.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    deserializer.deserialize_any(Number)
}

/// The id of what was just created or changed. There is nothing with the id 0, so that is an error.
pub(crate) fn id<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: From<u64>,
{
    match number(deserializer)? {
        0 => Err(de::Error::invalid_value(Unexpected::Unsigned(0), &"an id, from 1")),
        id => Ok(T::from(id)),
    }
}

/// A number that may be missing: null, 0, `"0"`, `""`, `"null"`, `"unassigned"`, `false`, `[]` and
/// `{}` all mean nobody or nothing.
pub(crate) fn nobody<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<u64>,
{
    let number = deserializer.deserialize_any(Nobody)?;
    Ok((number != 0).then(|| T::from(number)))
}

/// A number for which null and a missing member mean 0.
pub(crate) fn number_or_zero<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    deserializer.deserialize_any(Nobody)
}

/// A place in an order, where 0 and negative numbers are places too. It may be missing as a text
/// may, and as `""`.
pub(crate) fn place<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let text = text(deserializer)?;
    let text = text.as_deref().map(whole).filter(|text| !is_nobody(text));
    let invalid = |text| de::Error::invalid_value(Unexpected::Str(text), &"a whole number");
    text.map(|text| text.parse().map_err(|_| invalid(text))).transpose()
}

/// The text of a number without the spaces around it and without a fraction of zeros.
fn whole(text: &str) -> &str {
    let text = text.trim();
    match text.split_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => whole,
        _ => text,
    }
}

/// Whether a text stands for nobody. The filters of ticket lists say `unassigned`.
fn is_nobody(text: &str) -> bool {
    matches!(text, "" | "null" | "unassigned")
}

struct Number;

impl Visitor<'_> for Number {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or a string with a number")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<u64, E> {
        Ok(number)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<u64, E> {
        u64::try_from(number).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<u64, E> {
        // Through text, since a cast would round: 17.0 prints as 17, and 17.5 is no number here.
        let whole = number.to_string().parse();
        whole.map_err(|_| E::invalid_value(Unexpected::Float(number), &self))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
        whole(text).parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
    }
}

struct Nobody;

impl<'de> Visitor<'de> for Nobody {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a string with a number, or nothing")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<u64, E> {
        Ok(number)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<u64, E> {
        Number.visit_i64(number)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<u64, E> {
        Number.visit_f64(number)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
        if is_nobody(text.trim()) { Ok(0) } else { Number.visit_str(text) }
    }

    fn visit_unit<E: de::Error>(self) -> Result<u64, E> {
        Ok(0)
    }

    fn visit_bool<E: de::Error>(self, on: bool) -> Result<u64, E> {
        if on { Err(E::invalid_type(Unexpected::Bool(on), &self)) } else { Ok(0) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<u64, A::Error> {
        match items.next_element::<IgnoredAny>()? {
            Some(_) => Err(de::Error::invalid_type(Unexpected::Seq, &self)),
            None => Ok(0),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<u64, A::Error> {
        match members.next_entry::<IgnoredAny, IgnoredAny>()? {
            Some(_) => Err(de::Error::invalid_type(Unexpected::Map, &self)),
            None => Ok(0),
        }
    }
}

/// A flag: `true`, `false`, a number or a string with one, or null, `""`, `[]` and `{}` for no.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    struct Flag;

    impl<'de> Visitor<'de> for Flag {
        type Value = bool;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a flag: true, false, 0 or 1")
        }

        fn visit_bool<E: de::Error>(self, on: bool) -> Result<bool, E> {
            Ok(on)
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<bool, E> {
            Ok(number != 0)
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<bool, E> {
            Ok(number != 0)
        }

        fn visit_f64<E: de::Error>(self, number: f64) -> Result<bool, E> {
            Ok(number != 0.0)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<bool, E> {
            match text.trim() {
                "true" => Ok(true),
                "false" => Ok(false),
                _ => Nobody.visit_str(text).map(|number| number != 0),
            }
        }

        fn visit_unit<E: de::Error>(self) -> Result<bool, E> {
            Ok(false)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<bool, A::Error> {
            Nobody.visit_seq(items).map(|_| false)
        }

        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<bool, A::Error> {
            Nobody.visit_map(members).map(|_| false)
        }
    }

    deserializer.deserialize_any(Flag)
}

/// A text; null, `false`, `[]` and `{}` mean that there is none. A number is written as text, a
/// list or an object that is not empty as JSON.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(Text)
}

/// A text for which null and a missing member mean the empty text.
pub(crate) fn text_or_empty<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    text(d).map(Option::unwrap_or_default)
}

/// A text for which `""`, `"0"` and 0 mean that there is none, as null does.
pub(crate) fn text_unless_zero<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(text(deserializer)?.filter(|text| !matches!(text.as_str(), "" | "0")))
}

/// A word of an open set, which may be missing as a text may.
pub(crate) fn word<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: for<'a> From<&'a str>,
{
    Ok(text_unless_zero(deserializer)?.as_deref().map(T::from))
}

struct Text;

impl<'de> Visitor<'de> for Text {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Some(text))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(number.to_string()))
    }

    fn visit_bool<E: de::Error>(self, on: bool) -> Result<Self::Value, E> {
        Ok(on.then(|| "true".to_owned()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
        let items = Vec::<Value>::deserialize(SeqAccessDeserializer::new(items))?;
        Ok((!items.is_empty()).then(|| Value::from(items).to_string()))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        let members = Map::deserialize(MapAccessDeserializer::new(members))?;
        Ok((!members.is_empty()).then(|| Value::from(members).to_string()))
    }
}

/// An object, and not a list of its members.
pub(crate) fn object<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(Strict(deserializer))
}

/// An object that may be missing: null, false, `[]`, `{}`, `""`, `"0"` and 0 mean that there is
/// none.
pub(crate) fn optional<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Optional<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Optional<T> {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object, or nothing")
        }

        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Option<T>, A::Error> {
            let members = Map::deserialize(MapAccessDeserializer::new(members))?;
            if members.is_empty() {
                return Ok(None);
            }
            object(Value::Object(members)).map(Some).map_err(de::Error::custom)
        }

        fn visit_unit<E: de::Error>(self) -> Result<Option<T>, E> {
            Ok(None)
        }

        fn visit_bool<E: de::Error>(self, on: bool) -> Result<Option<T>, E> {
            Nobody.visit_bool(on).map(|_| None)
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<Option<T>, E> {
            match number {
                0 => Ok(None),
                _ => Err(E::invalid_type(Unexpected::Unsigned(number), &self)),
            }
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Option<T>, E> {
            match text {
                "" | "0" => Ok(None),
                _ => Err(E::invalid_type(Unexpected::Str(text), &self)),
            }
        }

        fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Option<T>, A::Error> {
            Nobody.visit_seq(items).map(|_| None)
        }
    }

    deserializer.deserialize_any(Optional(PhantomData))
}

/// A list; null, `{}`, `""`, 0 and false are empty ones, since PHP's empty array can be any of
/// them. Items that are null are left out.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    list_or(deserializer, |_| None)
}

/// A [`list`], or a text in its place that is its only item.
pub(crate) fn list_or<'de, D, T>(
    deserializer: D,
    only_item: fn(&str) -> Option<T>,
) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct List<T> {
        only_item: fn(&str) -> Option<T>,
    }

    impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
        type Value = Vec<Option<T>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
            Rows(PhantomData).visit_seq(items)
        }

        fn visit_map<A: MapAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
            Rows(PhantomData).visit_map(items)
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }

        fn visit_bool<E: de::Error>(self, on: bool) -> Result<Self::Value, E> {
            Nobody.visit_bool(on).map(|_| Vec::new())
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
            match number {
                0 => Ok(Vec::new()),
                _ => Err(E::invalid_type(Unexpected::Unsigned(number), &self)),
            }
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            if matches!(text, "" | "0") {
                return Ok(Vec::new());
            }
            let items = (self.only_item)(text).map(|item| vec![Some(item)]);
            items.ok_or_else(|| E::invalid_type(Unexpected::Str(text), &self))
        }
    }

    let items = deserializer.deserialize_any(List { only_item })?;
    Ok(items.into_iter().flatten().collect())
}

/// The rows of an answer: a list, of which null, `[]` and `{}` are empty ones. Nothing is left out,
/// since a page that lacks a row would pass for the last one.
pub(crate) fn rows<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(Rows(PhantomData))
}

struct Rows<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Rows<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut rows = Vec::new();
        while let Some(row) = items.next_element_seed(Item(PhantomData))? {
            rows.push(row);
        }
        Ok(rows)
    }

    // PHP also writes a list as an object when its keys are not 0, 1, 2 and so on. With other names
    // it is an object of which nothing is known.
    fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut rows = Vec::new();
        while let Some(key) = items.next_key::<Cow<'_, str>>()? {
            if key.parse::<i64>().is_err() {
                return Err(de::Error::invalid_type(Unexpected::Map, &self));
            }
            rows.push(items.next_value_seed(Item(PhantomData))?);
        }
        Ok(rows)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Vec<T>, E> {
        Ok(Vec::new())
    }
}

/// A list of texts: of strings, of objects with a `name` (tags in ticket lists) or an `email`, or
/// one string with commas, or one number (a phone).
pub(crate) fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let value = match Value::deserialize(deserializer)? {
        Value::Number(number) => Value::String(number.to_string()),
        value => value,
    };
    if let Value::String(joined) = &value {
        let names = joined.split(',').map(str::trim);
        return Ok(names.filter(|name| !matches!(*name, "" | "0")).map(str::to_owned).collect());
    }
    let items: Vec<Value> = list(value).map_err(de::Error::custom)?;
    let name = |item: Value| {
        let named = item.get("name").or_else(|| item.get("email")).cloned();
        text(named.unwrap_or(item)).transpose()
    };
    items.into_iter().filter_map(name).collect::<Result<_, _>>().map_err(de::Error::custom)
}
