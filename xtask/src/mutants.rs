//! `cargo xtask mutants`: the changes to the code that a test must notice, listed in `xtask/mutants`.
//!
//! Each file there is a list of entries, separated by a blank line:
//!
//! ```text
//! # Once is never retried after a 503
//! file crates/usedesk-core/src/call.rs
//! - the exact old lines,
//! - with their indentation
//! + the lines in their place, or none
//! test -p usedesk-core --test it engine::
//! ```
//!
//! The old lines must be in the file exactly once. `cargo test` with the arguments behind `test`
//! must pass, and must fail as soon as the lines are replaced.
//!
//! `--generated` leaves the choice of the changes to cargo-mutants.

mod entry;
mod generated;

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use self::entry::Mutation;
pub(crate) use self::generated::generated;
use crate::sh::{self, cargo};
use crate::workspace::{self, Workspace};

/// A test that runs for longer is stopped, and counts as failed.
const WATCHDOG: Duration = Duration::from_secs(120);

/// How often to look whether a test has ended.
const POLL: Duration = Duration::from_millis(20);

/// What a test says about a mutation.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Verdict {
    Caught,
    Hung,
    Survived,
    Stale,
    DoesNotCompile,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Caught => "caught",
            Self::Hung => "caught (hung)",
            Self::Survived => "SURVIVED",
            Self::Stale => "STALE",
            Self::DoesNotCompile => "DOES NOT COMPILE",
        })
    }
}

/// `cargo xtask mutants`
pub(crate) fn mutants() -> Result<()> {
    run(&listed("")?)
}

/// `cargo xtask mutants --list`, in ci
pub(crate) fn list() -> Result<()> {
    let mutations = listed("")?;
    let mut stale = 0;
    for mutation in &mutations {
        let source = fs::read_to_string(sh::root().join(&mutation.file));
        let mutated = source.map_err(Into::into).and_then(|source| mutation.apply(&source));
        if let Err(error) = mutated {
            println!("{mutation}: {error}");
            stale += 1;
        }
    }
    ensure!(stale == 0, "{stale} of {} mutations do not fit the code", mutations.len());
    println!("{} mutations fit the code", mutations.len());
    Ok(())
}

/// `cargo xtask mutants TEXT`: those whose list, title, file or test contains it.
pub(crate) fn with(text: &str) -> Result<()> {
    if let Some(options) = text.strip_prefix("--generated ") {
        return generated::with(options);
    }
    ensure!(!text.starts_with('-'), "the options are --list and --generated");
    run(&listed(text)?)
}

fn listed(text: &str) -> Result<Vec<Mutation>> {
    let folder = sh::root().join("xtask/mutants");
    let mut paths = Vec::new();
    for file in fs::read_dir(&folder)? {
        paths.push(file?.path());
    }
    paths.sort();
    let mut mutations = Vec::new();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|it| it == "txt")) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let list = fs::read_to_string(path)?;
        mutations.extend(entry::parse(&name, &list).with_context(|| path.display().to_string())?);
    }
    mutations.retain(|mutation| mutation.contains(text));
    ensure!(!mutations.is_empty(), "no mutation contains `{text}`");
    Ok(mutations)
}

fn run(mutations: &[Mutation]) -> Result<()> {
    let bench = Bench::new()?;
    for test in mutations.iter().map(|mutation| &mutation.test).collect::<BTreeSet<_>>() {
        let verdict = bench.verdict(test)?;
        println!("{:<16} test {test}", if verdict == Verdict::Survived { "green" } else { "RED" });
        if verdict != Verdict::Survived {
            bail!("without a mutation: {verdict}\n{}", bench.log()?);
        }
    }
    let mut bad = 0;
    for mutation in mutations {
        let start = Instant::now();
        let verdict = bench.mutated(mutation)?;
        println!("{verdict:<16} {:>6.1} s  {mutation}", start.elapsed().as_secs_f64());
        if verdict == Verdict::DoesNotCompile {
            println!("{}", bench.log()?);
        }
        bad += usize::from(!matches!(verdict, Verdict::Caught | Verdict::Hung));
    }
    let all = mutations.len();
    ensure!(bad == 0, "{bad} of {all} mutations were not caught");
    println!("{all} of {all} mutations were caught");
    Ok(())
}

/// A copy of the workspace with a target folder of its own: the checkout is not changed, and
/// each build reuses all that the one before it made.
struct Bench {
    copy: PathBuf,
    target: PathBuf,
    log: PathBuf,
}

impl Bench {
    fn new() -> Result<Self> {
        let folder = PathBuf::from(Workspace::load()?.target_directory).join("mutants");
        let [copy, target, log] = ["workspace", "target", "log"].map(|name| folder.join(name));
        workspace::copy(&copy)?;
        Ok(Self { copy, target, log })
    }

    fn mutated(&self, mutation: &Mutation) -> Result<Verdict> {
        let path = self.copy.join(&mutation.file);
        let source = fs::read_to_string(&path).with_context(|| mutation.file.clone())?;
        let Ok(mutated) = mutation.apply(&source) else { return Ok(Verdict::Stale) };
        fs::write(&path, mutated)?;
        let verdict = self.verdict(&mutation.test);
        fs::write(&path, source)?;
        verdict
    }

    /// What the test says about the copy as it now is.
    fn verdict(&self, test: &str) -> Result<Verdict> {
        if !self.logged(&format!("test --no-run {test}"))?.status()?.success() {
            return Ok(Verdict::DoesNotCompile);
        }
        let mut command = self.logged(&format!("test {test}"))?;
        // With the programs that it starts, so that none of them outlives the watchdog.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let start = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                let passed = status.success();
                return Ok(if passed { Verdict::Survived } else { Verdict::Caught });
            }
            if start.elapsed() > WATCHDOG {
                let group = format!("-{}", child.id());
                if cfg!(unix) {
                    sh::program("kill").args(["-KILL", "--", &group]).status()?;
                }
                // Where there are no groups; else it is gone already.
                let _ = child.kill();
                child.wait()?;
                return Ok(Verdict::Hung);
            }
            thread::sleep(POLL);
        }
    }

    fn logged(&self, arguments: &str) -> Result<Command> {
        let log = File::create(&self.log)?;
        let mut command = self.cargo(arguments);
        command.stdout(log.try_clone()?).stderr(log);
        Ok(command)
    }

    fn cargo(&self, arguments: &str) -> Command {
        let mut command = cargo(arguments);
        command.current_dir(&self.copy);
        command.env("CARGO_TARGET_DIR", &self.target).env("CARGO_PROFILE_DEV_DEBUG", "0");
        command.env("CARGO_INCREMENTAL", "1");
        // A failure is enough: no new snapshots, and no search for the smallest input.
        command.env("INSTA_UPDATE", "no").env("PROPTEST_MAX_SHRINK_ITERS", "0");
        command
    }

    /// What the last command wrote.
    fn log(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(&fs::read(&self.log)?).into_owned())
    }
}
