//! The size limit of files, and the timeouts of large requests.

use std::time::{Duration, Instant};

use usedesk_core::clients::{CreateClient, UpdateClient};
use usedesk_core::comments::CreateComment;
use usedesk_core::internal::{BuilderSettings, CheckedConfig, Moment, Step};
use usedesk_core::tickets::{CreateTicket, UpdateTicket};
use usedesk_core::users::{CreateUser, UpdateUser};
use usedesk_core::{
    Attachment, DEFAULT_ATTEMPT_TIMEOUT, Encoding, ExchangeLimits, MAX_FILE_BYTES, MIN_UPLOAD_RATE,
    Operation, RawParameters, Rule, TransportError, Violations,
};

use crate::support::{config, moment};

fn file(bytes: usize) -> Attachment {
    Attachment::from_bytes("a.bin", vec![0; bytes])
}

/// Returns the violations of an operation that is valid with `allow_large_files`.
fn found(operation: &impl Operation) -> Vec<String> {
    let mut settings = BuilderSettings::new("TOKEN");
    settings.allow_large_files = true;
    let lifted = settings.check(|_| None, Violations::default()).expect("valid");
    assert!(lifted.call(operation).is_ok() && lifted.preview(operation).is_ok());
    let error = config(Encoding::Form).call(operation).expect_err("too large");
    // The summary of a file in a preview is short.
    let preview = config(Encoding::Form).preview(operation).expect_err("too large");
    assert_eq!(error.violations(), preview.violations());
    let violations = error.violations().expect("an invalid operation");
    assert!(violations.iter().all(|one| *one.rule() == Rule::Maximum(MAX_FILE_BYTES as u64)));
    violations.iter().map(ToString::to_string).collect()
}

#[test]
fn a_file_has_at_most_15_megabytes_unless_larger_ones_are_allowed() {
    let rule = "must be at most 15728640, found 15728641 bytes";
    let (small, large) = (file(MAX_FILE_BYTES), file(MAX_FILE_BYTES + 1));
    let comment = CreateComment::private(4501, "Hi").attach(small.clone());
    assert!(config(Encoding::Form).call(&comment).is_ok());
    let comment = comment.attach(large.clone());
    assert_eq!(found(&comment), [format!("files[1] {rule}")]);
    assert_eq!(found(&RawParameters::new(comment)), [format!("files[1] {rule}")]);
    let ticket = CreateTicket::new("Letter", "Hi").client_email("a@b.c").attach(large.clone());
    assert_eq!(found(&ticket), [format!("files[0] {rule}")]);
    let avatar = [format!("avatar {rule}")];
    assert_eq!(found(&CreateClient::new().name("Ann").avatar(large.clone())), avatar);
    assert_eq!(found(&UpdateClient::new(1).avatar(large.clone())), avatar);
    assert_eq!(found(&UpdateUser::new(17).avatar(large.clone())), avatar);
    assert_eq!(found(&CreateUser::new("Bob", "a@b.c", "secret", 1).avatar(large)), avatar);
}

/// Returns the limits of each attempt of a call whose attempts all time out.
fn limits(config: &CheckedConfig, operation: &impl Operation) -> Vec<ExchangeLimits> {
    let (begun, mut now, mut limits) = (Instant::now(), Duration::ZERO, Vec::new());
    let mut step = config.call(operation).expect("valid").begin(begun);
    loop {
        step = match step {
            step @ Step::Reserve(_) => panic!("{step:?}"),
            Step::Done(_) => return limits,
            Step::Wait(wait) => {
                now += wait.duration();
                wait.resume(begun + now)
            }
            Step::Attempt(attempt) => {
                limits.push(attempt.limits());
                now += attempt.limits().attempt;
                let error = TransportError::not_sent("no connection").timed_out();
                attempt.judge(Err(error), Moment { now: begun + now, ..moment() })
            }
        };
    }
}

#[test]
fn a_large_request_has_more_time() {
    let mut settings = BuilderSettings::new("TOKEN");
    settings.rate_limit = None;
    let config = settings.check(|_| None, Violations::default()).expect("valid");
    let update = UpdateTicket::new(4501).subject("Letter");
    let plain: Vec<_> = limits(&config, &update).iter().map(|limits| limits.attempt).collect();
    assert_eq!(plain, [DEFAULT_ATTEMPT_TIMEOUT; 4]);
    // The parameters take less than another second.
    let seconds = 160;
    let bytes = usize::try_from(seconds * MIN_UPLOAD_RATE).expect("it fits");
    let comment = CreateComment::private(4501, "Hi").attach(file(bytes));
    let upload = Duration::from_secs(seconds);
    let large = limits(&config, &comment);
    let attempts: Vec<_> = large.iter().map(|limits| limits.attempt).collect();
    // The second attempt gets the time that the call has left.
    let (first, left) = (DEFAULT_ATTEMPT_TIMEOUT + upload, Duration::from_secs(150));
    assert_eq!(attempts, [first, left]);
    // The timeout for connecting is not extended.
    assert_eq!(large[0].connect, limits(&config, &update)[0].connect);

    // A deadline is not extended.
    let seconds = Duration::from_secs(5);
    let bounded = limits(&config.with_deadline(seconds), &comment);
    assert_eq!(bounded.iter().map(|limits| limits.attempt).collect::<Vec<_>>(), [seconds]);
}
