//! The files that must know every method, beside that of its operation.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::operations::Operation;
use super::{CALLS, CORE, DAMAGE, FLAVORS, Method, OPERATIONS, READMES, SANDBOX, SNAPSHOTS};
use crate::sh::{self, cargo};

pub(super) struct Places {
    /// The names of the snapshots.
    snapshots: BTreeSet<String>,
    /// What the sandbox received, if the test passed.
    calls: Option<Vec<Call>>,
    calls_source: String,
    damage: String,
    operations: String,
    sandbox: String,
    /// In the order of [`READMES`].
    readmes: Vec<String>,
}

impl Places {
    pub(super) fn read() -> Result<Self> {
        let text = |file: &str| fs::read_to_string(sh::root().join(file)).context(file.to_owned());
        Ok(Self {
            snapshots: snapshots()?,
            calls: calls()?,
            calls_source: text(CALLS)?,
            damage: text(DAMAGE)?,
            operations: text(OPERATIONS)?,
            sandbox: text(SANDBOX)?,
            readmes: READMES.map(|(file, _)| text(file)).into_iter().collect::<Result<_>>()?,
        })
    }

    pub(super) fn has_snapshot(&self, method: &Method) -> bool {
        self.snapshots.contains(method.name)
    }

    pub(super) fn has_call(&self, module: &str, method: &Method) -> bool {
        self.calls.iter().flatten().any(|call| call.is(module, method))
    }

    /// What is missing for a method, each with its file.
    pub(super) fn missing(
        &self,
        method: &Method,
        operation: Option<&Operation>,
        calls: [bool; 2],
    ) -> Vec<String> {
        let Method { name, verb, path, .. } = method;
        let mut missing = Vec::new();
        let mut add = |file: &str, what: String| missing.push(format!("{name}: {what} in {file}"));
        match operation {
            None => add(CORE, format!("no operation with NAME = \"{name}\"")),
            Some(
                operation @ Operation { type_name, has_example, has_rows, verb: own, file, .. },
            ) => {
                if own != verb {
                    add(file, format!("METHOD is {own}, not {verb}"));
                }
                if !has_example {
                    add(file, "no example".into());
                }
                let short = operation.short_name();
                if *has_rows && !self.damage.contains(&format!("{short}::")) {
                    add(DAMAGE, format!("no damaged rows of {short}"));
                }
                if !self.operations.contains(&format!(" {type_name},\n")) {
                    add(OPERATIONS, format!("no line `{type_name},`"));
                }
            }
        }
        if !self.has_snapshot(method) {
            add(SNAPSHOTS, format!("no snapshot `*__{name}.snap`"));
        }
        if !self.sandbox.contains(&format!("path: \"{path}\"")) {
            add(SANDBOX, format!("no method with the path \"{path}\""));
        }
        if self.calls.is_some() {
            for ((flavor, _), is_sent) in FLAVORS.into_iter().zip(calls) {
                if !is_sent {
                    add(CALLS, format!("no call of the {flavor} flavor"));
                }
            }
        } else if let Some(short) = operation.map(Operation::short_name)
            && !self.calls_source.contains(&format!("{short}::"))
        {
            add(CALLS, "no call".into());
        }
        missing
    }

    /// The test of all calls, if it fails: what the sandbox received is not known then.
    pub(super) fn failed_test(&self) -> Option<String> {
        self.calls.is_none().then(|| format!("a test in {CALLS} fails, see above"))
    }

    /// Where a README counts another number of methods.
    pub(super) fn wrong_counts(&self, count: usize) -> Vec<String> {
        let mut wrong = Vec::new();
        for ((file, words), text) in READMES.into_iter().zip(&self.readmes) {
            let counts = text.match_indices(words).filter_map(|(at, _)| {
                text[..at].rsplit(|c: char| !c.is_ascii_digit()).next()?.parse::<usize>().ok()
            });
            let counts: Vec<_> = counts.collect();
            if counts.is_empty() {
                wrong.push(format!("{file}: no count of the documented methods"));
            }
            let others = counts.into_iter().filter(|found| *found != count);
            wrong.extend(
                others.map(|found| format!("{file}: {found} documented methods, not {count}")),
            );
        }
        wrong
    }
}

/// A request that the sandbox received.
struct Call {
    module: String,
    name: String,
    verb: String,
    path: String,
}

impl Call {
    fn parse(line: &str) -> Result<Self> {
        let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        let [module, name, verb, path] =
            words.try_into().ok().with_context(|| format!("not a call: {line}"))?;
        Ok(Self { module, name, verb, path })
    }

    fn is(&self, module: &str, method: &Method) -> bool {
        self.module == module
            && self.name == method.name
            && self.verb == method.verb
            && method.has_path(&self.path)
    }
}

/// Runs the test that calls every operation, with both flavors, and returns what arrived; none when
/// the test fails.
fn calls() -> Result<Option<Vec<Call>>> {
    let log = sh::root().join("target").join("coverage.txt");
    fs::create_dir_all(log.parent().unwrap_or(Path::new(".")))?;
    fs::write(&log, "")?;
    // As `test --other-features` builds it.
    let mut tests =
        cargo("test --package conformance --test it --no-default-features methods::every_method");
    let status = sh::status(tests.env("USEDESK_COVERAGE", &log))?;
    let lines = fs::read_to_string(&log)?;
    if !status.success() {
        return Ok(None);
    }
    ensure!(!lines.is_empty(), "the test wrote no calls");
    lines.lines().map(Call::parse).collect::<Result<_>>().map(Some)
}

/// The names of the snapshots of usedesk-core's tests.
fn snapshots() -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(sh::root().join(SNAPSHOTS))? {
        let file = entry?.file_name().to_string_lossy().into_owned();
        let name = file.strip_suffix(".snap").and_then(|file| file.rsplit("__").next());
        names.extend(name.map(str::to_owned));
    }
    Ok(names)
}
