//! Dates: filters lose no ticket by rounding, and each date says what it means.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use usedesk_core::jiff::civil::DateTime;
use usedesk_core::jiff::tz::{Offset, TimeZone};
use usedesk_core::jiff::{SignedDuration, Timestamp};
use usedesk_core::tickets::ListTickets;
use usedesk_core::{Encoding, Minute, UtcDateTime};

use crate::support::violations;

fn civil(text: &str) -> DateTime {
    text.parse().expect("a date")
}

/// The values of `updated_after` and `updated_before` for this time.
fn filters(time: impl Into<UtcDateTime> + Copy) -> (String, String) {
    let list = ListTickets::new().updated_after(time).updated_before(time);
    let list = serde_json::to_value(list).expect("an object");
    let filter = |name| list[name].as_str().expect("a text").to_owned();
    (filter("updated_after"), filter("updated_before"))
}

proptest! {
    /// Whether the server includes the first second of a minute or all of it, and although the
    /// dates of tickets have no fractions.
    #[test]
    fn rounding_loses_no_ticket(
        second in -62_167_219_200_i64..=253_402_207_140, // the years 0 to 9999
        nanosecond in prop_oneof![Just(0), Just(1), 0..1_000_000_000],
        whole_minute in any::<bool>(),
        earlier in 0_i64..=200,
    ) {
        let second = if whole_minute { second - second.rem_euclid(60) } else { second };
        let time = Timestamp::new(second, nanosecond).expect("in range");
        let (after, before) = filters(time);
        let ticket = |time: Timestamp| UtcDateTime::from(time).civil().strftime("%F %T").to_string();
        let seconds = SignedDuration::from_secs(earlier);
        if let Ok(later) = time.checked_add(seconds) {
            prop_assert!(ticket(later) >= after, "{} {after}", ticket(later));
        }
        if let Ok(earlier) = time.checked_sub(seconds) {
            let (ticket, last) = (ticket(earlier), format!("{before}:00"));
            prop_assert!(ticket <= last || ticket.starts_with('-'), "{ticket} {last}");
        }
        let (floor, ceil) = (Minute::floor(time), Minute::ceil(time));
        prop_assert_eq!(floor == ceil, second % 60 == 0 && nanosecond == 0);
        prop_assert!(floor <= ceil);
        let a_minute_later = time.checked_add(SignedDuration::from_mins(1));
        if let Ok(later) = a_minute_later {
            prop_assert!(ceil <= Minute::ceil(later) && Minute::floor(later) >= ceil);
        }
    }

    /// An instant is the same filter in every type and time zone.
    #[test]
    fn all_that_converts_is_the_same_instant(
        second in 0_u32..=u32::MAX,
        nanosecond in 0_u32..1_000_000_000,
        zone in -93_000_i32..=93_000,
    ) {
        let since = Duration::new(second.into(), nanosecond);
        let system = SystemTime::UNIX_EPOCH + since;
        let time = Timestamp::try_from(system).expect("in range");
        let offset = Offset::from_seconds(zone).expect("in range");
        let zoned = time.to_zoned_datetime(TimeZone::fixed(offset));
        let utc = UtcDateTime::from(time);
        prop_assert_eq!(UtcDateTime::from(&zoned), utc);
        prop_assert_eq!(UtcDateTime::from(zoned), utc);
        prop_assert_eq!(utc.timestamp(), time);
        prop_assert_eq!(UtcDateTime::from_civil(utc.civil()), utc);
        // A clock of the system may be less exact.
        prop_assert!(filters(system) == filters(time));
    }
}

#[test]
fn filters_at_the_ends_of_their_range() {
    let year = Duration::from_secs(366 * 24 * 60 * 60);
    let far = SystemTime::UNIX_EPOCH.checked_add(year * 20_000).expect("a time");
    assert_eq!(UtcDateTime::from(far).timestamp(), Timestamp::MAX);
    if let Some(past) = SystemTime::UNIX_EPOCH.checked_sub(year * 20_000) {
        assert_eq!(UtcDateTime::from(past).timestamp(), Timestamp::MIN);
    }
    let last = UtcDateTime::from_civil(DateTime::MAX);
    assert_eq!(last.timestamp(), Timestamp::MAX);
    assert_eq!(filters(last), ("9999-12-31 23:59".to_owned(), "9999-12-31 23:59".to_owned()));
    assert_eq!(UtcDateTime::from_civil(DateTime::MIN).timestamp(), Timestamp::MIN);
    let first = UtcDateTime::from_civil(civil("-000001-12-31T23:59:30"));
    insta::assert_snapshot!(
        violations(
            &ListTickets::new().updated_after(first).created_before(first),
            Encoding::Form
        ).join("\n"),
        @"updated_after must be in the year 0 or later, found -001-12-31 23:59"
    );
}

/// What the date of a response means is documented where it is.
#[test]
fn each_date_of_a_response_names_its_time_zone() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut dates = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = fs::read_to_string(&path).expect("a text");
            let lines: Vec<_> = source.lines().collect();
            for pair in lines.windows(2).filter(|pair| pair[1].ends_with(": Option<UtcDateTime>,"))
            {
                dates += 1;
                let says_so = pair[0].ends_with("[presumably in UTC](UtcDateTime#source).");
                assert!(says_so, "{}: {}", path.display(), pair[1]);
            }
        }
    }
    assert!(dates > 25, "{dates}");
}
