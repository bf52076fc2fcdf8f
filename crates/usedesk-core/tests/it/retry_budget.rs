//! The retry budget: a server that fails does not get every call four times.

use std::time::Instant;

use proptest::prelude::*;
use usedesk_core::internal::{BuilderSettings, CheckedConfig, Step};
use usedesk_core::tickets::UpdateTicket;
use usedesk_core::{ExchangeResult, RETRY_COST, RetryPolicy, TransportError, Violations};

use crate::support::{moment, response};

const ATTEMPTS: u32 = 4;

fn config(policy: RetryPolicy) -> CheckedConfig {
    let mut settings = BuilderSettings::new("TOKEN");
    (settings.retry_policy, settings.rate_limit) = (policy, None);
    settings.check(|_| None, Violations::default()).expect("valid")
}

/// The attempts of a call whose attempts end so.
fn attempts(config: &CheckedConfig, mut end: impl FnMut(u32) -> ExchangeResult) -> u32 {
    let call = config.call(&UpdateTicket::new(4501).subject("Letter")).expect("valid");
    let (mut step, mut attempts) = (call.begin(Instant::now()), 0);
    loop {
        step = match step {
            Step::Done(_) => return attempts,
            Step::Wait(wait) => wait.resume(Instant::now()),
            step @ Step::Reserve(_) => panic!("{step:?}"),
            Step::Attempt(attempt) => {
                attempts += 1;
                attempt.judge(end(attempts), moment())
            }
        };
    }
}

#[expect(clippy::unnecessary_wraps, reason = "one of several results")]
fn success() -> ExchangeResult {
    Ok(response(200, r#"{"status":"success"}"#))
}

#[test]
fn a_failing_server_gets_most_calls_once() {
    let config = config(RetryPolicy::default());
    let calls = 1_000;
    let all: u32 = (0..calls).map(|_| attempts(&config, |_| Ok(response(503, "")))).sum();
    assert_eq!(all, calls + usedesk_core::DEFAULT_RETRY_BUDGET / RETRY_COST);
    // Clones of the handle share the budget.
    let deadline = std::time::Duration::from_secs(60);
    let clone = config.with_deadline(deadline);
    assert_eq!(attempts(&clone, |_| Err(TransportError::unknown("reset"))), 1);
    // As many successes as a retry costs.
    for _ in 0..RETRY_COST {
        assert_eq!(attempts(&config, |_| success()), 1);
    }
    assert_eq!(attempts(&clone, |_| Ok(response(503, ""))), 2);
    // A success after a retry gives its cost back.
    for _ in 0..RETRY_COST {
        attempts(&config, |_| success());
    }
    for _ in 0..10 {
        let end = |n| if n == 1 { Ok(response(503, "")) } else { success() };
        assert_eq!(attempts(&config, end), 2);
    }
}

#[test]
fn a_retry_that_does_not_start_costs_nothing() {
    let config = config(RetryPolicy::default().budget(RETRY_COST));
    for _ in 0..10 {
        let call = config
            .call(&UpdateTicket::new(4501).subject("Letter"))
            .expect("valid")
            .begin(Instant::now());
        let Step::Attempt(attempt) = call else { panic!("nothing to wait for") };
        match attempt.judge(Ok(response(503, "")), moment()) {
            Step::Wait(wait) => drop(wait),
            other => panic!("not retried: {other:?}"),
        }
    }
    assert_eq!(attempts(&config, |_| Ok(response(503, ""))), 2);
}

#[test]
fn what_was_not_processed_costs_nothing() {
    let config = config(RetryPolicy::default().budget(0));
    assert_eq!(attempts(&config, |_| Err(TransportError::not_sent("refused"))), ATTEMPTS);
    for limited in [response(429, ""), response(200, r#"{"error":"limit","code":121}"#)] {
        // Each retry waits for a minute of the three.
        assert_eq!(attempts(&config, |_| Ok(limited.clone())), 3);
    }
    assert_eq!(attempts(&config, |_| Ok(response(503, ""))), 1);
}

#[test]
fn without_a_budget_each_call_is_retried() {
    let config = config(RetryPolicy::default().without_budget());
    for _ in 0..200 {
        assert_eq!(attempts(&config, |_| Ok(response(503, ""))), ATTEMPTS);
    }
}

proptest! {
    /// However calls end, there are no more costly retries than tokens for them.
    #[test]
    fn no_more_retries_than_the_budget_has(
        tokens in 0_u32..60,
        calls in prop::collection::vec(prop::collection::vec(0..4, 4), 1..60),
    ) {
        let config = config(RetryPolicy::default().budget(tokens));
        let (mut left, mut costly) = (tokens, 0);
        for ends in calls {
            let mut spent = 0;
            let mut failed_costly = false;
            let mut over = false;
            attempts(&config, |n| {
                if failed_costly {
                    costly += 1;
                    spent = RETRY_COST;
                    over |= left < RETRY_COST;
                    left = left.saturating_sub(RETRY_COST);
                }
                let end = ends[usize::try_from(n - 1).expect("small") % ends.len()];
                failed_costly = end == 1;
                match end {
                    0 => {
                        left = (left + spent.max(1)).min(tokens);
                        success()
                    }
                    1 => Ok(response(500, "")),
                    2 => Err(TransportError::not_sent("refused")),
                    _ => Ok(response(404, "")),
                }
            });
            prop_assert!(!over);
        }
        prop_assert!(tokens >= RETRY_COST || costly == 0);
    }
}
