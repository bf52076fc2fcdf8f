//! `cargo xtask fuzz`: every fuzzer of `crates/fuzz`, one after the other.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::programs::CARGO_FUZZ;
use crate::sh::{self, cargo};
use crate::workspace;

/// For how long each fuzzer runs by default.
const SECONDS: u32 = 60;

/// An input that takes longer than this many seconds is a finding.
const LONGEST: u32 = 5;

/// The longest input, in bytes: most of the time goes into what is short.
const MAX_LENGTH: u32 = 4096;

/// `cargo xtask fuzz`
pub(crate) fn fuzz() -> Result<()> {
    run(SECONDS)
}

/// `cargo xtask fuzz --seconds 5`, in ci
pub(crate) fn briefly() -> Result<()> {
    run(5)
}

/// `cargo xtask fuzz --seconds N`
pub(crate) fn with(options: &str) -> Result<()> {
    let number = options.strip_prefix("--seconds ").context("the option is --seconds N")?;
    run(number.parse().context("--seconds takes a number")?)
}

fn run(seconds: u32) -> Result<()> {
    CARGO_FUZZ.or_skip("the fuzzers; the tests of fuzz-targets stand in for them")?;
    workspace::lend_lock("crates/fuzz")?;
    let targets = targets()?;
    ensure!(!targets.is_empty(), "crates/fuzz/targets holds no fuzzer");
    for target in &targets {
        // What a fuzzer finds on the way is kept in the first folder, which is not in git.
        let found = format!("crates/fuzz/corpus/{target}");
        fs::create_dir_all(sh::root().join(&found))?;
        // All our code is safe, so there is nothing that a sanitizer would find, and without one
        // the stable toolchain will do.
        sh::run(&mut cargo(&format!(
            "fuzz run --fuzz-dir crates/fuzz --sanitizer none --debug-assertions {target} \
             {found} crates/fuzz-targets/seeds/{target} -- -max_total_time={seconds} \
             -timeout={LONGEST} -max_len={MAX_LENGTH} -print_final_stats=1"
        )))?;
    }
    println!("{} fuzzers found nothing in {seconds} seconds each", targets.len());
    Ok(())
}

/// The names of the fuzzers: what their files are called.
fn targets() -> Result<Vec<String>> {
    let mut targets = Vec::new();
    for entry in fs::read_dir(sh::root().join("crates/fuzz/targets"))? {
        let path = entry?.path();
        targets.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    targets.sort();
    Ok(targets)
}
