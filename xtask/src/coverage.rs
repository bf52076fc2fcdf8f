//! `cargo xtask coverage`: every documented method of the API has an operation, a snapshot of what
//! it sends, a compiled example, and was sent to the sandbox by both handles.
//!
//! Writes `docs/api-coverage.md`, and fails when that was not up to date.

mod operations;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use self::operations::Operation;
use crate::sh::{self, cargo};

/// The methods that there are.
const METHODS: &str = include_str!("../coverage/methods.txt");

const TABLE: &str = "docs/api-coverage.md";

const HEAD: &str = "\
# API coverage

Every documented method of the Usedesk API, and the operation for it. `cargo xtask coverage` writes
this page from the list of methods, the operations in `usedesk-core`, and the requests that the sandbox
received when the tests called each method through both handles. Safety is what a second request does:
`read` changes nothing, `idempotent` leaves things as the first request did, and `once` makes the change
again. The articles are on [api.usedocs.com](https://api.usedocs.com).

";

/// The modules of the test in which it is compiled for each world.
const WORLDS: [&str; 2] = ["it::blocking::cases::methods", "it::asynchronous::cases::methods"];

/// A method of the API.
struct Method {
    name: &'static str,
    verb: &'static str,
    /// With names in braces where ids go.
    path: &'static str,
    article: &'static str,
}

pub(crate) fn coverage() -> Result<()> {
    let methods = METHODS.lines().filter(|line| !line.starts_with('#')).map(Method::parse);
    let methods = methods.collect::<Result<Vec<_>>>()?;
    let operations = operations::all()?;
    let received = received()?;
    let snapshots = snapshots()?;

    let mut faults: Vec<String> = Vec::new();
    let listed: BTreeSet<_> = methods.iter().map(|method| method.name).collect();
    for Operation { name, .. } in operations.iter().filter(|o| !listed.contains(&*o.name)) {
        faults.push(format!("{name} is not in xtask/coverage/methods.txt"));
    }
    let mut table = String::from(HEAD);
    table.push_str(
        "| method | path | article | operation | safety | snapshot | example | blocking | async |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    let mut covered = 0;
    for method in &methods {
        let Method { name, verb, path, article } = method;
        let Some(operation) = operations.iter().find(|operation| operation.name == *name) else {
            faults.push(format!("{name} has no operation"));
            continue;
        };
        let calls = WORLDS.map(|world| received.iter().any(|call| call.is(world, method)));
        let has_snapshot = snapshots.contains(*name);
        let checks = [has_snapshot, operation.has_example, calls[0], calls[1]];
        let what = ["snapshot named after it", "example", "call by blocking", "call by async"];
        let missing = what.iter().zip(checks).filter(|(_, is_there)| !is_there);
        let before = faults.len();
        faults.extend(missing.map(|(what, _)| format!("{name} has no {what}")));
        if operation.verb != *verb {
            faults.push(format!("{name} is sent by {}, not {verb}", operation.verb));
        }
        covered += usize::from(faults.len() == before);
        let [snapshot, example, blocking, by_async] =
            checks.map(|is_there| if is_there { "yes" } else { "**no**" });
        let Operation { type_name, safety, .. } = operation;
        writeln!(
            table,
            "| `{verb}` | `{path}` | {article} | `{type_name}` | {safety} | {snapshot} | {example} | {blocking} | {by_async} |",
        )?;
    }
    writeln!(table, "\n{covered} of {} methods.", methods.len())?;
    println!("{covered} of {} methods are covered", methods.len());
    ensure!(faults.is_empty(), "{}", faults.join("; "));
    keep(&table)
}

/// Writes the table, and fails if it was another one.
fn keep(table: &str) -> Result<()> {
    let path = sh::root().join(TABLE);
    if fs::read_to_string(&path).is_ok_and(|before| before == table) {
        return Ok(());
    }
    fs::write(&path, table)?;
    bail!("{TABLE} was not up to date; it is now, commit it");
}

impl Method {
    fn parse(line: &'static str) -> Result<Self> {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            [name, verb, path, article] => Ok(Self { name, verb, path, article }),
            _ => bail!("not a method: {line}"),
        }
    }

    /// Whether a path is of this method, with ids in the place of the names in braces.
    fn has_path(&self, path: &str) -> bool {
        let (own, other) = (self.path.split('/'), path.split('/'));
        self.path.matches('/').count() == path.matches('/').count()
            && own.zip(other).all(|(own, other)| {
                let is_id = own.starts_with('{') && other.bytes().all(|byte| byte.is_ascii_digit());
                own == other || (is_id && !other.is_empty())
            })
    }
}

/// A request that the sandbox received.
struct Call {
    world: String,
    name: String,
    verb: String,
    path: String,
}

impl Call {
    fn is(&self, world: &str, method: &Method) -> bool {
        self.world == world
            && self.name == method.name
            && self.verb == method.verb
            && method.has_path(&self.path)
    }
}

/// Runs the test that calls every operation, in both worlds, and writes down what arrived.
fn received() -> Result<Vec<Call>> {
    let log = sh::root().join("target").join("coverage.txt");
    fs::create_dir_all(log.parent().unwrap_or(Path::new(".")))?;
    fs::write(&log, "")?;
    let mut tests = cargo("test --package conformance --test it methods::every_method");
    sh::run(tests.env("USEDESK_COVERAGE", &log))?;
    let lines = fs::read_to_string(&log)?;
    lines.lines().map(Call::parse).collect()
}

impl Call {
    fn parse(line: &str) -> Result<Self> {
        let words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        let [world, name, verb, path] =
            words.try_into().ok().with_context(|| format!("not a call: {line}"))?;
        Ok(Self { world, name, verb, path })
    }
}

/// The names of the snapshots of usedesk-core's tests.
fn snapshots() -> Result<BTreeSet<String>> {
    let folder = sh::root().join("crates/usedesk-core/tests/it/snapshots");
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.file_name().to_string_lossy().into_owned();
        let name = file.strip_suffix(".snap").and_then(|file| file.rsplit("__").next());
        names.extend(name.map(str::to_owned));
    }
    Ok(names)
}
