//! The checker detects each mutation by the invariant it violates.

use simulation::{Invariant, Mutation};

/// More seeds than any of these needs.
const SEEDS: u64 = 200;

#[track_caller]
fn is_caught(mutation: Mutation, invariant: Invariant) {
    let is_found = |seed| {
        let violations = simulation::run(seed, Some(mutation)).violations;
        violations.iter().any(|violation| violation.invariant == invariant)
    };
    assert!((0..SEEDS).any(is_found), "{mutation:?} does not break {invariant:?}");
}

#[test]
fn a_once_operation_that_is_retried() {
    is_caught(Mutation::RetriesOnce, Invariant::ActedOnce);
}

#[test]
fn a_503_that_is_taken_as_not_processed() {
    is_caught(Mutation::Trusts503, Invariant::ActedOnce);
}

#[test]
fn a_rate_limit_code_that_is_ignored() {
    is_caught(Mutation::IgnoresCode, Invariant::RateLimitIsReported);
}

#[test]
fn a_retry_that_the_settings_forbid() {
    is_caught(Mutation::RetriesProcessed, Invariant::RetriedSafely);
}

#[test]
fn too_many_attempts() {
    is_caught(Mutation::ExceedsMaxAttempts, Invariant::MaxAttempts);
}

#[test]
fn a_retry_budget_that_is_ignored() {
    is_caught(Mutation::IgnoresRetryBudget, Invariant::RetryBudget);
}

#[test]
fn a_retry_that_should_cost_nothing() {
    is_caught(Mutation::ChargesUnprocessed, Invariant::Retried);
}

#[test]
fn a_retry_after_that_is_ignored() {
    is_caught(Mutation::IgnoresRetryAfter, Invariant::RetryAfter);
}

#[test]
fn a_backoff_that_retry_after_shortens() {
    is_caught(Mutation::SkipsBackoff, Invariant::Backoff);
}

#[test]
fn a_stop_without_a_cap() {
    is_caught(Mutation::StopsForHours, Invariant::NoStarvation);
}

#[test]
fn a_rate_limit_that_is_exceeded() {
    is_caught(Mutation::IgnoresRateLimiter, Invariant::RateLimit);
    is_caught(Mutation::SplitsRateLimiter, Invariant::RateLimit);
}

#[test]
fn a_stop_that_is_not_shared() {
    is_caught(Mutation::SplitsRateLimiter, Invariant::Stopped);
}

#[test]
fn a_burst_after_a_stop() {
    is_caught(Mutation::BurstsAfterStop, Invariant::StaggeredAfterStop);
}

#[test]
fn a_call_past_its_deadline() {
    is_caught(Mutation::ExceedsDeadline, Invariant::Deadline);
}

#[test]
fn an_error_that_denies_an_action() {
    is_caught(Mutation::DeniesAction, Invariant::NotActedIsTrue);
    is_caught(Mutation::DeniesAction, Invariant::MayHaveActedIsExact);
}

#[test]
fn an_error_that_claims_an_action() {
    is_caught(Mutation::ClaimsAction, Invariant::MayHaveActedIsExact);
    is_caught(Mutation::ClaimsReadsAct, Invariant::MayHaveActedIsExact);
}

#[test]
fn a_success_without_effect() {
    is_caught(Mutation::LosesEffect, Invariant::SuccessActed);
    is_caught(Mutation::TakesRateLimitForSuccess, Invariant::SuccessActed);
}

#[test]
fn a_rate_limit_error_without_the_full_retry_after() {
    is_caught(Mutation::DropsRetryAfter, Invariant::RateLimitIsReported);
    is_caught(Mutation::CapsRetryAfter, Invariant::RateLimitIsReported);
}

#[test]
fn a_call_that_starves() {
    is_caught(Mutation::Starves, Invariant::NoStarvation);
}

#[test]
fn a_call_that_is_overtaken() {
    is_caught(Mutation::MissesSlot, Invariant::QueueOrder);
}

#[test]
fn a_retry_behind_new_calls() {
    is_caught(Mutation::QueuesRetriesLast, Invariant::QueueOrder);
    is_caught(Mutation::QueuesRetriesLast, Invariant::NoStarvation);
}

#[test]
fn a_call_that_never_ends() {
    is_caught(Mutation::NeverEnds, Invariant::Ends);
    is_caught(Mutation::ForgetsCall, Invariant::Ends);
}

#[test]
fn a_steady_rate_that_is_too_high() {
    is_caught(Mutation::SendsAtTheLimit, Invariant::SteadyIsNotLimited);
}

#[test]
fn a_shared_limit_that_is_exceeded() {
    is_caught(Mutation::SplitsStore, Invariant::SharedLimit);
}

#[test]
fn a_fallback_that_is_exceeded() {
    is_caught(Mutation::IgnoresStoreError, Invariant::Fallback);
    is_caught(Mutation::IgnoresRateLimiter, Invariant::Fallback);
}

#[test]
fn a_stop_that_the_store_does_not_learn() {
    is_caught(Mutation::ForgetsSharedStop, Invariant::SharedStop);
}

#[test]
fn a_retry_behind_new_calls_of_other_programs() {
    is_caught(Mutation::QueuesSharedRetriesLast, Invariant::SharedRetriesFirst);
}

#[test]
fn a_store_that_is_awaited_past_the_deadline() {
    is_caught(Mutation::OutlivesStoreTimeout, Invariant::Deadline);
}

#[test]
fn a_call_that_waits_for_the_store_forever() {
    is_caught(Mutation::ForgetsReply, Invariant::Ends);
}
