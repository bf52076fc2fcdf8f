//! The token is in nothing that the crates or the HTTP libraries below them print or log.
//!
//! A program of its own, since what is logged is collected from the whole process.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(clippy::duplicate_mod, reason = "the scenes are compiled for both flavors")]

use log::LevelFilter;

mod asynchronous;
mod blocking;
mod captured;
mod spellings;

/// Has characters that every encoding writes in a way of its own.
const TOKEN: &str = "s3cr\"et/t&ken+%ж-of-a-channel";

/// One test for all, so that nothing else is logged meanwhile.
#[test]
fn the_token_leaks_nowhere() {
    captured::start(LevelFilter::Debug);
    blocking::scenes::play();
    asynchronous::scenes::play();
    let captured = captured::take();
    for (target, by) in [("usedesk", "us"), ("ureq", "ureq"), ("reqwest", "reqwest")] {
        let has_logged = captured.iter().any(|(from, _)| from.starts_with(target));
        assert!(has_logged, "nothing was captured of what is logged by {by}");
    }
    assert_eq!(spellings::found(captured.iter().map(|(_, text)| text)), Vec::<String>::new());

    // With the filter that docs/security.md recommends nothing leaks where all else is logged.
    captured::start_with(LevelFilter::Trace, |target| {
        let is_ureq = target.split("::").any(|part| matches!(part, "ureq" | "ureq_proto"));
        if is_ureq { LevelFilter::Info } else { LevelFilter::Trace }
    });
    blocking::scenes::play();
    asynchronous::scenes::play();
    let captured = captured::take();
    assert_eq!(spellings::found(captured.iter().map(|(_, text)| text)), Vec::<String>::new());

    // Known, and in docs/security.md: at TRACE ureq logs the address of a GET call, which has the
    // token, and the heads that it sends.
    captured::start(LevelFilter::Trace);
    asynchronous::scenes::send_all();
    let captured = captured::take();
    assert_eq!(spellings::found(captured.iter().map(|(_, text)| text)), Vec::<String>::new());
    blocking::scenes::send_all();
    let captured = captured::take();
    let leaks = |from: &str| {
        let of = captured.iter().filter(|(target, _)| target == from);
        !spellings::found(of.map(|(_, text)| text)).is_empty()
    };
    assert!(leaks("ureq::run"), "mended: say so in docs/security.md");
    // The address also in what it logs at DEBUG, where TRACE is enabled by whoever drops it later.
    let is_debug =
        |(target, text): &&(String, String)| target == "ureq::run" && text.starts_with("DEBUG ");
    let at_debug = captured.iter().filter(is_debug).map(|(_, text)| text);
    assert!(!spellings::found(at_debug).is_empty(), "mended: say so in docs/security.md");
    let dump = captured.iter().filter(|(target, _)| target == "ureq_proto::util");
    // Rows of sixteen bytes, which are readable at the end of each.
    let dumped: String = dump.filter_map(|(_, row)| row.split_once("  ")?.1.get(..16)).collect();
    assert!(dumped.contains("api_token="), "mended: say so in docs/security.md");
}
