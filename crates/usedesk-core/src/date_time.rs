//! Dates and times of the API, which have no time zone on the wire.

use std::fmt;
use std::time::SystemTime;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};
use serde::{Serialize, Serializer};

/// A date and time of the API: in UTC, without a time zone on the wire.
///
/// Filters take whatever converts into it: a [`Timestamp`], a [`ZonedDateTime`], a [`SystemTime`], or a date
/// of a response. A civil time, which may be local, does not convert by itself:
/// [`from_civil`](Self::from_civil) takes it as UTC.
///
/// # Source
///
/// Article 51376 says that filters are in UTC, whatever the working hours of the company. No
/// article names the time zone of responses. They have `2024-05-01 12:34:56`, and this crate
/// presumes that it is UTC, too. To be sure, update a ticket of your help desk and compare its
/// `last_updated_at` with the time of your clock. A date with an offset, or in seconds since 1970,
/// is converted to UTC; one with the name of another time zone is absent.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use usedesk_core::UtcDateTime;
/// use usedesk_core::jiff::{Timestamp, civil};
/// use usedesk_core::tickets::ListTickets;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let month = Duration::from_secs(30 * 24 * 60 * 60);
/// let old = ListTickets::new().updated_before(SystemTime::now() - month);
/// let since = ListTickets::new().created_after("2024-05-01T12:34:56+03:00".parse::<Timestamp>()?);
///
/// let known_to_be_utc = UtcDateTime::from_civil(civil::date(2024, 5, 1).at(9, 34, 56, 0));
/// assert_eq!(known_to_be_utc.timestamp(), "2024-05-01T12:34:56+03:00".parse::<Timestamp>()?);
/// # let _ = (old, since);
/// # Ok(())
/// # }
/// ```
///
/// A local time does not compile:
///
/// ```compile_fail,E0277
/// use usedesk_core::{jiff::civil, tickets::ListTickets};
///
/// let list = ListTickets::new().created_after(civil::date(2024, 5, 1).at(9, 34, 56, 0));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UtcDateTime(DateTime);

impl UtcDateTime {
    /// Takes a civil time as UTC. Convert a local one with [`DateTime::to_zoned_datetime`] instead.
    ///
    /// A response has no year before 0, so such a date can be written, but not read again.
    #[must_use]
    pub fn from_civil(time: DateTime) -> Self {
        Self(time)
    }

    /// Returns the date and time, in UTC.
    #[must_use]
    pub fn civil(self) -> DateTime {
        self.0
    }

    /// Returns the instant. A date beyond the range of [`Timestamp`], within a day of the years
    /// -9999 and 9999, gives the end of that range.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        let end = if self.0.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
        TimeZone::UTC.to_timestamp(self.0).unwrap_or(end)
    }
}

impl From<Timestamp> for UtcDateTime {
    fn from(time: Timestamp) -> Self {
        Self(TimeZone::UTC.to_datetime(time))
    }
}

impl From<ZonedDateTime> for UtcDateTime {
    fn from(time: ZonedDateTime) -> Self {
        time.timestamp().into()
    }
}

impl From<&ZonedDateTime> for UtcDateTime {
    fn from(time: &ZonedDateTime) -> Self {
        time.timestamp().into()
    }
}

/// A time beyond the range of [`Timestamp`] gives the end of that range.
impl From<SystemTime> for UtcDateTime {
    fn from(time: SystemTime) -> Self {
        let end = if time < SystemTime::UNIX_EPOCH { Timestamp::MIN } else { Timestamp::MAX };
        Timestamp::try_from(time).unwrap_or(end).into()
    }
}

impl From<UtcDateTime> for Timestamp {
    fn from(time: UtcDateTime) -> Self {
        time.timestamp()
    }
}

/// Writes the date and time as responses have it: `2024-05-01 12:34:56`.
impl fmt::Display for UtcDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.strftime("%Y-%m-%d %H:%M:%S%.f").fmt(f)
    }
}

impl fmt::Debug for UtcDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for UtcDateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A whole minute in UTC, as filters have it on the wire: `2024-05-01 12:34`.
///
/// The setters of filters round to it in the direction that loses nothing, so a list may have what
/// is up to two minutes beyond the filter: the server includes the minute itself, and whether all
/// of its seconds is not documented. For an exact limit, check the dates of the rows.
///
/// Your own [`Operation`](crate::Operation) can have a member of this type.
///
/// # Examples
///
/// ```
/// use usedesk_core::Minute;
/// use usedesk_core::jiff::Timestamp;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let time: Timestamp = "2024-05-01T12:34:56Z".parse()?;
/// assert_eq!(Minute::floor(time).to_string(), "2024-05-01 12:34");
/// assert_eq!(Minute::ceil(time).to_string(), "2024-05-01 12:35");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(DateTime);

impl Minute {
    /// Rounds down, for a filter that includes this time and later ones.
    #[must_use]
    pub fn floor(time: impl Into<UtcDateTime>) -> Self {
        let UtcDateTime(time) = time.into();
        Self(time.date().at(time.hour(), time.minute(), 0, 0))
    }

    /// Rounds up, for a filter that includes this time and earlier ones. The last minute is
    /// `9999-12-31 23:59`.
    #[must_use]
    pub fn ceil(time: impl Into<UtcDateTime>) -> Self {
        let time = time.into();
        let Self(floor) = Self::floor(time);
        if floor == time.0 {
            return Self(floor);
        }
        Self(floor.checked_add(SignedDuration::from_mins(1)).unwrap_or(floor))
    }

    /// Whether it has a year of four digits without a sign.
    pub(crate) fn has_plain_year(self) -> bool {
        self.0.year() >= 0
    }
}

/// Writes the minute in its wire format.
impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.strftime("%Y-%m-%d %H:%M").fmt(f)
    }
}

impl Serialize for Minute {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
