//! What measures: the programs of `crates/benchmarks`, alone and under callgrind.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result};

use super::figure::Figure;
use crate::sh::{self, cargo};

pub(crate) struct Tools {
    /// The program of `crates/benchmarks`.
    pub(crate) benchmarks: PathBuf,
    allocations: PathBuf,
}

impl Tools {
    pub(crate) fn build() -> Result<Self> {
        let built = sh::executables(&mut cargo(
            "build --release --package benchmarks --bin benchmarks --bin allocations",
        ))?;
        let program = |name: &str| built.get(name).cloned().with_context(|| format!("no {name}"));
        Ok(Self { benchmarks: program("benchmarks")?, allocations: program("allocations")? })
    }

    /// How many instructions the first case takes, against the second.
    pub(crate) fn instructions(&self, cases: [&str; 2], times: u32) -> Result<Figure> {
        let [ours, other] = cases.map(|case| {
            per_round(times, |times| {
                let mut program = under_callgrind(&self.benchmarks);
                program.args(["repeat", case, &times.to_string()]);
                collected(&mut program)
            })
        });
        Ok(Figure::exact(ours? / other?))
    }

    pub(crate) fn allocations(&self, case: &str) -> Result<f64> {
        let counts = sh::silently(&mut sh::program(&self.allocations))?.0;
        let counts: BTreeMap<_, _> =
            counts.lines().filter_map(|line| line.split_once(' ')).collect();
        let count = counts.get(case).with_context(|| format!("no case {case}"))?;
        Ok(count.parse()?)
    }

    pub(crate) fn allocation_ratio(&self, [ours, other]: [&str; 2]) -> Result<Figure> {
        Ok(Figure::exact(self.allocations(ours)? / self.allocations(other)?))
    }
}

/// What one round takes: two runs differ only by their rounds, and not by what comes before and
/// after.
pub(crate) fn per_round(times: u32, mut run: impl FnMut(u32) -> Result<f64>) -> Result<f64> {
    let few = times / 10;
    Ok((run(times)? - run(few)?) / f64::from(times - few))
}

pub(crate) fn under_callgrind(program: &Path) -> Command {
    let mut command = sh::program("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program);
    command
}

/// How many instructions callgrind says there were.
pub(crate) fn collected(command: &mut Command) -> Result<f64> {
    let report = sh::silently(command)?.1;
    let count = report.lines().find_map(|line| line.split_once("Collected : "));
    Ok(count.context("callgrind says nothing")?.1.trim().parse()?)
}

/// The machine, in a line.
pub(crate) fn machine() -> Result<String> {
    let said = fs::read_to_string("/proc/cpuinfo")?;
    let model = said.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("an unknown processor", |(_, model)| model);
    let cores = thread::available_parallelism()?;
    let (rust, _) = sh::silently(sh::program("rustc").arg("--version"))?;
    Ok(format!("{model}, {cores} cores, {}", rust.trim()))
}
