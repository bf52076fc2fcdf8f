//! A bulk job at [`RateLimit::steady`](usedesk_core::RateLimit::steady).

use simulation::{FASTEST, LIMIT, UPDATES, bulk};

#[test]
fn ten_thousand_updates_are_never_rate_limited_and_nearly_optimal() {
    assert_eq!(FASTEST.as_secs(), u64::from((UPDATES - 1) / LIMIT) * 60);
    for job in bulk() {
        println!("{job}");
        assert_eq!(job.report.violations, []);
        assert_eq!((job.report.successes, job.report.rate_limited), (UPDATES, 0));
        // The restart dropped calls, which were made again.
        assert!(job.report.attempts > UPDATES);
        assert!(job.ratio() <= 1.06, "{}", job.ratio());
    }
}
