//! Dates without a time zone, `2024-05-01 12:34:56`, presumably in UTC: the documentation does not
//! say. A date with an offset is converted to UTC. A number, or a string with one, is seconds since
//! 1970.
//!
//! Null, `""`, `"0"`, 0, false, `[]` and dates without a day (`0000-00-00 00:00:00`) are absent. So
//! are all other values that are not dates, such as `2024-02-30 00:00:00` and `01.05.2024 12:34`.

use jiff::{SignedDuration, Timestamp};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess};

use super::from_json::{FromJson, One, required};
use super::members::{Key, Members};
use super::scalar::{Scalar, whole};
use super::text::Text;
use crate::date_time::UtcDateTime;

/// What PHP calls UTC, besides its offset.
const UTC: [&str; 5] = ["UTC", "Z", "GMT", "Etc/UTC", ""];

impl FromJson for UtcDateTime {
    fn from_scalar(scalar: Scalar<'_>) -> Option<Self> {
        match scalar {
            Scalar::Text(text) => of_text(&text),
            Scalar::Unsigned(seconds) => at_second(seconds.try_into().ok()?),
            Scalar::Signed(seconds) => at_second(seconds),
            Scalar::Float(seconds) => {
                at_second(SignedDuration::try_from_secs_f64(seconds).ok()?.as_secs())
            }
            Scalar::Null | Scalar::Bool(_) => None,
        }
    }

    /// Decodes PHP's date object: `{"date": "…", "timezone_type": 1, "timezone": "+03:00"}`. With
    /// another named zone than UTC it is absent: the instant would need a database of time zones.
    fn from_members<'de, A: MapAccess<'de>>(
        members: &mut Members<'de, A>,
    ) -> Result<Option<Self>, A::Error> {
        let (mut date, mut zone) = (None, None);
        while let Some(Key(name)) = members.next_key()? {
            match &*name {
                "date" => date = members.next_value_seed(One::<Text>::new())?,
                "timezone" => zone = members.next_value_seed(One::<Text>::new())?,
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        let Some(Text(mut date)) = date else { return Ok(None) };
        match zone {
            Some(Text(offset)) if offset.starts_with(['+', '-']) => date.push_str(&offset),
            Some(Text(zone)) if !UTC.contains(&&*zone) => return Ok(None),
            _ => {}
        }
        Ok(of_text(&date))
    }
}

impl<'de> Deserialize<'de> for UtcDateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        required(deserializer)
    }
}

fn of_text(text: &str) -> Option<UtcDateTime> {
    let text = text.trim();
    // MySQL's zero date, and what PHP formats it as.
    let date = text.get(..10).unwrap_or(text);
    if text.starts_with('-') || date.contains("-00") {
        return None;
    }
    // Must precede the form without a zone, which would accept this one and drop the zone.
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time.into());
    }
    text.parse().ok().map(UtcDateTime::from_civil).or_else(|| at_second(whole(text).parse().ok()?))
}

/// The date this many seconds after 1970; 0 is absent.
fn at_second(seconds: i64) -> Option<UtcDateTime> {
    let time = Timestamp::from_second(seconds).ok().filter(|_| seconds != 0);
    time.map(UtcDateTime::from)
}
