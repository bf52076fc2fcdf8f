//! Each rule broken on purpose is noticed, by name.

use simulation::{Invariant, Mutation};

/// More than any of these needs.
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
fn an_operation_made_twice() {
    is_caught(Mutation::RepeatsOnce, Invariant::ActedOnce);
}

#[test]
fn a_503_that_is_taken_for_proof() {
    is_caught(Mutation::TrustsUnavailable, Invariant::ActedOnce);
}

#[test]
fn a_code_for_too_many_requests_that_is_not_read() {
    is_caught(Mutation::OverlooksCode, Invariant::RefusalIsTold);
}

#[test]
fn a_repetition_that_the_settings_forbid() {
    is_caught(Mutation::RepeatsSeen, Invariant::RepeatedSafely);
}

#[test]
fn one_exchange_too_many() {
    is_caught(Mutation::ExceedsAttempts, Invariant::Attempts);
}

#[test]
fn a_wait_that_the_server_asked_for_and_did_not_get() {
    is_caught(Mutation::SkipsServerWaits, Invariant::ServerWait);
}

#[test]
fn a_wait_that_the_server_made_shorter() {
    is_caught(Mutation::SkipsBackoff, Invariant::Backoff);
}

#[test]
fn a_stop_without_end() {
    is_caught(Mutation::StopsForHours, Invariant::NobodyStarves);
}

#[test]
fn a_pace_that_is_not_kept() {
    is_caught(Mutation::IgnoresRateLimiter, Invariant::RateLimit);
    is_caught(Mutation::SplitsPacer, Invariant::RateLimit);
}

#[test]
fn a_stop_that_others_do_not_hear_of() {
    is_caught(Mutation::SplitsPacer, Invariant::Stopped);
}

#[test]
fn a_crowd_after_a_stop() {
    is_caught(Mutation::CrowdsAfterStop, Invariant::SingleFile);
}

#[test]
fn a_call_that_takes_too_long() {
    is_caught(Mutation::PassesDeadline, Invariant::Deadline);
}

#[test]
fn an_error_that_denies_what_was_done() {
    is_caught(Mutation::HidesAction, Invariant::DenialIsTrue);
    is_caught(Mutation::HidesAction, Invariant::AmbiguityIsTold);
}

#[test]
fn an_error_that_doubts_what_is_certain() {
    is_caught(Mutation::ClaimsAction, Invariant::AmbiguityIsTold);
    is_caught(Mutation::DoubtsReads, Invariant::AmbiguityIsTold);
}

#[test]
fn a_success_without_effect() {
    is_caught(Mutation::LosesEffect, Invariant::SuccessActed);
    is_caught(Mutation::TakesRefusalForSuccess, Invariant::SuccessActed);
}

#[test]
fn a_refusal_that_does_not_say_when_to_come_back() {
    is_caught(Mutation::ForgetsRetryAfter, Invariant::RefusalIsTold);
    is_caught(Mutation::CutsRetryAfter, Invariant::RefusalIsTold);
}

#[test]
fn a_call_that_starves() {
    is_caught(Mutation::Starves, Invariant::NobodyStarves);
}

#[test]
fn a_call_that_is_overtaken() {
    is_caught(Mutation::Overtakes, Invariant::FirstComeFirstServed);
}

#[test]
fn a_repetition_behind_calls_that_have_not_begun() {
    is_caught(Mutation::RepeatsLast, Invariant::FirstComeFirstServed);
    is_caught(Mutation::RepeatsLast, Invariant::NobodyStarves);
}

#[test]
fn a_call_without_end() {
    is_caught(Mutation::NeverEnds, Invariant::Ends);
    is_caught(Mutation::ForgetsCall, Invariant::Ends);
}

#[test]
fn a_steady_pace_that_is_too_fast() {
    is_caught(Mutation::PacesAtTheLimit, Invariant::SteadyIsNotRefused);
}
