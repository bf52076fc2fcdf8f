//! `cargo xtask test`: unit, integration and documentation tests.

use std::process::Command;
use std::thread;

use anyhow::Result;

use crate::programs::{
    self, AXE, CHROMEDRIVER, CURL, GO, JQ, NODE, PHP, PHP_CURL, PYTHON, Program, REDIS,
};
use crate::sh::{self, cargo};
use crate::workspace::Workspace;

/// What is not tested without a program that must be there in CI.
const REQUIRED: &[(Program, &str)] = &[
    (PHP, "what a real PHP reads from an encoded request"),
    (PHP_CURL, "the sandbox from PHP"),
    (PYTHON, "the sandbox from Python"),
    (CURL, "the sandbox from a shell"),
    (JQ, "the sandbox from a shell"),
    (NODE, "the sandbox from JavaScript"),
    (GO, "the sandbox from Go"),
    (REDIS, "the shared rate limit with a real Redis"),
    (CHROMEDRIVER, "the sandbox in a browser"),
    (AXE, "the accessibility of the sandbox's console"),
];

/// All packages but benchmarks and examples, whose dependencies would double what is built; the
/// sandbox's program; and both flavors of the shared rate limiter.
const DEFAULT: &str = "test --workspace --exclude benchmarks --exclude examples \
    --features usedesk-sandbox/program,usedesk-redis/async,usedesk-redis/blocking";

/// `cargo xtask test`: needs nothing but Rust and a C compiler.
pub(crate) fn short() -> Result<()> {
    test(&mut cargo(DEFAULT))
}

/// `cargo xtask test --long`: every package and feature, and all the inputs and calls that a test
/// can try. The tests in a browser have no long form.
pub(crate) fn long() -> Result<()> {
    programs::require_openssl(&Workspace::load()?)?;
    test(cargo("test --workspace --exclude browser-tests --all-features").env("USEDESK_TESTS", "long"))
}

/// What a program may switch on in `serde_json` for all its crates, and so for ours.
const SERDE_JSON: &str = "serde_json/arbitrary_precision,serde_json/preserve_order,\
    serde_json/float_roundtrip,serde_json/raw_value,serde_json/unbounded_depth";

/// `cargo xtask test --other-features`: without TLS, and with the system's TLS or aws-lc alone, for
/// which only the transport crates have code; and core with every feature of `serde_json`.
pub(crate) fn other_features() -> Result<()> {
    programs::require_openssl(&Workspace::load()?)?;
    let conformance = "test --package conformance --test it --no-default-features";
    let core = "test --package usedesk-core --all-features --test it --features";
    run(&mut cargo(conformance))?;
    run(&mut cargo(&format!("{conformance} --features native-tls")))?;
    run(&mut cargo(&format!("{conformance} --features aws-lc")))?;
    run(&mut cargo(&format!("{core} {SERDE_JSON}")))
}

/// How many tests run at a time for each core: most of them wait for sockets and timeouts.
const THREADS_PER_CORE: usize = 4;

fn run(command: &mut Command) -> Result<()> {
    let cores = thread::available_parallelism()?.get();
    sh::run(command.env("RUST_TEST_THREADS", (cores * THREADS_PER_CORE).to_string()))
}

fn test(command: &mut Command) -> Result<()> {
    if programs::in_ci() {
        REQUIRED.iter().try_for_each(|(program, _)| program.require())?;
    }
    let skipped: Vec<_> = REQUIRED.iter().filter(|(program, _)| program.is_missing()).collect();
    // Printed twice: the first has scrolled away when the tests finish.
    report(&skipped);
    let result = run(command);
    report(&skipped);
    result
}

fn report(skipped: &[&(Program, &str)]) {
    for (program, tests) in skipped {
        println!("SKIPPED, since {} is missing: {tests} ({})", program.name, program.install);
    }
}
