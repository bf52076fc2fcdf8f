//! `cargo xtask mutants --generated`: what cargo-mutants changes of its own accord, and how much of
//! it the tests notice.

use std::fs;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use super::Bench;
use crate::programs::CARGO_MUTANTS;
use crate::sh;

/// In percent, the least share of mutations that must be caught. Those that change nothing are
/// listed in `.cargo/mutants.toml`.
const GOAL: f64 = 95.0;

/// The exit codes of a run that was completed: all caught, some missed, some timed out.
const ENDED: [Option<i32>; 3] = [Some(0), Some(2), Some(3)];

/// Code that is mutated, and the tests that must fail then.
struct Area {
    name: &'static str,
    /// Of cargo-mutants.
    options: &'static str,
}

const AREAS: &[Area] = &[
    // Retry, rate limit, the engine of a call, decoding and encoding.
    Area {
        name: "core",
        options: "--package usedesk-core --cargo-arg=--test=it \
                  --file **/src/{call,decode,encode,error}.rs \
                  --file **/src/{call,decode,encode,error}/** --exclude **/src/call/trace.rs",
    },
    // What is logged is tested over sockets.
    Area {
        name: "trace",
        options: "--package usedesk-core --test-package conformance --cargo-arg=--tests \
                  --file **/src/call/trace.rs",
    },
    Area {
        name: "async",
        options: "--package usedesk-async --test-package usedesk-async --test-package conformance \
                  --cargo-arg=--tests \
                  --file **/src/{transport,body,resolver,tls}.rs \
                  --file **/src/tls/with_rustls.rs",
    },
    Area {
        name: "blocking",
        options: "--package usedesk-blocking --test-package usedesk-blocking --test-package conformance \
                  --cargo-arg=--tests \
                  --file **/src/{transport,tls}.rs --file **/src/ureq/**",
    },
];

/// What cargo-mutants counts in the end.
#[derive(Default, Deserialize)]
struct Counts {
    caught: u32,
    timeout: u32,
    missed: u32,
    unviable: u32,
}

/// `cargo xtask mutants --generated`
pub(crate) fn generated() -> Result<()> {
    with("")
}

/// `cargo xtask mutants --generated AREA OPTIONS`: of one area, with further options for
/// cargo-mutants, such as `--shard 0/8`.
pub(crate) fn with(options: &str) -> Result<()> {
    CARGO_MUTANTS.or_skip("the generated mutations")?;
    let (name, options) = options.split_once(' ').unwrap_or((options, ""));
    let areas = || AREAS.iter().filter(|area| name.is_empty() || area.name == name);
    if areas().next().is_none() {
        let names: Vec<_> = AREAS.iter().map(|area| area.name).collect();
        bail!("`{name}` is none of {}", names.join(", "));
    }
    let bench = Bench::new()?;
    let mut failed = Vec::new();
    for area in areas() {
        let counts = bench.generated(area, options)?;
        let (noticed, viable) = (counts.noticed(), counts.noticed() + counts.missed);
        ensure!(viable > 0, "{}: no mutation that compiles", area.name);
        let share = 100.0 * f64::from(noticed) / f64::from(viable);
        println!(
            "{}: {noticed} of {viable} mutations were caught, {share:.1} %; {} by a timeout; {} do \
             not compile",
            area.name, counts.timeout, counts.unviable
        );
        if share < GOAL {
            failed.push(area.name);
        }
    }
    ensure!(failed.is_empty(), "less than {GOAL} % were caught: {}", failed.join(", "));
    Ok(())
}

impl Counts {
    fn noticed(&self) -> u32 {
        self.caught + self.timeout
    }
}

impl Bench {
    fn generated(&self, area: &Area, options: &str) -> Result<Counts> {
        let output = self.target.join("generated").join(area.name);
        fs::create_dir_all(&output)?;
        // The copy is there to be mutated. Features are all on, or code would go untested.
        let mut command =
            self.cargo("mutants --in-place --all-features --minimum-test-timeout 120");
        if options.contains("--shard") {
            // So that a shard is a sample of all the code.
            command.args(["--sharding", "round-robin"]);
        }
        // A quarter of what properties are usually tried with: half of the time goes into them.
        command.env("PROPTEST_CASES", "64").arg("--output").arg(&output);
        command.args(area.options.split_whitespace()).args(options.split_whitespace());
        let status = sh::status(&mut command)?;
        ensure!(ENDED.contains(&status.code()), "cargo mutants: {status}");
        let counts = output.join("mutants.out/outcomes.json");
        let counts = fs::read_to_string(&counts).with_context(|| counts.display().to_string())?;
        Ok(serde_json::from_str(&counts)?)
    }
}
