//! Reading what the server writes: numbers as strings, `"0"` for nobody, `{}` for an empty list.
//!
//! Hand-written visitors, since they cost nothing on the way that is taken most.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, Unexpected};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use self::strict::Strict;

pub(crate) mod date_time;
mod lists;
pub(crate) mod strict;

pub(crate) use self::lists::{Key, list, list_or, names, rows};

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

/// The rest of a visitor goes the way of [`Text`], and then through a function.
macro_rules! otherwise_text {
    ($through:expr) => {
        fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
            Text.visit_u64(number).map($through)
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
            Text.visit_i64(number).map($through)
        }

        fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
            Text.visit_f64(number).map($through)
        }

        fn visit_bool<E: de::Error>(self, on: bool) -> Result<Self::Value, E> {
            Text.visit_bool(on).map($through)
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Text.visit_unit().map($through)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Self::Value, A::Error> {
            Text.visit_seq(items).map($through)
        }
    };
}

pub(crate) use otherwise_text;

/// A word of an open set, which may be missing as a text may.
pub(crate) fn word<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: for<'a> From<&'a str>,
{
    struct Word<T>(PhantomData<T>);

    impl<'de, T: for<'a> From<&'a str>> Visitor<'de> for Word<T> {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a word")
        }

        fn visit_str<E: de::Error>(self, word: &str) -> Result<Option<T>, E> {
            Ok((!matches!(word, "" | "0")).then(|| T::from(word)))
        }

        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Option<T>, A::Error> {
            Text.visit_map(members).map(Self::of)
        }

        otherwise_text!(Self::of);
    }

    impl<T: for<'a> From<&'a str>> Word<T> {
        fn of(text: Option<String>) -> Option<T> {
            text.filter(|text| !matches!(text.as_str(), "" | "0")).as_deref().map(T::from)
        }
    }

    deserializer.deserialize_any(Word(PhantomData))
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
