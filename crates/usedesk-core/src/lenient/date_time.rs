//! A point in time without a zone, `2024-05-01 12:34:56`, presumably UTC: the documentation does
//! not say. With an offset it is brought to UTC; a number, or a text with one, is seconds since 1970.
//!
//! Null, `""`, `"0"`, 0, false, `[]` and dates without a day (`0000-00-00 00:00:00`) mean never. So
//! does whatever else is no date, `2024-02-30 00:00:00` or `01.05.2024 12:34`: every date of an
//! answer may be missing, and as an error one of them would cost the whole page and end a walk there.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserialize, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::whole;

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
        Ok(fixed_width(text).or_else(|| another_form(text.trim())))
    }

    fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(seconds).ok().and_then(at_second))
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<Self::Value, E> {
        Ok(at_second(seconds))
    }

    fn visit_f64<E: de::Error>(self, seconds: f64) -> Result<Self::Value, E> {
        let time = SignedDuration::try_from_secs_f64(seconds).ok();
        Ok(time.and_then(|time| at_second(time.as_secs())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    /// A date object of PHP: `{"date": "…", "timezone_type": 1, "timezone": "+03:00"}`. A zone with
    /// a name, `Europe/Riga`, is not applied, since that takes a table of zones: the date stays as
    /// it is written.
    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        let members = Map::deserialize(MapAccessDeserializer::new(members))?;
        let text = |name| members.get(name).and_then(Value::as_str);
        let date = text("date").unwrap_or_default();
        match text("timezone") {
            Some(offset) if offset.starts_with(['+', '-']) => {
                self.visit_str(&format!("{date}{offset}"))
            }
            _ => self.visit_str(date),
        }
    }
}

/// Seconds since 1970.
fn at_second(seconds: i64) -> Option<DateTime> {
    let time = Timestamp::from_second(seconds).ok().filter(|_| seconds != 0);
    time.map(|time| TimeZone::UTC.to_datetime(time))
}

fn another_form(text: &str) -> Option<DateTime> {
    // How MySQL writes a date that is none, and how PHP prints that.
    let date = text.get(..10).unwrap_or(text);
    if text.starts_with('-') || date.contains("-00") {
        return None;
    }
    // Before the form without a zone, which would read this one too, and forget the zone.
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(TimeZone::UTC.to_datetime(time));
    }
    text.parse().ok().or_else(|| at_second(whole(text).parse().ok()?))
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
