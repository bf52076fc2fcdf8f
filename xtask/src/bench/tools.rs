//! The measuring tools: the programs of `crates/benchmarks`, alone and under callgrind.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Error, Result};
use serde::Deserialize;

use super::figure::Figure;
use crate::sh;

pub(crate) struct Tools {
    /// The program of `crates/benchmarks`.
    pub(crate) benchmarks: PathBuf,
    allocations: PathBuf,
    /// The benchmark of criterion's, built when it is asked for.
    time: OnceCell<PathBuf>,
    /// Whether a process can be kept on one of two cores.
    has_cores: bool,
}

/// How often criterion measures each of two cases alternately.
const ROUNDS: usize = 15;

impl Tools {
    pub(crate) fn build() -> Result<Self> {
        let built = sh::executables(
            "build --release --package benchmarks --bin benchmarks --bin allocations",
        )?;
        let program = |name: &str| built.get(name).cloned().with_context(|| format!("no {name}"));
        Ok(Self {
            benchmarks: program("benchmarks")?,
            allocations: program("allocations")?,
            time: OnceCell::new(),
            has_cores: sh::succeeds("taskset -c 1 true"),
        })
    }

    /// How long the first case takes, against the second.
    pub(crate) fn time(&self, [ours, other]: [&str; 2]) -> Result<Figure> {
        let filter = format!("^({ours}|{other})$");
        let round = |_| {
            self.criterion(&filter)?;
            Ok([self.nanoseconds(ours)?, self.nanoseconds(other)?])
        };
        Ok(Figure::of_least(&(0..ROUNDS).map(round).collect::<Result<Vec<_>>>()?))
    }

    /// Lets criterion measure the cases that match the filter.
    fn criterion(&self, filter: &str) -> Result<()> {
        if self.time.get().is_none() {
            let mut built = sh::executables("bench --package benchmarks --bench time --no-run")?;
            let program = built.remove("time").context("no benchmark `time`")?;
            self.time.get_or_init(|| program);
        }
        let program = self.time.get().context("it is built")?;
        let mut command = self.on_core(0, program);
        command.args(["--bench", filter]).env("CRITERION_HOME", self.folder().join("criterion"));
        sh::silently(&mut command).map(drop)
    }

    /// The time of the case in the fastest of criterion's last samples.
    fn nanoseconds(&self, case: &str) -> Result<f64> {
        #[derive(Deserialize)]
        struct Samples {
            iters: Vec<f64>,
            times: Vec<f64>,
        }

        let file = format!("criterion/{}/new/sample.json", case.replace('/', "_"));
        let json = fs::read_to_string(self.folder().join(file)).context("criterion's samples")?;
        let Samples { iters, times } = serde_json::from_str(&json)?;
        Ok(times.iter().zip(iters).map(|(time, iters)| time / iters).fold(f64::NAN, f64::min))
    }

    /// A folder for temporary files.
    pub(crate) fn folder(&self) -> PathBuf {
        let built = self.benchmarks.parent().unwrap_or(&self.benchmarks);
        built.join("bench")
    }

    /// How many instructions the first case takes, against the second.
    pub(crate) fn instructions(&self, cases: [&str; 2], times: u32) -> Result<Figure> {
        let [ours, other] = cases.map(|case| {
            per_round(times, |times| {
                let mut program = under_callgrind(&self.benchmarks);
                collected(program.args(["repeat", case, &times.to_string()]))
            })
        });
        Ok(Figure::exact(ours? / other?))
    }

    /// How many allocations the first case makes, against the second.
    pub(crate) fn allocations(&self, cases: [&str; 2]) -> Result<Figure> {
        let [ours, other] = cases.map(|case| {
            let (count, _) = sh::silently(sh::program(&self.allocations).arg(case))?;
            Ok::<f64, Error>(count.trim().parse()?)
        });
        Ok(Figure::exact(ours? / other?))
    }

    /// The program, pinned to this core where that is possible.
    pub(crate) fn on_core(&self, core: u32, program: &Path) -> Command {
        if !self.has_cores {
            return sh::program(program);
        }
        let mut command = sh::program("taskset");
        command.args(["-c", &core.to_string()]).arg(program);
        command
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

/// The number of instructions that callgrind counted.
pub(crate) fn collected(command: &mut Command) -> Result<f64> {
    let (_, report) = sh::silently(command)?;
    let count = report.lines().find_map(|line| line.split_once("Collected : "));
    let (_, count) = count.context("callgrind prints no count")?;
    Ok(count.trim().parse()?)
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
