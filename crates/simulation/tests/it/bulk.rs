//! The job that [`RateLimit::steady`](usedesk_core::RateLimit::steady) is for.

use simulation::{FASTEST, LIMIT, UPDATES, bulk};

#[test]
fn ten_thousand_updates_are_never_refused_and_nearly_as_fast_as_can_be() {
    assert_eq!(FASTEST.as_secs(), u64::from((UPDATES - 1) / LIMIT) * 60);
    for job in bulk() {
        println!("{job}");
        assert_eq!(job.report.violations, []);
        assert_eq!((job.report.successes, job.report.refusals), (UPDATES, 0));
        // The restart happened in the middle: calls were lost and made again.
        assert!(job.report.exchanges > UPDATES);
        assert!(job.ratio() <= 1.06, "{}", job.ratio());
    }
}
