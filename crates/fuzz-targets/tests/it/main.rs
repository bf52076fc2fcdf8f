//! Runs the targets without a fuzzer: on the seeds, and on inputs derived from them at random, the
//! same in every run.

#![expect(clippy::expect_used, clippy::print_stderr, reason = "a test's helpers")]

mod inputs;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use fastrand::Rng;
use fuzz_targets::{OPERATIONS, TARGETS, Target};
use test_support::{ends, short_or_long};

use crate::inputs::{Mutations, seeds};

/// How many inputs each target gets in the long form of the tests: about two seconds' worth without
/// optimization. The short form has a tenth.
const INPUTS: &[(&str, usize)] = &[
    ("base_urls", 10_000),
    ("pagination", 80_000),
    ("parameters", 10_000),
    ("responses", 40_000),
    ("rows", 40_000),
    ("sandbox", 20_000),
    ("retry_after", 10_000),
    ("webhooks", 14_000),
];

#[test]
fn base_urls() {
    drive("base_urls");
}

#[test]
fn pagination() {
    drive("pagination");
}

#[test]
fn parameters() {
    drive("parameters");
}

#[test]
fn responses() {
    drive("responses");
}

#[test]
fn rows() {
    drive("rows");
}

#[test]
fn sandbox() {
    drive("sandbox");
}

#[test]
fn retry_after() {
    drive("retry_after");
}

#[test]
fn webhooks() {
    drive("webhooks");
}

#[test]
fn every_target_is_driven_and_has_a_fuzzer() {
    let targets: BTreeSet<_> = TARGETS.iter().map(|(name, _)| *name).collect();
    assert_eq!(INPUTS.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>(), targets);
    let driven =
        include_str!("main.rs").lines().filter_map(|line| line.trim().strip_prefix("drive(\""));
    let driven: BTreeSet<_> = driven.filter_map(|line| line.strip_suffix("\");")).collect();
    assert_eq!(driven, targets);
    let fuzzers = include_str!("../../../fuzz/Cargo.toml").lines();
    let fuzzers = fuzzers.filter_map(|line| line.strip_prefix("path = \"targets/"));
    let fuzzers: BTreeSet<_> = fuzzers.filter_map(|line| line.strip_suffix(".rs\"")).collect();
    assert_eq!(fuzzers, targets);
}

#[test]
fn every_operation_has_its_responses_decoded() {
    let documented = include_str!("../../../../xtask/coverage/methods.txt").lines();
    let documented = documented.filter(|line| !line.starts_with('#'));
    let documented: Vec<_> = documented.filter_map(|line| line.split(' ').next()).collect();
    let read: Vec<_> = OPERATIONS.iter().map(|(name, _)| *name).collect();
    assert_eq!(read, documented);
}

fn drive(name: &str) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("a target");
    let (_, count) = INPUTS.iter().find(|(known, _)| *known == name).expect("a count");
    let seeds = seeds(name);
    let mutations = Mutations { seeds: &seeds, random: Rng::with_seed(1) };
    let count = short_or_long(count / 10, *count);
    let inputs: Vec<_> = seeds.iter().cloned().chain(mutations.take(count)).collect();
    for inputs in inputs.chunks(1_000) {
        ends(name, || inputs.iter().for_each(|input| try_input(name, *target, input)));
    }
}

fn try_input(name: &str, target: Target, input: &[u8]) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(input))) {
        eprintln!("{name} fails for b\"{}\"", input.escape_ascii());
        resume_unwind(panic);
    }
}
