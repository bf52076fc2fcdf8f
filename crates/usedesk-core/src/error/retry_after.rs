//! The `Retry-After` header.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, header};
use httpdate::parse_http_date;

use crate::limits::MAX_RETRY_AFTER;

/// The longest wait in `Retry-After`, at most [`MAX_RETRY_AFTER`]; `None` if no value is valid. If
/// only some values are valid, the others count as `invalid`, since they may have been the longest.
pub(super) fn retry_after(
    headers: &HeaderMap,
    wall: SystemTime,
    invalid: Duration,
) -> Option<Duration> {
    let date = headers.get(header::DATE).and_then(|value| date(value.to_str().ok()?));
    let sent = date.unwrap_or(wall);
    let values = headers.get_all(header::RETRY_AFTER).iter();
    let waits: Vec<_> = values.flat_map(|value| waits(value, sent)).collect();
    let longest = waits.iter().copied().flatten().max()?;
    let least = if waits.contains(&None) { invalid } else { Duration::ZERO };
    Some(longest.max(least).min(MAX_RETRY_AFTER))
}

/// Parses a date, or numbers separated by commas: proxies join several headers that way.
fn waits(value: &HeaderValue, sent: SystemTime) -> Vec<Option<Duration>> {
    let Ok(text) = value.to_str() else { return vec![None] };
    match date(text) {
        Some(date) => vec![Some(date.duration_since(sent).unwrap_or_default())],
        None => text.split(',').map(seconds).collect(),
    }
}

/// Parses seconds. A fraction is rounded up, so that the wait is never too short.
fn seconds(text: &str) -> Option<Duration> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    // A number out of range is a long wait.
    let whole: u64 = whole.parse().unwrap_or(u64::MAX);
    let more = fraction.bytes().any(|byte| byte != b'0');
    Some(Duration::from_secs(whole.saturating_add(more.into())))
}

fn date(text: &str) -> Option<SystemTime> {
    // PHP can write the zone as an offset.
    parse_http_date(&text.trim().replace("+0000", "GMT")).ok()
}
