//! `cargo xtask simulate`: the call engine in virtual time.

use anyhow::{Context, Result, ensure};

use crate::sh::{self, cargo};

pub(crate) fn simulate() -> Result<()> {
    with("--seeds 20000")
}

/// `cargo xtask simulate --seeds N --first SEED`
pub(crate) fn with(arguments: &str) -> Result<()> {
    sh::run(&mut cargo(&format!("run --release --package simulation -- {arguments}")))
}

/// Returns the time of the job of 10,000 updates relative to the shortest possible time, for the
/// slowest counting rule. Fails if a server rejects a call by its rate limit.
pub(crate) fn bulk() -> Result<f64> {
    let jobs = sh::stdout(&mut cargo("run --quiet --release --package simulation -- bulk"))?;
    let mut slowest: f64 = 0.0;
    for job in jobs.lines() {
        ensure!(job.contains(" 0 rate limited"), "{job}");
        let ratio = job.split(", ").find_map(|part| part.strip_suffix(" of the fastest"));
        slowest = slowest.max(ratio.with_context(|| job.to_owned())?.parse()?);
    }
    Ok(slowest)
}
