//! Paging and filters shared by the list methods.

use super::parameters::Parameters;
use crate::api_error::{ApiError, ErrorCode};

/// Rows per page.
const PAGE: usize = 100;
const TIME_FORMAT: &str = "%Y-%m-%d %H:%M";

/// The page requested by `offset`, which counts pages, not rows.
pub(super) struct Page {
    first: usize,
}

impl Page {
    pub(super) fn read(parameters: Parameters<'_>) -> Result<Self, ApiError> {
        parameters.reject_null("offset", ErrorCode::WrongKind)?;
        let offset = parameters.number("offset")?.unwrap_or_default();
        Ok(Self { first: usize::try_from(offset).unwrap_or(usize::MAX).saturating_mul(PAGE) })
    }

    pub(super) fn of<T>(&self, rows: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        rows.into_iter().skip(self.first).take(PAGE)
    }
}

/// A time range, given by `NAME_after` and `NAME_before`. Both minutes are included.
pub(super) struct Period {
    after: Option<String>,
    before: Option<String>,
}

impl Period {
    pub(super) fn read(parameters: Parameters<'_>, name: &str) -> Result<Self, ApiError> {
        Ok(Self {
            after: minute(parameters, &format!("{name}_after"))?,
            before: minute(parameters, &format!("{name}_before"))?,
        })
    }

    /// Compares dates as text, which has the same order.
    pub(super) fn contains(&self, date: &str) -> bool {
        self.after.as_deref().is_none_or(|after| date >= after)
            && self.before.as_deref().is_none_or(|before| date.starts_with(before) || date < before)
    }
}

fn minute(parameters: Parameters<'_>, name: &str) -> Result<Option<String>, ApiError> {
    let Some(text) = parameters.text(name)?.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    // Parsing alone accepts shorter numbers and extra spaces.
    let is_minute = jiff::civil::DateTime::strptime(TIME_FORMAT, text.as_ref())
        .is_ok_and(|time| time.strftime(TIME_FORMAT).to_string() == text);
    if !is_minute {
        let text = format!("{name} is not a time like 2026-11-02 09:15");
        return Err(ErrorCode::BadTime.error(text));
    }
    Ok(Some(text.into_owned()))
}

/// Whether a text contains another, ignoring case.
pub(super) fn contains_ignoring_case(text: &str, sought: &str) -> bool {
    text.to_lowercase().contains(&sought.to_lowercase())
}
