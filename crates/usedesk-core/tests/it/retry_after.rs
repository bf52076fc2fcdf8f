//! Parsing `Retry-After`.

use std::time::{Duration, SystemTime};

use usedesk_core::http::HeaderValue;
use usedesk_core::{Error, MAX_RETRY_AFTER, RATE_LIMIT_WAIT, RetryPolicy};

use crate::engine::{Act, Driver, seconds, settings, with_header};
use crate::support::judge;

fn failed(status: u16, values: &[&str], date: Option<&str>) -> Error {
    let mut response = with_header(status, "x-none", "");
    let headers = response.headers_mut();
    for value in values {
        headers.append("retry-after", HeaderValue::from_bytes(value.as_bytes()).expect("a header"));
    }
    if let Some(date) = date {
        headers.insert("date", date.parse().expect("a header"));
    }
    let mut settings = settings();
    settings.retry_policy = RetryPolicy::none();
    Driver::new().run(&settings, &Act::<2>, [Ok(response)]).expect_err("it fails")
}

fn wait(values: &[&str], date: Option<&str>) -> Option<Duration> {
    let error = failed(429, values, date);
    assert!(!error.may_have_acted());
    let unavailable = failed(503, values, date);
    assert!(unavailable.may_have_acted(), "no header proves that it was not processed");
    error.retry_after()
}

#[test]
fn seconds_are_rounded_up() {
    let rows = [
        ("7", 7),
        (" 7 ", 7),
        ("0", 0),
        ("0.0", 0),
        ("0.001", 1),
        ("1.5", 2),
        ("7.000", 7),
        ("299.997", 300),
        ("0000000000000000000000000000007", 7),
    ];
    for (value, expected) in rows {
        assert_eq!(wait(&[value], None), Some(seconds(expected)), "{value}");
    }
    for long in ["86401", "86400.1", "18446744073709551615.5", "99999999999999999999999999"] {
        assert_eq!(wait(&[long], None), Some(MAX_RETRY_AFTER), "{long}");
    }
}

/// Relative to the response's `Date`, or else to the local clock, which is at 12:00:00.
#[test]
fn a_date_is_relative_to_the_date_of_the_response() {
    let at = "Wed, 01 May 2024 12:00:30 GMT";
    assert_eq!(wait(&[at], Some("Wed, 01 May 2024 12:00:10 GMT")), Some(seconds(20)));
    assert_eq!(wait(&[at], None), Some(seconds(30)));
    assert_eq!(wait(&[at], Some("yesterday")), Some(seconds(30)));
    assert_eq!(wait(&[at], Some("Wed, 01 May 2024 12:01:00 GMT")), Some(Duration::ZERO));
    assert_eq!(wait(&["Sun, 01 May 2044 12:00:30 GMT"], None), Some(MAX_RETRY_AFTER));
    // PHP's format for mail, and the formats of older servers.
    assert_eq!(wait(&["Wed, 01 May 2024 12:00:30 +0000"], None), Some(seconds(30)));
    assert_eq!(wait(&["Wednesday, 01-May-24 12:00:30 GMT"], None), Some(seconds(30)));
    assert_eq!(wait(&["Wed May  1 12:00:30 2024"], None), Some(seconds(30)));
}

/// The local clock is between two seconds.
#[test]
fn a_printed_wait_is_never_too_short() {
    let at = httpdate::fmt_http_date(SystemTime::now() + seconds(100));
    let outcome = Ok(with_header(429, "retry-after", &at));
    let error = judge(&Act::<2>, outcome).expect_err("too many");
    let wait = error.retry_after().expect("a wait").as_nanos().div_ceil(1_000_000_000);
    assert!(error.to_string().contains(&format!("; wait {wait} s before")), "{error}");
}

#[test]
fn of_several_values_the_longest_counts() {
    assert_eq!(wait(&["7", "120", "1.5"], None), Some(seconds(120)));
    assert_eq!(wait(&["7, 120,0"], None), Some(seconds(120)));
    assert_eq!(wait(&["7", "Wed, 01 May 2024 12:00:30 GMT"], None), Some(seconds(30)));
}

#[test]
fn an_invalid_value_is_ignored() {
    let invalid = [
        "",
        "-1",
        "1.",
        ".5",
        "1.5.0",
        "+7",
        "7s",
        "soon",
        "\u{7f0}",
        "Wed, 99 May 2024 12:00:30 GMT",
    ];
    for value in invalid {
        assert_eq!(wait(&[value], None), None, "{value}");
    }
}

/// The invalid value may have been the longest.
#[test]
fn an_invalid_value_among_others_shortens_nothing() {
    assert_eq!(wait(&["5", "soon"], None), Some(RATE_LIMIT_WAIT));
    assert_eq!(wait(&["soon, 5"], None), Some(RATE_LIMIT_WAIT));
    assert_eq!(wait(&["120", "soon"], None), Some(seconds(120)));
    assert_eq!(failed(503, &["5", "soon"], None).retry_after(), Some(seconds(5)));
}
