//! Reading what the server writes: numbers as strings, `"0"` for nobody, `{}` for an empty list.
//!
//! Hand-written visitors, since they cost nothing on the way that is taken most.

use std::fmt;
use std::marker::PhantomData;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, Unexpected};
use serde::de::{MapAccess, SeqAccess, Visitor};

/// A whole number from 0, as a number or as a string with one.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
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

        fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
            text.parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
        }
    }

    deserializer.deserialize_any(Number)
}

/// A number that may be missing: null, 0, `"0"`, `""` and `false` all mean nobody or nothing.
pub(crate) fn nobody<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: From<u64>,
{
    struct Nobody;

    impl Visitor<'_> for Nobody {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a number, a string with a number, or nothing")
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<u64, E> {
            Ok(number)
        }

        fn visit_i64<E: de::Error>(self, number: i64) -> Result<u64, E> {
            u64::try_from(number).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<u64, E> {
            if text.is_empty() {
                return Ok(0);
            }
            text.parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
        }

        fn visit_unit<E: de::Error>(self) -> Result<u64, E> {
            Ok(0)
        }

        fn visit_bool<E: de::Error>(self, on: bool) -> Result<u64, E> {
            if on { Err(E::invalid_type(Unexpected::Bool(on), &self)) } else { Ok(0) }
        }
    }

    let number = deserializer.deserialize_any(Nobody)?;
    Ok((number != 0).then(|| T::from(number)))
}

/// A flag: `true`, `false`, 0, 1, `"0"`, `"1"`, or null and `""` for no.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    struct Flag;

    impl Visitor<'_> for Flag {
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

        fn visit_str<E: de::Error>(self, text: &str) -> Result<bool, E> {
            match text {
                "" | "0" | "false" => Ok(false),
                "1" | "true" => Ok(true),
                _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
            }
        }

        fn visit_unit<E: de::Error>(self) -> Result<bool, E> {
            Ok(false)
        }
    }

    deserializer.deserialize_any(Flag)
}

/// A text that may be null, and that may be a number where someone typed only digits.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Scalar>::deserialize(deserializer)?.map(|Scalar(text)| text))
}

/// A text for which null and a missing member mean the empty text.
pub(crate) fn text_or_empty<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    text(d).map(Option::unwrap_or_default)
}

/// A text for which `""`, `"0"` and 0 mean that there is none, as with null.
pub(crate) fn text_unless_zero<'de, D>(deserializer: D) -> Result<Option<String>, D::Error>
where
    D: Deserializer<'de>,
{
    Ok(text(deserializer)?.filter(|text| !matches!(text.as_str(), "" | "0")))
}

/// A list; null, `{}`, `""` and false are empty ones, since PHP's empty array can be any of them.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct List<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Vec<T>, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(items))
        }

        // PHP also writes a list as an object when its keys are not 0, 1, 2 and so on.
        fn visit_map<A: MapAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
            let mut list = Vec::new();
            while let Some((IgnoredAny, item)) = items.next_entry()? {
                list.push(item);
            }
            Ok(list)
        }

        fn visit_unit<E: de::Error>(self) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_bool<E: de::Error>(self, on: bool) -> Result<Vec<T>, E> {
            if on { Err(E::invalid_type(Unexpected::Bool(on), &self)) } else { Ok(Vec::new()) }
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<T>, E> {
            if text.is_empty() {
                Ok(Vec::new())
            } else {
                Err(E::invalid_type(Unexpected::Str(text), &self))
            }
        }
    }

    deserializer.deserialize_any(List(PhantomData))
}

/// A list of texts; items may be objects with a `name`, as tags in ticket lists are.
pub(crate) fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Name {
        Object { name: Scalar },
        Plain(Scalar),
    }

    let names = list(deserializer)?;
    Ok(names
        .into_iter()
        .map(|(Name::Object { name: Scalar(text) } | Name::Plain(Scalar(text)))| text)
        .collect())
}

/// A point in time without a zone, `2024-05-01 12:34:56`; `0000-00-00 00:00:00`, `""` and null
/// mean never. Presumably UTC: the documentation does not say.
pub(crate) mod date_time {
    use serde::{Deserializer, Serialize, Serializer};

    use super::{DateTime, DateTimeVisitor};

    pub(crate) fn deserialize<'de, D>(deserializer: D) -> Result<Option<DateTime>, D::Error>
    where
        D: Deserializer<'de>,
    {
        deserializer.deserialize_any(DateTimeVisitor)
    }

    #[expect(clippy::ref_option, reason = "the signature that serde calls")]
    pub(crate) fn serialize<S>(date: &Option<DateTime>, serializer: S) -> Result<S::Ok, S::Error>
    where
        S: Serializer,
    {
        match date {
            Some(date) => serializer.collect_str(&date.strftime("%Y-%m-%d %H:%M:%S")),
            None => None::<&str>.serialize(serializer),
        }
    }
}

struct DateTimeVisitor;

impl Visitor<'_> for DateTimeVisitor {
    type Value = Option<DateTime>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date like 2024-05-01 12:34:56, or nothing")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.is_empty() || text.starts_with("0000-00-00") {
            return Ok(None);
        }
        // With a zone (not documented, but usual for PHP frameworks) it is brought to UTC.
        let zoned = || text.parse::<Timestamp>().map(|time| TimeZone::UTC.to_datetime(time));
        fixed_width(text)
            .or_else(|| text.parse().ok())
            .or_else(|| zoned().ok())
            .map(Some)
            .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        match number {
            0 => Ok(None),
            _ => Err(E::invalid_type(Unexpected::Unsigned(number), &self)),
        }
    }
}

/// The one form the server is known to write, read without a general date parser.
fn fixed_width(text: &str) -> Option<DateTime> {
    let bytes: &[u8; 19] = text.as_bytes().try_into().ok()?;
    let separators = [bytes[4], bytes[7], bytes[10], bytes[13], bytes[16]];
    if separators != *b"-- ::" {
        return None;
    }
    let two = |at: usize| -> Option<i8> {
        let digit = |byte: u8| byte.is_ascii_digit().then(|| byte - b'0');
        i8::try_from(digit(bytes[at])? * 10 + digit(bytes[at + 1])?).ok()
    };
    let year = i16::from(two(0)?) * 100 + i16::from(two(2)?);
    DateTime::new(year, two(5)?, two(8)?, two(11)?, two(14)?, two(17)?, 0).ok()
}

/// A string, a number or a flag, as text.
struct Scalar(String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsText;

        impl Visitor<'_> for AsText {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a number")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar(text.to_owned()))
            }

            fn visit_string<E: de::Error>(self, text: String) -> Result<Scalar, E> {
                Ok(Scalar(text))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }

            fn visit_bool<E: de::Error>(self, on: bool) -> Result<Scalar, E> {
                Ok(Scalar(on.to_string()))
            }
        }

        deserializer.deserialize_any(AsText)
    }
}
