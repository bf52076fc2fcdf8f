//! A point in time without a zone, `2024-05-01 12:34:56`, presumably UTC: the documentation does
//! not say. With a zone it is brought to UTC. Null, `""`, `"0"`, 0, false and dates without a day
//! (`0000-00-00 00:00:00`) mean never.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, MapAccess, Unexpected, Visitor};
use serde::{Deserializer, Serialize, Serializer};
use serde_json::Map;

use super::Nobody;

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
        Some(date) => serializer.collect_str(&date.strftime("%Y-%m-%d %H:%M:%S%.f")),
        None => None::<&str>.serialize(serializer),
    }
}

struct DateTimeVisitor;

impl<'de> Visitor<'de> for DateTimeVisitor {
    type Value = Option<DateTime>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a date like 2024-05-01 12:34:56, or nothing")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        if let Some(date) = fixed_width(text) {
            return Ok(Some(date));
        }
        // How MySQL writes a date that is none, and how PHP prints that.
        let date = text.get(..10).unwrap_or(text);
        if matches!(text, "" | "0") || text.starts_with('-') || date.contains("-00") {
            return Ok(None);
        }
        // Before the form without a zone, which would read this one too, and forget the zone.
        if let Ok(time) = text.parse::<Timestamp>() {
            return Ok(Some(TimeZone::UTC.to_datetime(time)));
        }
        let date = text.parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))?;
        Ok(Some(date))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: de::Error>(self, on: bool) -> Result<Self::Value, E> {
        Nobody.visit_bool(on).map(|_| None)
    }

    /// Seconds since 1970.
    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Self::Value, E> {
        if seconds == 0 {
            return Ok(None);
        }
        let time = i64::try_from(seconds).ok().and_then(|time| Timestamp::from_second(time).ok());
        time.map(|time| Some(TimeZone::UTC.to_datetime(time)))
            .ok_or_else(|| E::invalid_value(Unexpected::Unsigned(seconds), &self))
    }

    /// A date object of PHP: `{"date": "…", "timezone_type": 3, "timezone": "UTC"}`.
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        let members = Map::deserialize(MapAccessDeserializer::new(members))?;
        match members.get("date") {
            Some(date) => deserialize(date.clone()).map_err(de::Error::custom),
            None if members.is_empty() => Ok(None),
            None => Err(de::Error::invalid_type(Unexpected::Map, &self)),
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
