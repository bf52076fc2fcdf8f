//! Spellings on the wire that several methods share.

use jiff::civil::DateTime;
use serde::Serializer;
use serde_with::SerializeAs;

use crate::ids::OptionId;
use crate::violations::{Rule, Violations};

/// A flag that is no when it is written, whatever the server does with the text. A form carries
/// nothing but texts, and PHP takes the text `false` for true, as it does any but `""` and `0`.
pub(crate) struct TrueOrZero;

impl SerializeAs<bool> for TrueOrZero {
    fn serialize_as<S: Serializer>(is_on: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        if *is_on { serializer.serialize_bool(true) } else { serializer.serialize_u8(0) }
    }
}

/// An id as a text, and an empty text when there is none.
///
/// As `NoneAsEmptyString`, without formatting: a quarter of the instructions.
pub(crate) struct TextOrNothing;

impl SerializeAs<Option<OptionId>> for TextOrNothing {
    fn serialize_as<S: Serializer>(
        option: &Option<OptionId>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match option {
            Some(id) => serializer.serialize_str(itoa::Buffer::new().format(id.0)),
            None => serializer.serialize_str(""),
        }
    }
}

/// A point in time in a filter, `2024-05-01 12:34`.
pub(crate) struct Minute;

impl SerializeAs<DateTime> for Minute {
    fn serialize_as<S: Serializer>(time: &DateTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.strftime("%Y-%m-%d %H:%M"))
    }
}

impl Violations {
    /// Checks a point in time that is written as a [`Minute`].
    pub(crate) fn check_minute(&mut self, parameter: &str, time: Option<DateTime>) {
        let Some(time) = time else { return };
        if time.second() != 0 || time.subsec_nanosecond() != 0 {
            let rule = Rule::Custom("be a whole minute, since filters have no seconds".into());
            self.push(parameter, rule, time.to_string());
        }
        if time.year() < 0 {
            self.push(
                parameter,
                Rule::Custom("be in the year 0 or later".into()),
                time.to_string(),
            );
        }
    }
}
