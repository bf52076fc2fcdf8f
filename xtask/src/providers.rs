//! `cargo xtask providers`: what happens to the TLS of a program that adds the SDK. Cargo adds up
//! the features that all crates of a program ask for, so ours change what reqwest and rustls do for
//! the others.

use std::fs;

use anyhow::{Result, ensure};

use crate::programs::{self, REDIS};
use crate::sh::{self, cargo};
use crate::workspace::{self, Workspace};

/// A program: `xtask/providers` with these features.
struct Program {
    features: &'static str,
    /// What it uses besides the SDK.
    uses: &'static str,
    /// How it panics.
    panic: Option<&'static str>,
}

const NO_PROVIDER: &str = "No rustls crypto provider is configured.";

const TWO_PROVIDERS: &str = "Could not automatically determine the process-level CryptoProvider from Rustls crate features.";

#[rustfmt::skip] // a table
const PROGRAMS: &[Program] = &[
    program("ring,reqwest-default",     "reqwest",         None),
    program("ring,reqwest-native-tls",  "reqwest",         None),
    program("ring",                     "reqwest",         Some(NO_PROVIDER)),
    program("ring",                     "install reqwest", None),
    program("sdk-native-tls",           "reqwest",         None),
    program("ring,aws-lc",              "rustls",          Some(TWO_PROVIDERS)),
    program("ring,aws-lc",              "install rustls",  None),
    program("sdk-aws-lc,aws-lc",        "rustls",          None),
    program("ring,aws-lc,redis-native-tls", "redis",       None),
    program("ring,aws-lc,redis-own-rustls", "redis",       None),
    program("ring,aws-lc,redis-rustls",     "redis",       Some(TWO_PROVIDERS)),
];

const fn program(
    features: &'static str,
    uses: &'static str,
    panic: Option<&'static str>,
) -> Program {
    Program { features, uses, panic }
}

pub(crate) fn providers() -> Result<()> {
    let workspace = Workspace::load()?;
    programs::require_openssl(&workspace)?;
    workspace::lend_lock("xtask/providers")?;
    let guide = fs::read_to_string(sh::root().join("docs/choosing.md"))?;
    let without_redis = REDIS.is_missing() && !programs::in_ci();
    if without_redis {
        println!("SKIPPED, since {} is missing: TLS to Redis ({})", REDIS.name, REDIS.install);
    }
    for Program { features, uses, panic } in PROGRAMS {
        if *uses == "redis" && without_redis {
            continue;
        }
        let run = "run --quiet --manifest-path xtask/providers/Cargo.toml --no-default-features";
        let mut run = cargo(&format!("{run} --features {features} -- {uses}"));
        let output = sh::output(run.env("CARGO_TARGET_DIR", &workspace.target_directory))?;
        let stderr = String::from_utf8_lossy(&output.stderr);
        match panic {
            None => ensure!(output.status.success(), "with {features}, {uses}: {stderr}"),
            Some(panic) => {
                let panics = !output.status.success() && stderr.contains(panic);
                ensure!(
                    panics,
                    "with {features}, {uses} does not panic as the guide has it: {stderr}"
                );
                ensure!(guide.contains(panic), "docs/choosing.md does not name: {panic}");
            }
        }
    }
    println!("{} programs behave as docs/choosing.md describes", PROGRAMS.len());
    Ok(())
}
